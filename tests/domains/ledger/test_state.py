"""The ledger's state: what its hash stands for, what a dump brings back, what a unit takes back."""

from collections.abc import Callable

import numpy as np
import pytest

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import FLOW_ACCESS, OPEN_ACCESS, covers
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.decide import book, create_transfers, expire
from tpwallet.domains.ledger.events import (
    AccountNamed,
    AccountsCreated,
    BatchApplied,
    BulkGranted,
    BulkGrantEnded,
    Expired,
    Grant,
    PeriodClosed,
)
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.loops.words import QUEUE
from tpwallet.domains.ledger.records import (
    REFUSAL,
    Account,
    Transfer,
    pack_account,
    pack_transfers,
    words_of,
)
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.errors import InvariantBroken, Rejected
from tpwallet.kernel.wire import Event

SECOND = 1_000_000_000
NOW = 1_000 * SECOND
PENDING = TransferFlags.PENDING
POST, VOID = TransferFlags.POST_PENDING_TRANSFER, TransferFlags.VOID_PENDING_TRANSFER
CLOSING = PENDING | TransferFlags.CLOSING_DEBIT
ACCOUNTS = AccountsCreated(
    b"".join(pack_account(Account(id=n, ledger=978, code=1, timestamp=n)) for n in (1, 2, 3)), b""
)


class Nothing:
    """A past that nobody should ask for."""

    def event_at(self, position: int) -> Event:
        raise LookupError(position)


def row(number: int, amount: int = 5, at: int = NOW, **fields: int) -> Transfer:
    given = {"debit_account_id": 1, "credit_account_id": 2, "ledger": 978, "code": 1, **fields}
    return Transfer(id=number, amount=amount, timestamp=at, **given)


def booked(*rows: Transfer, burnt: tuple[int, ...] = (), refused: tuple[int, ...] = ()) -> Event:
    """The event of a batch that stored some rows and refused others."""
    ids = [(number, BURNT_BIT) for number in burnt] + [(number, 0) for number in refused]
    refusals = np.zeros(len(ids), REFUSAL)
    for index, (number, bit) in enumerate(ids):
        refusals[index] = (index, int(Status.EXCEEDS_CREDITS) | bit, (number, 0))
    return BatchApplied(pack_transfers(rows), refusals.tobytes())


def ledger_of(*events: Event, entropy: bytes = bytes(32)) -> LedgerState:
    """A ledger that has applied accounts 1 to 3 and some events."""
    state = LedgerState(entropy)
    for position, event in enumerate((ACCOUNTS, *events), start=1):
        state.apply(event, position)
        state.settle(state.mark())
    return state


def named(address: str = "a/x", *, guarded: bool = True, number: int = 1) -> AccountNamed:
    return AccountNamed(number.to_bytes(16, "little"), address, guarded)


def granted(*ledgers: int) -> BulkGranted:
    return BulkGranted(Grant(1, "key:robot", ("a",), ledgers))


# The hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([booked(row(1, 5))], [booked(row(1, 6))]),
        ([booked(row(1))], [booked(row(2))]),
        ([booked(row(1))], [booked(row(1, at=NOW + 1))]),
        ([booked(row(1))], [booked(row(1, debit_account_id=2, credit_account_id=1))]),
        ([booked(row(1, 0, flags=PENDING))], [booked(row(1, 0))]),
        ([booked(row(1, flags=PENDING))], [booked(row(1, flags=PENDING, user_data_64=7))]),
        ([booked(row(1, flags=PENDING))], [booked(row(1, flags=PENDING, timeout=7))]),
        (
            [booked(row(1, 0, flags=PENDING), row(2, 0, flags=POST, pending_id=1))],
            [booked(row(1, 0, flags=PENDING), row(2, 0, flags=VOID, pending_id=1))],
        ),
        (
            [booked(row(1, 0, flags=PENDING)), Expired((1).to_bytes(16, "little"), NOW)],
            [booked(row(1, 0, flags=PENDING)), booked()],
        ),
        ([booked(row(1, 0, flags=CLOSING))], [booked(row(1, 0, flags=PENDING))]),
        ([booked(burnt=(9,))], [booked(refused=(9,))]),
        ([booked(burnt=(9,))], [booked(burnt=(8,))]),
        ([named(guarded=True)], [named(guarded=False)]),
        ([named("a/x")], [named("b/x")]),
        ([named("a/x")], [named("a/b/x")]),
        ([booked(), named()], [named(), booked()]),  # named at another position
        ([named(), granted()], [named(), booked()]),
        ([named(), granted(978)], [named(), granted(840)]),
        ([named(), granted(), BulkGrantEnded(1)], [named(), granted(), booked()]),
    ],
)
def test_ledgers_that_differ_in_anything_have_other_hashes(
    one: list[Event], other: list[Event]
) -> None:
    assert ledger_of(*one).state_hash() != ledger_of(*other).state_hash()


