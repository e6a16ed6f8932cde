"""One use of every method that opens accounts, moves money or brings it in."""

from typing import Any

import numpy as np
import pyarrow as pa

from tests.faces.client.using import (
    EUR,
    Scenarios,
    fresh,
    held,
    opened,
    pay,
    raw_accounts,
    raw_transfers,
)
from tests.faces.http.served import ALICE, BANK, BOB
from tpwallet.domains.ledger.records import pack_account, pack_transfers
from tpwallet.faces.client import BatchRows, Leg, Personal, RawAccount, RawTransfer
from tpwallet.faces.client import operations as ops

tries = Scenarios()


@tries.register("open_account", ops.OPEN_ACCOUNT)
def _open(hub: Any) -> Any:
    return hub.open_account(
        f"customer/{fresh()}/EUR",
        asset="EUR",
        kind="liability",
        metadata={"tier": "gold"},
        personal=Personal(subject="ada", texts={"name": "Ada"}),
    )


@tries.register("freeze", ops.FREEZE_ACCOUNT)
def _freeze(hub: Any) -> Any:
    return hub.freeze(opened(hub))


@tries.register("close_account", ops.CLOSE_ACCOUNT)
def _close(hub: Any) -> Any:
    return hub.close_account(opened(hub))


@tries.register("reopen", ops.REOPEN_ACCOUNT)
def _reopen(hub: Any) -> Any:
    address = opened(hub)
    hub.freeze(address)
    return hub.reopen(address)


@tries.register("set_credit_line", ops.SET_CREDIT_LINE)
def _lend(hub: Any) -> Any:
    return hub.set_credit_line(opened(hub), asset="EUR", limit="100.00")


@tries.register("transfer", ops.CREATE_TRANSFER)
def _transfer(hub: Any) -> Any:
    return pay(hub, metadata={"order": "7"}, effective_date="2026-01-31")


@tries.register("post", ops.CREATE_POSTING)
def _post(hub: Any) -> Any:
    legs = [
        Leg(debit=BANK, credit=ALICE, amount="2.00", asset="EUR"),
        Leg(debit=ALICE, credit=BOB, amount="1.00", asset="EUR", code=7),
    ]
    found = hub.post(legs, metadata={"order": "8"})
    assert [one.amount for one in found.transfers] == ["2.00", "1.00"]
    return found


@tries.register("hold", ops.CREATE_HOLD)
def _hold(hub: Any) -> Any:
    found = hub.hold(debit=BANK, credit=ALICE, amount="3.00", asset="EUR", timeout_seconds=60)
    assert found.transfers[0].expires_at is not None
    return found


@tries.register("post_hold", ops.POST_HOLD)
def _post_hold(hub: Any) -> Any:
    found = hub.post_hold(held(hub), amount="1.00", asset="EUR")
    assert found.transfers[0].amount == "1.00"
    return found


@tries.register("void_hold", ops.VOID_HOLD)
def _void_hold(hub: Any) -> Any:
    return hub.void_hold(held(hub), metadata={"why": "sold out"})


@tries.register("create_accounts", ops.CREATE_ACCOUNTS)
def _create_accounts(hub: Any) -> Any:
    one, other = raw_accounts()
    rows = [
        RawAccount(id=str(one.id), ledger=EUR, code=1),
        RawAccount(id=str(other.id), ledger=0, code=1),
    ]
    found = hub.create_accounts(rows)
    assert (found.created, [one.status for one in found.refused]) == (
        1,
        ["ledger_must_not_be_zero"],
    )
    return found


@tries.register("create_accounts_in_rows", ops.CREATE_ACCOUNTS, BatchRows)
def _create_accounts_in_rows(hub: Any) -> Any:
    records = np.frombuffer(b"".join(map(pack_account, raw_accounts(5))), np.uint8)
    found = hub.create_accounts_in_rows(records)
    assert found.array()["status"].tolist() == [0] * 5
    return found


@tries.register("create_transfers", ops.CREATE_TRANSFERS)
def _create_transfers(hub: Any) -> Any:
    transfers = raw_transfers(hub)
    found = hub.create_transfers(pack_transfers(transfers), command_id=f"batch-{fresh()}")
    rows = [
        RawTransfer(
            id=str(one.id),
            debit_account_id=str(one.debit_account_id),
            credit_account_id=str(one.credit_account_id),
            amount="1",
            ledger=EUR,
            code=1,
        )
        for one in transfers
    ]
    again = hub.create_transfers(rows)
    assert (found.created, [one.status for one in again.refused]) == (3, ["exists"] * 3)
    return found


@tries.register("create_transfers_in_rows", ops.CREATE_TRANSFERS, BatchRows)
def _create_transfers_in_rows(hub: Any) -> Any:
    transfers = raw_transfers(hub, 4)
    columns = {
        "id": [one.id for one in transfers],
        "debit_account_id": [one.debit_account_id for one in transfers],
        "credit_account_id": [one.credit_account_id for one in transfers],
        "amount": [one.amount for one in transfers],
    }
    table = pa.table(
        {
            **{name: pa.array(values, pa.uint64()) for name, values in columns.items()},
            "ledger": pa.array([EUR] * 4, pa.uint32()),
            "code": pa.array([1] * 4, pa.uint16()),
        }
    )
    found = hub.create_transfers_in_rows(table)
    rows = found.array()
    assert rows["status"].tolist() == [0] * 4
    assert (np.diff(rows["timestamp"]) > 0).all()
    again = hub.create_transfers_in_rows(table.to_batches()[0])
    assert again.array()["timestamp"].tolist() == rows["timestamp"].tolist()
    return found


@tries.register("import_transfers", ops.IMPORT_TRANSFERS)
def _import(hub: Any) -> Any:
    address = opened(hub)
    file = f"debit,credit,amount,asset\n{BANK},{address},1.00,EUR\n{BANK},{address},2.50,EUR\n"
    rehearsed = hub.import_transfers(file.replace(address, "x").encode(), "csv", dry_run=True)
    assert [one.line for one in rehearsed.problems] == [2, 3]
    found = hub.import_transfers(file.encode(), "csv")
    assert hub.balance(address).posted == "3.50"
    return found
