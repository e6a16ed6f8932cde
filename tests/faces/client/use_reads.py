"""One use of every method that reads money, the journal or proofs."""

from typing import Any

from tests.faces.client.using import (
    Scenarios,
    held,
    opened,
    pay,
    position_of,
)
from tests.faces.http.served import ALICE, BANK, BOB
from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.client import operations as ops
from tpwallet.proofs import evidence

tries = Scenarios()


@tries.register("balance", ops.READ_BALANCE)
def _balance(hub: Any) -> Any:
    address = opened(hub, "asset")
    paid = hub.transfer(debit=address, credit=ALICE, amount="5.00", asset="EUR")
    assert hub.balance(address).posted == "5.00"
    assert hub.balance(address, at=paid.position - 1).posted == "0.00"
    assert hub.balance(f"#{hub.balance(address).account_id}").posted == "5.00"
    return hub.balance(address, at=paid.time)


@tries.register("statement", ops.STATEMENT)
def _statement(hub: Any) -> Any:
    pay(hub, "6.00")
    return hub.statement(ALICE, limit=1, is_reversed=True)


@tries.register("history", ops.STATEMENT, shapes.Posting)
def _history(hub: Any) -> Any:
    address = opened(hub)
    for cents in range(1, 8):
        hub.transfer(debit=BANK, credit=address, amount=f"0.0{cents}", asset="EUR")
    lines = list(hub.history(address))
    assert [line.amount for line in lines] == [f"0.0{cents}" for cents in range(1, 8)]
    return lines[0]


@tries.register("totals", ops.READ_TOTALS)
def _totals(hub: Any) -> Any:
    found = hub.totals()
    assert found.checked
    return found


@tries.register("tree", ops.READ_TREE)
def _tree(hub: Any) -> Any:
    return hub.tree("customer", at=hub.position or None)


@tries.register("account", ops.READ_ACCOUNT)
def _account(hub: Any) -> Any:
    address = opened(hub)
    found = hub.account(address)
    assert found.account.account == address
    return found


@tries.register("accounts", ops.LIST_ACCOUNTS)
def _accounts(hub: Any) -> Any:
    return hub.accounts(prefix="customer/", asset="EUR", kind="liability", limit=2)


@tries.register("each_account", ops.LIST_ACCOUNTS, reading_shapes.Account)
def _each_account(hub: Any) -> Any:
    found = list(hub.each_account())
    assert {BANK, ALICE, BOB} <= {one.account for one in found}
    return found[0]


@tries.register("find_transfer", ops.READ_TRANSFER)
def _find_transfer(hub: Any) -> Any:
    transfer_id = held(hub)
    found = hub.find_transfer(transfer_id)
    assert (found.transfer.transfer_id, found.transfer.state) == (transfer_id, "open")
    return found


@tries.register("find_transfers", ops.LOOK_UP_TRANSFERS)
def _find_transfers(hub: Any) -> Any:
    wanted = [held(hub), held(hub)]
    found = hub.find_transfers([wanted[1], "404", wanted[0]])
    assert [one.transfer_id for one in found.transfers] == wanted[::-1]
    return found


@tries.register("find_accounts", ops.LOOK_UP_ACCOUNTS)
def _find_accounts(hub: Any) -> Any:
    found = hub.find_accounts([BOB, "nobody/EUR", ALICE])
    assert [one.account for one in found.accounts] == [BOB, ALICE]
    return found


@tries.register("transactions", ops.LIST_TRANSACTIONS)
def _transactions(hub: Any) -> Any:
    pay(hub, "7.77")
    found = hub.transactions(account=ALICE, kind="posted", is_reversed=True, limit=1)
    assert [one.amount for one in found.transfers] == ["7.77"]
    return found


@tries.register("each_transaction", ops.LIST_TRANSACTIONS, shapes.Transfer)
def _each_transaction(hub: Any) -> Any:
    since = pay(hub).position
    for cents in range(1, 4):
        pay(hub, f"0.0{cents}")
    found = list(hub.each_transaction(asset="EUR", since=since))
    assert [one.amount for one in found] == ["0.01", "0.02", "0.03"]
    return found[0]


@tries.register("events", ops.LIST_EVENTS)
def _events(hub: Any) -> Any:
    last = pay(hub).position
    found = hub.events(after=last - 1, limit=1, is_expanded=True)
    assert [one.position for one in found.events] == [last]
    return found


@tries.register("each_event", ops.LIST_EVENTS, reading_shapes.Event)
def _each_event(hub: Any) -> Any:
    last = pay(hub).position
    found = list(hub.each_event(at_least=last))
    assert [one.position for one in found] == list(range(1, len(found) + 1))
    assert len(found) >= last
    return found[0]


@tries.register("follow_events", ops.STREAM_EVENTS, reading_shapes.Event)
def _follow_events(hub: Any) -> Any:
    last = pay(hub).position
    stream = hub.follow_events(after=last - 1)
    found = next(stream)
    assert found.position == last
    stream.close()
    return found


@tries.register("feed", ops.LIST_CHANGES)
def _feed(hub: Any) -> Any:
    place = pay(hub).transfers[0].place
    return hub.feed(after=place, limit=1)


@tries.register("each_change", ops.LIST_CHANGES, reading_shapes.Change)
def _each_change(hub: Any) -> Any:
    place = pay(hub, "1.00").transfers[0].place
    pay(hub, "2.00")
    found = list(hub.each_change(after=place))
    assert [one.transfer.amount for one in found] == ["2.00"]
    return found[0]


@tries.register("follow_changes", ops.STREAM_CHANGES, reading_shapes.Change)
def _follow_changes(hub: Any) -> Any:
    place = pay(hub, "1.00").transfers[0].place
    stream = hub.follow_changes(after=place)
    pay(hub, "4.00")
    found = next(stream)
    assert found.transfer.amount == "4.00"
    stream.close()
    return found


@tries.register("entry", ops.READ_ENTRY)
def _entry(hub: Any) -> Any:
    paid = pay(hub)
    found = hub.entry(paid.position)
    assert found.command_id == paid.command_id
    return found


@tries.register("reading_position", ops.READ_PROGRESS)
def _reading_position(hub: Any) -> Any:
    return hub.reading_position()


@tries.register("checkpoint", ops.READ_CHECKPOINT)
def _checkpoint(hub: Any) -> Any:
    paid = pay(hub)
    return hub.checkpoint(paid.position)


@tries.register("proof_of_transfer", ops.PROVE_TRANSFER, evidence.ItemProof)
def _proof_of_transfer(hub: Any) -> Any:
    return hub.proof_of_transfer(pay(hub).transfers[0].transfer_id)


@tries.register("proof_of_event", ops.PROVE_EVENT, evidence.EventProof)
def _proof_of_event(hub: Any) -> Any:
    return hub.proof_of_event(pay(hub).position)


@tries.register("proof_of_item", ops.PROVE_ITEM, evidence.ItemProof)
def _proof_of_item(hub: Any) -> Any:
    position = position_of(pay(hub).transfers[0].place)
    return hub.proof_of_item(position, 0)


@tries.register("consistency", ops.PROVE_CONSISTENCY, evidence.ConsistencyProof)
def _consistency(hub: Any) -> Any:
    old = hub.checkpoint(pay(hub).position)
    pay(hub)
    return hub.consistency(old.note)