BUSY = (
    named(),
    granted(),
    booked(row(1), row(2, flags=PENDING, timeout=5), row(3, flags=PENDING), burnt=(9,)),
    booked(row(4, flags=POST, pending_id=3), row(5, flags=PENDING, timeout=9)),
)


def test_the_hash_does_not_tell_how_the_indexes_lie() -> None:
    assert ledger_of(*BUSY).state_hash() == ledger_of(*BUSY, entropy=b"x" * 32).state_hash()


def test_the_hash_does_not_tell_which_slots_reservations_lie_in() -> None:
    """A unit that was taken back leaves the free slots in another order."""
    plain, used = ledger_of(*BUSY), ledger_of(*BUSY)
    _take_back(used, [row(20, at=0, flags=PENDING), row(21, at=0, flags=PENDING)])
    assert used.state_hash() == plain.state_hash()
    for state in (plain, used):
        state.apply(booked(row(30, flags=PENDING), row(31, flags=PENDING)), 9)
    assert used.state_hash() == plain.state_hash()


# Dumps


def reloaded(state: LedgerState) -> LedgerState:
    other = LedgerState(b"y" * 32)
    other.load([bytes(part) for part in state.dump()])
    return other


def test_a_dump_brings_everything_back() -> None:
    state = ledger_of(*BUSY)
    other = reloaded(state)
    assert other.state_hash() == state.state_hash()
    assert other.next_expiry == state.next_expiry == NOW + 5 * SECOND
    assert (other.account_count, other.transfer_count) == (3, 5)
    assert other.open_reservation_count == 2
    assert other.chart.subtree("a", 3).tolist() == [True, False, False]


@pytest.mark.parametrize(
    "event",
    [
        booked(row(6, flags=VOID, pending_id=5), row(7, flags=PENDING, timeout=1)),
        Expired((2).to_bytes(16, "little"), NOW + 5 * SECOND),
        named("a/y", number=2),  # covered by the grant of before
        BulkGrantEnded(1),
        AccountsCreated(pack_account(Account(id=4, ledger=978, code=1, timestamp=9)), b""),
    ],
)
def test_a_loaded_ledger_goes_on_as_if_nothing_was(event: Event) -> None:
    state = ledger_of(*BUSY)
    other = reloaded(state)
    for one in (state, other):
        one.apply(event, 9)
    assert other.state_hash() == state.state_hash()
    assert other.next_expiry == state.next_expiry


# Units


def _take_back(state: LedgerState, rows: list[Transfer]) -> None:
    """Book rows in a unit whose last row is refused."""
    mark = state.mark()
    rows = [*rows, row(999, at=0, debit_account_id=77)]
    with pytest.raises(Rejected) as refused:
        book(state, words_of(pack_transfers(rows)), now=NOW, position=9, past=Nothing())
    assert refused.value.facts == {"leg": len(rows) - 1}
    state.rollback(mark)


@pytest.mark.parametrize(
    "rows",
    [
        [row(20, at=0)],
        [row(20, at=0, flags=PENDING, timeout=1)],
        [row(20, at=0, flags=VOID, pending_id=2, amount=0)],
        [row(20, at=0, flags=POST, pending_id=2, amount=1)],
        [row(20, at=0, flags=CLOSING), row(21, at=0, debit_account_id=3)],
        [row(20, at=0, flags=PENDING), row(21, at=0, flags=POST, pending_id=20)],
        [row(20, at=0, flags=PENDING), row(21, at=0, flags=VOID, pending_id=20, amount=0)],
        [
            row(20, at=0, flags=VOID, pending_id=2, amount=0),
            row(21, at=0, flags=PENDING, timeout=1),
            row(22, at=0, flags=VOID, pending_id=5, amount=0),
        ],
    ],
)
def test_a_unit_that_is_taken_back_leaves_nothing(rows: list[Transfer]) -> None:
    state = ledger_of(*BUSY)
    before, expiry = state.state_hash(), state.next_expiry
    for _ in range(3):
        _take_back(state, rows)
        assert state.state_hash() == before
        assert state.next_expiry == expiry


