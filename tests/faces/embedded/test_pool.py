"""A pool as a library: a user's path through every friendly call."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import tpwallet
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfer
from tpwallet.domains.ledger.status import Status
from tpwallet.faces.embedded import Personal, Pool
from tpwallet.flows.administration import RegisterAsset
from tpwallet.gateways.pool_directory import create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.errors import (
    ClockRefused,
    ExecutedBeforeErasure,
    Halted,
    Malformed,
    OutcomeUnknown,
    Rejected,
)
from tpwallet.kernel.limits import CLOCK_JUMP_NS_MAX

BANK, ADA, BOB = "bank/main/EUR", "customer/ada/available/EUR", "customer/bob/available/EUR"


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account(BANK, asset="EUR", kind="asset")
        opened.open_account(ADA, asset="EUR", kind="liability")
        opened.open_account(BOB, asset="EUR", kind="liability")
        opened.transfer(debit=BANK, credit=ADA, amount="100.00", asset="EUR")
        yield opened


def _code(error: pytest.ExceptionInfo[Rejected]) -> str:
    return error.value.code


def test_a_pool_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    with tpwallet.open(tmp_path / "pool") as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        pool.open_account(ADA, asset="EUR", kind="liability")
        first = pool.transfer(
            debit=BANK, credit=ADA, amount="1.00", asset="EUR", command_id="deposit-1"
        )
    with tpwallet.open(tmp_path / "pool") as pool:
        assert pool.balance(ADA).posted == "1.00"
        again = pool.transfer(
            debit=BANK, credit=ADA, amount="1.00", asset="EUR", command_id="deposit-1"
        )
        assert again == first
        assert pool.balance(ADA).posted == "1.00"


def test_the_same_command_id_with_another_body_is_refused(pool: Pool) -> None:
    pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR", command_id="x")
    with pytest.raises(Rejected) as refusal:
        pool.transfer(debit=ADA, credit=BOB, amount="2.00", asset="EUR", command_id="x")
    assert _code(refusal) == "idempotency_conflict"


def test_a_refusal_is_the_answer_of_its_command_id_for_ever(pool: Pool) -> None:
    for _ in range(2):
        with pytest.raises(Rejected) as refusal:
            pool.transfer(debit=BOB, credit=ADA, amount="1.00", asset="EUR", command_id="early")
        assert _code(refusal) == "exceeds_credits"
        pool.transfer(debit=ADA, credit=BOB, amount="5.00", asset="EUR")


def test_a_hold_is_posted_in_part_and_the_rest_released(pool: Pool) -> None:
    hold = pool.hold(debit=ADA, credit=BOB, amount="30.00", asset="EUR")
    assert pool.balance(ADA).available == "70.00"
    assert pool.balance(ADA).posted == "100.00"
    pool.post_hold(hold.transfers[0].transfer_id, amount="12.00", asset="EUR")
    assert pool.balance(ADA).available == "88.00"
    assert pool.balance(BOB).posted == "12.00"
    with pytest.raises(Rejected) as refusal:
        pool.void_hold(hold.transfers[0].transfer_id)
    assert _code(refusal) == "pending_transfer_already_posted"


def test_a_voided_hold_gives_everything_back(pool: Pool) -> None:
    hold = pool.hold(debit=ADA, credit=BOB, amount="30.00", asset="EUR")
    pool.void_hold(hold.transfers[0].transfer_id)
    assert pool.balance(ADA).available == "100.00"


def test_a_posting_is_all_or_nothing_across_assets(pool: Pool) -> None:
    for asset in ("EUR", "USD"):
        pool.open_account(f"clearing/fx/{asset}", asset=asset, kind="clearing")
    pool.open_account("customer/ada/available/USD", asset="USD", kind="liability")
    sell = Leg(debit=ADA, credit="clearing/fx/EUR", amount="50.00", asset="EUR")
    buy = Leg(
        debit="clearing/fx/USD", credit="customer/ada/available/USD", amount="54.00", asset="USD"
    )
    receipt = pool.post([sell, buy])
    assert [transfer.asset for transfer in receipt.transfers] == ["EUR", "USD"]
    assert pool.balance("customer/ada/available/USD").posted == "54.00"
    with pytest.raises(Rejected) as refusal:
        pool.post([buy, sell, sell])
    assert _code(refusal) == "exceeds_credits"
    assert refusal.value.facts["leg"] == 2
    assert pool.balance("customer/ada/available/USD").posted == "54.00"


def test_a_frozen_account_moves_nothing_until_reopened(pool: Pool) -> None:
    pool.freeze(ADA)
    assert pool.balance(ADA).closed
    with pytest.raises(Rejected) as refusal:
        pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR")
    assert _code(refusal) == "debit_account_already_closed"
    pool.reopen(ADA)
    pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR")


def test_only_an_empty_account_closes(pool: Pool) -> None:
    with pytest.raises(Rejected) as refusal:
        pool.close_account(ADA)
    assert _code(refusal) == "account_not_empty"
    hold = pool.hold(debit=ADA, credit=BOB, amount="100.00", asset="EUR")
    with pytest.raises(Rejected) as refusal:
        pool.close_account(BOB)
    assert _code(refusal) == "account_has_reservations"
    pool.post_hold(hold.transfers[0].transfer_id)
    pool.close_account(ADA)
    assert pool.balance(ADA).closed


def test_a_closing_reservation_is_not_voided_by_hand(pool: Pool) -> None:
    receipt = pool.freeze(ADA)
    with pytest.raises(Rejected) as refusal:
        pool.void_hold(receipt.transfers[0].transfer_id)
    assert _code(refusal) == "closing_reservation"


def test_raw_batches_answer_with_statuses(pool: Pool) -> None:
    accounts = b"".join(pack_account(Account(id=n, ledger=978, code=1)) for n in (1, 2))
    assert pool.create_accounts(accounts).refused() == []
    batch = b"".join(
        pack_transfer(
            Transfer(
                id=10 + n, debit_account_id=1, credit_account_id=n, amount=5, ledger=978, code=1
            )
        )
        for n in (2, 3)
    )
    reply = pool.create_transfers(np.frombuffer(batch, np.uint64).reshape(-1, 16))
    assert reply.refused() == [(1, Status.CREDIT_ACCOUNT_NOT_FOUND)]
    again = pool.create_transfers(batch)
    assert again.refused() == [(0, Status.EXISTS), (1, Status.ID_ALREADY_FAILED)]
    assert again.timestamps[0] == reply.timestamps[0]


def test_raw_batches_do_not_touch_guarded_accounts(pool: Pool) -> None:
    ada, bob = (int(pool.balance(name).account_id) for name in (ADA, BOB))
    record = pack_transfer(
        Transfer(id=9, debit_account_id=ada, credit_account_id=bob, amount=1, ledger=978, code=1)
    )
    assert pool.create_transfers(record).refused() == [(0, Status.DEBIT_ACCOUNT_NOT_GRANTED)]


def test_personal_texts_are_not_in_the_journal_and_can_be_erased(tmp_path: Path) -> None:
    with tpwallet.open(tmp_path / "pool") as pool:
        pool.open_account(
            ADA,
            asset="EUR",
            kind="liability",
            personal=Personal("customer/ada", {"name": "Ada Lovelace"}),
        )
        assert pool.erase("customer/ada") == 1
        assert pool.erase("customer/ada") == 0
        with pytest.raises(Rejected) as refusal:
            pool.open_account(
                BOB, asset="EUR", kind="liability", personal=Personal("customer/ada", {"n": "A"})
            )
        assert _code(refusal) == "subject_erased"
    for path in (tmp_path / "pool").iterdir():
        assert b"Lovelace" not in path.read_bytes()


def test_a_command_repeated_after_its_person_was_erased_is_told_that_it_was_executed(
    pool: Pool,
) -> None:
    """Or its caller would take it for not done, and pay again under another command id."""
    memo = Personal("customer/ada", {"memo": "rent"})
    pay = partial(pool.transfer, debit=BANK, credit=ADA, amount="5.00", asset="EUR", personal=memo)
    first = pay(command_id="pay-1")
    with pytest.raises(Rejected):  # a refusal is an outcome, too
        pay(debit=ADA, credit=BOB, amount="9999", command_id="pay-2")
    refused_at = pool.position
    pool.erase("customer/ada")
    balance = pool.balance(ADA).posted
    for command_id, position in (("pay-1", first.position), ("pay-2", refused_at)):
        with pytest.raises(ExecutedBeforeErasure, match="executed before") as told:
            pay(command_id=command_id)
        assert isinstance(told.value, OutcomeUnknown)
        assert not isinstance(told.value, Rejected)
        facts = told.value.facts
        assert facts.keys() == {"command_id", "position"}
        assert facts["command_id"] == command_id
        assert facts["position"] in {position - 1, position}  # where its events begin
    for command_id, dry_run in (("pay-3", False), ("pay-1", True)):
        with pytest.raises(Rejected) as refusal:
            pay(command_id=command_id, dry_run=dry_run)
        assert _code(refusal) == "subject_erased"
        assert "position" not in refusal.value.facts
    assert pool.balance(ADA).posted == balance


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"amount": "1.001"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"debit": "no such//address"}, "debit"),
        ({"debit": "#0"}, "debit"),
        ({"code": 0}, "code"),
        ({"transfer_id": "abc"}, "transfer_id"),
        ({"effective_date": "yesterday"}, "effective_date"),
    ],
)
def test_malformed_input_names_its_parameter(
    pool: Pool, change: dict[str, object], parameter: str
) -> None:
    good: dict[str, object] = {"debit": ADA, "credit": BOB, "amount": "1.00", "asset": "EUR"}
    position = pool.position
    with pytest.raises(Malformed) as error:
        pool.transfer(**{**good, **change})  # type: ignore[arg-type]
    assert error.value.facts["parameter"] == parameter
    assert pool.position == position


def test_after_a_jump_the_owner_vouches_for_the_clock(tmp_path: Path) -> None:
    ahead_ns = 0
    directory = create_pool(tmp_path / "pool", name="p", base_asset="EUR")
    with Pool(Writer(directory, wall=lambda: time.time_ns() + ahead_ns)) as pool:
        ahead_ns = 2 * CLOCK_JUMP_NS_MAX
        with pytest.raises(ClockRefused, match="tpwallet clock override"):
            pool.open_account(BANK, asset="EUR", kind="asset")
        with pytest.raises(Malformed):
            pool.override_clock("")
        with pytest.raises(ClockRefused):
            pool.open_account(BANK, asset="EUR", kind="asset")
        first = pool.override_clock("machine-slept", command_id="override-1")
        assert pool.override_clock("machine-slept", command_id="override-1") == first
        pool.open_account(BANK, asset="EUR", kind="asset")


def test_an_unknown_asset_is_refused(pool: Pool) -> None:
    with pytest.raises(Rejected) as refusal:
        pool.transfer(debit=ADA, credit=BOB, amount="1", asset="NOPE")
    assert _code(refusal) == "unknown_asset"


def test_a_pool_in_use_is_not_opened_twice(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(Halted):
        tpwallet.open(tmp_path / "pool")


def test_a_path_without_a_pool_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="tpwallet init"):
        tpwallet.open(tmp_path / "none", create=False)


def test_a_payment_that_is_told_needs_no_read_after_it(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Halted("the pool has stopped")

    monkeypatch.setattr(pool._writer, "read", fail)
    receipt = pool.transfer(debit=BANK, credit=ADA, amount="1.00", asset="EUR")
    assert receipt.transfers[0].asset == "EUR"


def test_an_asset_registered_meanwhile_is_shown_by_its_code(pool: Pool) -> None:
    pool._writer.run(RegisterAsset(code="POINTS", scale=0, ledger=20_001))
    pool.open_account("bank/points", asset="POINTS", kind="asset")
    pool.open_account("customer/ada/points", asset="POINTS", kind="liability")
    receipt = pool.transfer(
        debit="bank/points", credit="customer/ada/points", amount="3", asset="POINTS"
    )
    assert (receipt.transfers[0].asset, receipt.transfers[0].amount) == ("POINTS", "3")
