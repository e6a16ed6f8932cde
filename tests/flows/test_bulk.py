"""Raw batches: their statuses and timestamps are the answer, the first time and ever after."""

import pytest

from tests.flows.desk import CLERK, DAY, ROBOT, SECOND, START, TODAY, Desk, post
from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.loops.words import TRANSFER_IDS_AT
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfers
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.accounts import FreezeAccount
from tpwallet.flows.administration import ClosePeriod, EndBulkGrant, GrantBulk, RegisterAsset
from tpwallet.flows.bulk import BatchReply, CreateAccounts, CreateTransfers
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.transfers import Post
from tpwallet.kernel.errors import Forbidden, Malformed
from tpwallet.kernel.id_index import IdIndex

LINKED = TransferFlags.LINKED
EXISTS, FELL = Status.EXISTS, Status.LINKED_EVENT_FAILED


@pytest.fixture
def desk() -> Desk:
    """Accounts 1 to 3 in euros; 3 may not be overdrawn."""
    desk = Desk()
    for number, flags in ((1, 0), (2, 0), (3, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)):
        desk.raw_account(number, flags=flags)
    return desk


def row(number: int, debit: int = 1, credit: int = 2, amount: int = 5, **fields: int) -> Transfer:
    given = {"ledger": 978, "code": 1, **fields}
    return Transfer(
        id=number, debit_account_id=debit, credit_account_id=credit, amount=amount, **given
    )


def told(reply: BatchReply) -> list[tuple[Status, int]]:
    """Statuses, and timestamps as distances from the last one a batch may give."""
    statuses = [Status(int(status)) for status in reply.statuses]
    return list(zip(statuses, reply.timestamps.tolist(), strict=True))


# Answers


def test_every_request_gets_a_status_and_a_nanosecond(desk: Desk) -> None:
    reply = desk.sends([row(1), row(2, debit=3), row(3)])
    last = desk.entries[-1].envelope.time
    assert told(reply) == [
        (Status.CREATED, last - 2),
        (Status.EXCEEDS_CREDITS, last - 1),
        (Status.CREATED, last),
    ]
    assert reply.refused() == [(1, Status.EXCEEDS_CREDITS)]
    assert reply.position == desk.entries[-1].first_position


def test_a_repeated_batch_id_gets_the_same_answer_and_does_nothing(desk: Desk) -> None:
    command = CreateTransfers(pack_transfers([row(1), row(2, debit=3), row(1)]))
    first = desk.answer(command, command_id="b")
    desk.paid("#1", "#3", "1.00")
    recorded = len(desk.entries)
    again = desk.answer(command, command_id="b")
    assert told(again) == told(first)
    assert len(desk.entries) == recorded


def test_what_exists_is_told_with_its_own_time(desk: Desk) -> None:
    stored = desk.sends([row(1)]).timestamps[0]
    reply = desk.sends([row(2), row(1)])
    assert told(reply)[1] == (EXISTS, stored)


def test_what_exists_since_the_same_batch_is_told_with_its_time_there(desk: Desk) -> None:
    reply = desk.sends([row(1), row(2), row(1)])
    assert told(reply)[2] == (EXISTS, reply.timestamps[0])


def test_a_repetition_inside_a_chain_that_falls_is_told_the_fallen_one_s_time(desk: Desk) -> None:
    """The chain is taken back, so nothing of that id is stored anywhere."""
    reply = desk.sends([row(1, flags=LINKED), row(1, flags=LINKED), row(2)])
    last = desk.entries[-1].envelope.time
    assert told(reply) == [(FELL, last - 2), (EXISTS, last - 2), (FELL, last)]
    assert desk.ledger.place_of(1) is None


@pytest.mark.parametrize("is_later_batch", [False, True])
def test_what_a_fallen_id_stores_later_does_not_change_that_answer(
    desk: Desk, is_later_batch: bool
) -> None:
    fallen = [row(1, flags=LINKED), row(1, flags=LINKED), row(2)]
    command = CreateTransfers(pack_transfers([*fallen, row(5 if is_later_batch else 1)]))
    first = desk.answer(command, command_id="b")
    last = desk.entries[-1].envelope.time
    assert told(first) == [
        (FELL, last - 3),
        (EXISTS, last - 3),
        (FELL, last - 1),
        (Status.CREATED, last),
    ]
    if is_later_batch:
        assert desk.sends([row(1)]).refused() == []
    assert told(desk.answer(command, command_id="b")) == told(first)