def test_what_is_taken_back_takes_no_room() -> None:
    state = ledger_of()
    rows = [row(n, at=0, flags=PENDING, timeout=n) for n in range(20, 30)]
    _take_back(state, rows)
    sizes = [len(part) for part in state.dump()]
    for _ in range(20):
        _take_back(state, rows)
    assert [len(part) for part in state.dump()] == sizes


def test_reservations_that_ended_leave_no_more_in_the_queue_than_its_limit() -> None:
    """A reservation far ahead stays at the queue's head's other side; thousands end before it."""
    state = ledger_of(booked(row(1, flags=PENDING, timeout=1)))
    most = 0
    for round_ in range(12):
        first, at = 10 + 2000 * round_, NOW + 2000 * round_ + 1
        ids = range(first, first + 1000)
        holds = [row(n, at=at + n - first, flags=PENDING, timeout=5000 - n % 700) for n in ids]
        ends = [row(n + 1000, at=at + 1000 + n - first, flags=VOID, pending_id=n) for n in ids]
        state.apply(booked(*holds, *ends), 10 + round_)
        most = max(most, int(state.block[QUEUE]))
    assert most <= 2 + limits.QUEUE_DEAD_MAX
    assert most > 4000  # the dead were dropped, and not before there were many


def test_dropping_the_dead_changes_neither_what_expires_nor_when() -> None:
    state = ledger_of()
    kept: dict[int, int] = {}
    for round_ in range(8):
        first, at = 10 + 2000 * round_, NOW + 2000 * round_ + 1
        ids = range(first, first + 1000)
        holds = [row(n, at=at + n - first, flags=PENDING, timeout=9000 - 7 * n % 999) for n in ids]
        ended = [n for n in ids if n % 9]
        kept |= {hold.id: at + hold.id - first + hold.timeout * SECOND for hold in holds}
        kept = {n: moment for n, moment in kept.items() if n not in set(ended)}
        ends = [row(n + 1000, at=at + 1000 + n - first, flags=VOID, pending_id=n) for n in ended]
        state.apply(booked(*holds, *ends), 10 + round_)
    assert int(state.block[QUEUE]) < len(kept) * 5  # some were dropped
    state.mark()
    released = expire(state, now=NOW + 10_000 * SECOND)
    assert released is not None
    ids = np.frombuffer(released.ids, np.uint64)[::2].tolist()
    assert ids == sorted(kept, key=lambda n: kept[n])
    assert int(state.block[QUEUE]) == 0


def test_reservations_that_were_only_tried_do_not_fill_the_queue() -> None:
    state = ledger_of(booked(row(1, flags=PENDING, timeout=1)))
    for _ in range(9):
        _take_back(state, [row(n, at=0, flags=PENDING, timeout=n) for n in range(2000, 3000)])
    assert int(state.block[QUEUE]) <= 2 + limits.QUEUE_DEAD_MAX + 1000
    assert state.next_expiry == NOW + SECOND


def test_a_unit_takes_back_names_and_grants() -> None:
    state = ledger_of(*BUSY)
    before = state.state_hash()
    steps: list[Callable[[], None]] = [
        lambda: state.apply(named("a/b/y", number=2), 9),
        lambda: state.apply(BulkGrantEnded(1), 9),
        lambda: state.apply(BulkGranted(Grant(2, "key:other", ("a",), ())), 9),
    ]
    for chosen in (steps[:1], steps[1:2], steps[2:], steps, steps[::-1]):
        mark = state.mark()
        for step in chosen:
            step()
        assert state.state_hash() != before
        state.rollback(mark)
        assert state.state_hash() == before
    state.apply(named("a/y", number=2), 9)
    assert int(state.access[1]) == FLOW_ACCESS | 1 << 1  # the first grant still covers