def test_a_repetition_of_what_was_stored_before_its_chain_is_told_that_one_s_time(
    desk: Desk,
) -> None:
    """A fallen chain just before it names the same id, and is not what it repeats."""
    stored = desk.sends([row(1)]).timestamps[0]
    reply = desk.sends(
        [row(9, 1, 1, flags=LINKED), row(1), row(2, flags=LINKED), row(1, flags=0), row(3)]
    )
    last = desk.entries[-1].envelope.time
    assert told(reply)[1:4] == [(FELL, last - 3), (FELL, last - 2), (EXISTS, stored)]


def test_an_imported_repetition_in_a_fallen_chain_is_told_the_time_it_brings(desk: Desk) -> None:
    desk.now += 60 * SECOND
    past = START + 30 * SECOND
    rows = [row(1, flags=LINKED | TransferFlags.IMPORTED, timestamp=past)] * 2
    reply = desk.sends([*rows, row(2, flags=TransferFlags.IMPORTED, timestamp=past + 1)])
    last = desk.entries[-1].envelope.time
    assert told(reply) == [(FELL, last - 2), (EXISTS, past), (FELL, last)]


def test_accounts_are_answered_the_same_way(desk: Desk) -> None:
    def account(number: int, flags: int = 0) -> bytes:
        return pack_account(Account(id=number, ledger=978, code=1, flags=flags))

    first = desk.bulk(CreateAccounts(account(7)))
    reply = desk.bulk(CreateAccounts(account(8) + account(7) + account(8) + account(7, 2)))
    last = desk.entries[-1].envelope.time
    assert told(reply) == [
        (Status.CREATED, last - 3),
        (EXISTS, first.timestamps[0]),
        (EXISTS, last - 3),
        (Status.EXISTS_WITH_DIFFERENT_FLAGS, last),
    ]
    linked = AccountFlags.LINKED
    fell = desk.bulk(CreateAccounts(account(9, linked) + account(9, linked) + account(10)))
    last = desk.entries[-1].envelope.time
    assert told(fell) == [(FELL, last - 2), (EXISTS, last - 2), (FELL, last)]


def test_an_id_that_failed_for_lack_of_money_is_burnt(desk: Desk) -> None:
    assert desk.sends([row(1, debit=3)]).refused() == [(0, Status.EXCEEDS_CREDITS)]
    desk.paid("#1", "#3", "1.00")
    assert desk.sends([row(1, debit=3)]).refused() == [(0, Status.ID_ALREADY_FAILED)]
    assert desk.sends([row(2, debit=3)]).refused() == []


# Limits


def test_a_batch_has_whole_records_one_to_8190(desk: Desk) -> None:
    whole = pack_transfers([row(1)])
    for records in (b"", whole[:-1], whole + b"\0"):
        assert desk.malformed(CreateTransfers(records)) == "records"
        assert desk.malformed(CreateAccounts(records)) == "records"
    full = pack_transfers([row(n + 1) for n in range(limits.BATCH_RECORDS_MAX)])
    assert desk.malformed(CreateTransfers(full + whole)) == "records"
    assert desk.bulk(CreateTransfers(full)).refused() == []
    assert desk.posted("#2") == 5 * limits.BATCH_RECORDS_MAX


def test_a_batch_is_not_rehearsed(desk: Desk) -> None:
    for command in (CreateTransfers(pack_transfers([row(1)])), CreateAccounts(bytes(128))):
        assert isinstance(desk.rehearses(command), Malformed)


# Who may move what


def test_only_a_bulk_caller_sends_batches(desk: Desk) -> None:
    command = CreateTransfers(pack_transfers([row(1)]))
    assert isinstance(desk.answer(command, actor=CLERK), Forbidden)
    assert desk.bulk(command, actor=ROBOT).refused() == []


ADA, BOB, ANNEX = "customer/ada/EUR", "customer/bob/EUR", "customers/EUR"


@pytest.fixture
def guarded() -> Desk:
    """Guarded accounts of customers, and an open one of the bank."""
    desk = Desk().opened("bank/EUR", AccountKind.CLEARING, guarded=False)
    for address in (ADA, BOB, ANNEX, "customer/ada/USD", "bank/USD"):
        desk.opened(address, AccountKind.CLEARING)
    return desk


def moved(desk: Desk, debit: str, credit: str) -> Status | None:
    """What a robot is told that moves a cent."""
    number = desk.ledger.transfer_count + len(desk.entries) + 1
    ids = {"debit": account_id_of(debit), "credit": account_id_of(credit)}
    ledger = 840 if debit.endswith("USD") else 978
    refused = desk.sends([row(number, **ids, amount=1, ledger=ledger)], actor=ROBOT).refused()
    return refused[0][1] if refused else None


def test_a_robot_moves_open_accounts_only_until_it_is_granted_more(guarded: Desk) -> None:
    assert moved(guarded, "bank/EUR", ADA) is Status.CREDIT_ACCOUNT_NOT_GRANTED
    assert moved(guarded, ADA, "bank/EUR") is Status.DEBIT_ACCOUNT_NOT_GRANTED
    guarded.does(GrantBulk(holder="key:robot", subtrees=("customer",)))
    assert moved(guarded, "bank/EUR", ADA) is None
    assert moved(guarded, ADA, BOB) is None
    guarded.does(EndBulkGrant(bit=1))
    assert moved(guarded, ADA, BOB) is Status.DEBIT_ACCOUNT_NOT_GRANTED


def test_a_grant_covers_a_subtree_and_not_what_is_called_alike(guarded: Desk) -> None:
    guarded.does(GrantBulk(holder="key:robot", subtrees=("customer", BOB)))
    assert moved(guarded, ADA, ANNEX) is Status.CREDIT_ACCOUNT_NOT_GRANTED
    guarded.opened("customers/new/EUR", AccountKind.CLEARING)  # after the grant
    guarded.opened("customer/new/EUR", AccountKind.CLEARING)
    assert moved(guarded, ADA, "customers/new/EUR") is Status.CREDIT_ACCOUNT_NOT_GRANTED
    assert moved(guarded, ADA, "customer/new/EUR") is None


def test_a_grant_of_one_account_covers_it(guarded: Desk) -> None:
    guarded.does(GrantBulk(holder="key:robot", subtrees=(BOB,)))
    assert moved(guarded, BOB, "bank/EUR") is None
    assert moved(guarded, ADA, "bank/EUR") is Status.DEBIT_ACCOUNT_NOT_GRANTED


def test_a_grant_of_some_assets_covers_no_other(guarded: Desk) -> None:
    guarded.does(GrantBulk(holder="key:robot", subtrees=("customer", "bank"), assets=("EUR",)))
    guarded.opened("customer/new/USD", AccountKind.CLEARING)
    assert moved(guarded, ADA, BOB) is None
    assert moved(guarded, "customer/ada/USD", "bank/USD") is Status.DEBIT_ACCOUNT_NOT_GRANTED
    assert moved(guarded, "customer/new/USD", "bank/USD") is Status.DEBIT_ACCOUNT_NOT_GRANTED


def test_the_grant_of_one_caller_is_none_of_another_s(guarded: Desk) -> None:
    guarded.does(GrantBulk(holder="key:other", subtrees=("customer",)))
    assert moved(guarded, ADA, BOB) is Status.DEBIT_ACCOUNT_NOT_GRANTED


def test_of_two_grants_the_other_stays(guarded: Desk) -> None:
    for subtree in ("customer/ada", "customer"):
        guarded.does(GrantBulk(holder="key:robot", subtrees=(subtree,)))
    guarded.does(EndBulkGrant(bit=1))
    assert moved(guarded, ADA, BOB) is None


def test_a_hold_is_ended_by_who_may_move_its_accounts(guarded: Desk) -> None:
    held = int(guarded.held(ADA, "bank/EUR", "1.00"))
    end = Transfer(id=99, pending_id=held, flags=TransferFlags.VOID_PENDING_TRANSFER)
    refused = guarded.sends([end], actor=ROBOT).refused()
    assert refused == [(0, Status.DEBIT_ACCOUNT_NOT_GRANTED)]


def test_flows_need_no_grant(guarded: Desk) -> None:
    guarded.does(post(ADA, BOB, "1.00"), actor=CLERK)
    assert guarded.posted(BOB) == 1_00


# What no record walks around


def test_a_grant_does_not_reopen_a_frozen_account(guarded: Desk) -> None:
    guarded.does(GrantBulk(holder="key:robot", subtrees=("customer", "control")))
    guarded.does(FreezeAccount(account=BOB))
    [(_, closing)] = guarded.facts.closings
    pending = int.from_bytes(closing.transfer_id, "little")
    void = Transfer(id=9, pending_id=pending, flags=TransferFlags.VOID_PENDING_TRANSFER)
    reply = guarded.sends([void, row(8)], actor=ROBOT)
    assert reply.refused() == [(0, Status.CLOSING_RESERVATION), (1, Status.DEBIT_ACCOUNT_NOT_FOUND)]
    assert guarded.account(BOB).flags & AccountFlags.CLOSED
    post_it = Transfer(id=9, pending_id=pending, flags=TransferFlags.POST_PENDING_TRANSFER)
    [status] = guarded.sends([post_it], actor=ROBOT).statuses
    assert status == Status.CREDIT_ACCOUNT_NOT_GRANTED  # it is the hub's own