def test_a_bulk_batch_is_alone_in_its_unit_and_for_good() -> None:
    state = ledger_of()
    words = words_of(pack_transfers([row(1, at=0)]))
    mark = state.mark()
    create_transfers(state, words, now=NOW, position=2, past=Nothing())
    with pytest.raises(InvariantBroken, match="taken back"):
        state.rollback(mark)
    with pytest.raises(InvariantBroken, match="shares its unit"):
        state.begin_bulk()
    state.mark()
    state.begin_undoable()
    with pytest.raises(InvariantBroken, match="shares its unit"):
        state.begin_bulk()


# Facts


def test_an_event_of_another_domain_is_not_booked() -> None:
    state = ledger_of()
    assert not state.handles(PeriodClosed("2025-12-31"))
    with pytest.raises(InvariantBroken, match="does not book"):
        state.apply(PeriodClosed("2025-12-31"), 2)


def test_only_an_account_that_exists_is_named() -> None:
    with pytest.raises(InvariantBroken, match="does not exist"):
        ledger_of().apply(named(number=9), 2)


def test_access_follows_names_and_grants() -> None:
    state = ledger_of(named(), named("b/y", guarded=False, number=2), granted(978))
    assert state.access[:3].tolist() == [FLOW_ACCESS | 2, OPEN_ACCESS, OPEN_ACCESS]
    state.apply(BulkGrantEnded(1), 9)
    assert state.access[:3].tolist() == [FLOW_ACCESS, OPEN_ACCESS, OPEN_ACCESS]


@pytest.mark.parametrize(
    ("address", "ledger", "expected"),
    [
        ("a", 978, True),
        ("a/b", 978, True),
        ("a/b/c", 978, True),
        ("ab", 978, False),
        ("b/a", 978, False),
        ("c/d", 978, True),
        ("c", 978, False),
        ("a", 840, False),
    ],
)
def test_a_grant_covers_whole_segments_on_its_ledgers(
    address: str, ledger: int, expected: bool
) -> None:
    grant = Grant(1, "key:robot", ("a", "c/d"), (978,))
    assert covers(grant, address, ledger) is expected
    assert covers(Grant(1, "key:robot", ("a",), ()), "a/b", 840)


# Reading


def test_a_ledger_tells_what_it_knows_of_an_id() -> None:
    closing = row(6, 0, flags=CLOSING)
    state = ledger_of(*BUSY, booked(closing), Expired((2).to_bytes(16, "little"), NOW))
    assert [state.reservation_state(n) for n in range(1, 7)] == [
        None,
        "expired",
        "posted",
        None,
        "open",
        "open",
    ]
    assert state.place_of(1) == (4, 0)
    assert state.place_of(5) == (5, 1)  # open
    assert state.place_of(2) == (4, 1)  # ended
    assert state.place_of(9) is None  # burnt
    assert state.place_of(77) is None
    assert [n for n in range(1, 10) if state.open_reservation(n)] == [5, 6]
    assert state.open_reservation(6) == closing


def test_a_ledger_tells_accounts_by_id() -> None:
    state = ledger_of(booked(row(1)), booked(row(6, 0, flags=CLOSING)))
    account = state.account(1)
    assert account is not None
    assert (account.debits_posted, account.flags) == (5, AccountFlags.CLOSED)
    assert state.row_of(2) == 1
    assert state.account(account_id_of("a")) is None
    assert state.row_of(9) is None


def test_what_has_run_out_is_released_up_to_a_limit() -> None:
    holds = [row(n, flags=PENDING, timeout=n) for n in (1, 2, 3)]
    state = ledger_of(booked(*holds))
    state.mark()
    assert expire(state, now=NOW + SECOND - 1) is None
    state.mark()
    released = expire(state, now=NOW + 2 * SECOND, limit=1)
    assert released == Expired((1).to_bytes(16, "little"), NOW + 2 * SECOND)
    state.mark()
    assert expire(state, now=NOW + 2 * SECOND, limit=1) is not None
    assert state.next_expiry == NOW + 3 * SECOND