def test_a_closing_of_a_raw_batch_is_its_caller_s_to_void(desk: Desk) -> None:
    """Also while another account is frozen."""
    desk.does(FreezeAccount(account="#3"))
    closing = row(1, flags=TransferFlags.PENDING | TransferFlags.CLOSING_DEBIT)
    void = Transfer(id=2, pending_id=1, flags=TransferFlags.VOID_PENDING_TRANSFER)
    assert desk.sends([closing], actor=ROBOT).refused() == []
    assert desk.account("#1").flags & AccountFlags.CLOSED
    assert desk.sends([void], actor=ROBOT).refused() == []
    assert not desk.account("#1").flags & AccountFlags.CLOSED


def test_no_imported_record_is_booked_into_a_closed_period(desk: Desk) -> None:
    desk.now += 2 * DAY
    desk.does(ClosePeriod(through=TODAY))
    imported = {"flags": TransferFlags.IMPORTED}
    old, new = START + SECOND, START + DAY
    rows = [row(1, timestamp=old, **imported), row(2, timestamp=new, **imported)]
    assert desk.sends(rows).refused() == [(0, Status.PERIOD_CLOSED)]
    assert desk.sends([row(1, timestamp=new + 1, **imported)]).refused() == []
    assert desk.sends([row(3)]).refused() == []


def test_a_period_that_ended_before_there_were_times_bars_nothing(desk: Desk) -> None:
    desk.does(ClosePeriod(through="1960-01-01"))
    desk.now += 2 * SECOND
    imported = row(1, timestamp=START + SECOND, flags=TransferFlags.IMPORTED)
    assert desk.sends([imported]).refused() == []
    assert desk.sends([row(2)]).refused() == []


def test_what_the_rules_bar_leaves_the_other_records_alone(desk: Desk) -> None:
    """Good ones are booked, a chain with a barred one falls as a whole, and nothing is burnt."""
    desk.does(RegisterAsset(code="OLD", scale=2, ledger=50_000))
    desk.does(DelistAsset(code="OLD"))
    old = {"ledger": 50_000}
    rows = [
        row(1),
        row(2, **old),
        row(3, flags=LINKED),
        row(4, flags=LINKED, **old),
        row(5),
        row(6),
    ]
    reply = desk.sends(rows)
    last = desk.entries[-1].envelope.time
    assert told(reply) == [
        (Status.CREATED, last - 5),
        (Status.ASSET_DELISTED, last - 4),
        (FELL, last - 3),
        (Status.ASSET_DELISTED, last - 2),
        (FELL, last - 1),
        (Status.CREATED, last),
    ]
    assert desk.sends([row(number) for number in (2, 3, 4, 5)]).refused() == []
    again = desk.sends([row(1), row(6), row(7, **old)])
    assert again.refused() == [(0, EXISTS), (1, EXISTS), (2, Status.ASSET_DELISTED)]


# Room


def test_a_batch_there_is_no_room_to_keep_is_refused_before_it_begins(desk: Desk) -> None:
    index = IdIndex(7, segments_max=4)
    desk.ledger.transfer_ids = index
    desk.ledger.block[TRANSFER_IDS_AT] = index.at
    assert desk.sends([row(1), row(2), row(3)]).refused() == []
    batch = CreateTransfers(pack_transfers([row(4), row(5), row(6), row(7)]))
    assert desk.refuses(batch) == ("too_many_transfers", {"kept": 3})
    assert desk.sends([row(4), row(5), row(6)]).refused() == []
    desk.raw_account(4)
    assert desk.ledger.transfer_count == 6


def test_a_payment_there_is_no_room_to_keep_leaves_nothing() -> None:
    desk = Desk().opened("bank/EUR", AccountKind.ASSET).opened("customer/ada/EUR")
    index = IdIndex(7, segments_max=2)
    desk.ledger.transfer_ids = index
    desk.ledger.block[TRANSFER_IDS_AT] = index.at
    desk.paid("bank/EUR", "customer/ada/EUR", "1.00")
    legs = post("bank/EUR", "customer/ada/EUR", "1.00").legs
    assert desk.refuses(Post(legs=(*legs, *legs))) == ("too_many_transfers", {"kept": 1})
    desk.paid("bank/EUR", "customer/ada/EUR", "1.00")
