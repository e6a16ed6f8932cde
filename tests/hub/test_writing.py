"""The writer of a pool: how it takes it, how its clock is believed, and how it lets go."""

from pathlib import Path

import msgspec
import pytest

from tests.processes.busy import BANK, CUSTOMERS, SECOND, busy_pool
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.administration import RollBackDocument
from tpwallet.flows.clock import OverrideClock
from tpwallet.flows.transfers import Hold, Post
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel import limits
from tpwallet.kernel.access import LEDGER_WRITE, OWNER, Actor
from tpwallet.kernel.errors import (
    ClockRefused,
    ExecutedBeforeErasure,
    Forbidden,
    Halted,
    JournalCorrupt,
    JournalUnavailable,
    Malformed,
    OutcomeUnknown,
    Rejected,
)
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.sealed import SubjectId
from tpwallet.kernel.state import PoolState
from tpwallet.keys.digests import keyed_digest
from tpwallet.lab.journals import Fault, MemoryJournal, MemoryStorage
from tpwallet.processes import limits as following
from tpwallet.proofs.vkey import parse_vkey

JUMP = limits.CLOCK_JUMP_NS_MAX


class Clocks:
    """Both clocks of a machine, told apart, in nanoseconds."""

    def __init__(self) -> None:
        self.wall_ns = 1_800_000_000 * SECOND
        self.elapsed_ns = 0

    def wall(self) -> int:
        return self.wall_ns

    def monotonic(self) -> int:
        return self.elapsed_ns

    def pass_time(self, nanoseconds: int) -> None:
        self.wall_ns += nanoseconds
        self.elapsed_ns += nanoseconds


class Home:
    """A pool with a bank and a customer, its journal and its machine's clocks."""

    def __init__(self, folder: Path) -> None:
        self.pool = busy_pool(folder, 1, commands=3)
        self.pool.close()
        self.storage = self.pool.storage
        self.clocks = Clocks()
        self.clocks.wall_ns = self.pool.clock.now + SECOND

    @property
    def directory(self) -> PoolDirectory:
        return self.pool.directory

    def writer(self, *faults: Fault | None) -> Writer:
        journals = iter([list(faults)])
        return Writer(
            self.directory,
            wall=self.clocks.wall,
            monotonic=self.clocks.monotonic,
            open_journal=lambda _: MemoryJournal(self.storage, faults=next(journals, [])),
        )

    def last_time(self) -> int:
        return self.storage.head().time


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def deposit(amount: str = "1.00") -> Post:
    return Post(legs=(Leg(debit=BANK, credit=CUSTOMERS[0], amount=amount, asset="EUR"),))


def test_after_a_jump_commands_are_refused_until_an_operator_overrides(home: Home) -> None:
    writer = home.writer()
    home.clocks.pass_time(SECOND)
    writer.run(deposit())
    before = home.last_time()
    home.clocks.wall_ns += 2 * JUMP
    for _ in range(2):
        with pytest.raises(ClockRefused, match="jumped"):
            writer.run(deposit())
    assert home.last_time() == before
    writer.run(OverrideClock(reason="the-machine-slept-the-time-is-right"))
    assert home.last_time() == home.clocks.wall_ns
    writer.run(deposit())
    home.clocks.pass_time(30 * SECOND)
    writer.run(deposit())
    assert home.last_time() == home.clocks.wall_ns
    writer.close()


def test_a_jump_after_an_override_is_refused_again(home: Home) -> None:
    writer = home.writer()
    home.clocks.wall_ns += 2 * JUMP
    writer.run(OverrideClock(reason="right"))
    home.clocks.wall_ns += 2 * JUMP
    with pytest.raises(ClockRefused):
        writer.run(deposit())
    writer.close()


def test_a_clock_far_behind_the_journal_is_overridden_and_time_still_rises(home: Home) -> None:
    home.clocks.wall_ns -= 10 * JUMP
    writer = home.writer()
    with pytest.raises(ClockRefused, match="behind"):
        writer.run(deposit())
    writer.run(OverrideClock(reason="the-last-machine-s-clock-was-ahead"))
    times = []
    for _ in range(3):
        writer.run(deposit())
        times.append(home.last_time())
    assert times == sorted(set(times))
    assert times[-1] - times[0] < SECOND
    home.clocks.pass_time(20 * JUMP)
    writer.run(deposit())
    assert home.last_time() == home.clocks.wall_ns
    writer.close()


def test_nothing_expires_by_a_jump_before_the_override_and_what_is_due_does_after_it(
    home: Home,
) -> None:
    writer = home.writer()
    leg = Leg(debit=BANK, credit=CUSTOMERS[0], amount="1.00", asset="EUR")
    writer.run(Hold(leg=leg, timeout_seconds=60, transfer_id="4711"))
    home.clocks.wall_ns += 2 * JUMP

    def stands(state: PoolState) -> str | None:
        return state.part(LedgerState).reservation_state(4711)

    assert writer.read(stands) == "open"
    writer.run(OverrideClock(reason="right"))
    assert writer.read(stands) == "expired"
    writer.close()


def test_a_hold_that_was_only_rehearsed_leaves_no_expiry_behind(home: Home) -> None:
    writer = home.writer()
    leg = Leg(debit=BANK, credit=CUSTOMERS[0], amount="1.00", asset="EUR")
    before = writer.read(lambda state: state.part(LedgerState).next_expiry)
    writer.rehearse(Hold(leg=leg, timeout_seconds=1, transfer_id="4712"))
    assert writer.read(lambda state: state.part(LedgerState).next_expiry) == before
    assert before == 0
    writer.close()


def test_only_an_administrator_overrides_the_clock(home: Home) -> None:
    writer = home.writer()
    home.clocks.wall_ns += 2 * JUMP
    with pytest.raises(Forbidden):
        writer.run(
            OverrideClock(reason="trust-me"), actor=Actor("key:teller", frozenset({LEDGER_WRITE}))
        )
    with pytest.raises(ClockRefused):
        writer.run(deposit())
    writer.close()


def test_an_override_holds_after_the_shard_was_rebuilt(home: Home) -> None:
    writer = home.writer(None, None, Fault.KEPT)
    home.clocks.wall_ns += 2 * JUMP
    writer.run(OverrideClock(reason="right"))
    with pytest.raises(OutcomeUnknown):
        writer.run(deposit())
    writer.recover()
    home.clocks.pass_time(SECOND)
    writer.run(deposit())
    assert home.last_time() == home.clocks.wall_ns
    writer.close()


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNAVAILABLE])
def test_an_override_that_did_not_come_into_the_journal_counts_for_nothing(
    home: Home, fault: Fault
) -> None:
    writer = home.writer(None, fault)
    before = home.last_time()
    home.clocks.wall_ns += 2 * JUMP
    with pytest.raises(OutcomeUnknown if fault is Fault.LOST else JournalUnavailable):
        writer.run(OverrideClock(reason="wrong"))
    writer.recover()
    with pytest.raises(ClockRefused):
        writer.run(deposit())
    home.clocks.wall_ns -= 2 * JUMP
    home.clocks.pass_time(SECOND)
    writer.run(deposit())
    assert before < home.last_time() == home.clocks.wall_ns
    writer.close()


def test_an_override_that_was_found_in_the_journal_counts(home: Home) -> None:
    writer = home.writer(None, Fault.KEPT)
    home.clocks.wall_ns += 2 * JUMP
    with pytest.raises(OutcomeUnknown):
        writer.run(OverrideClock(reason="right"))
    writer.recover()
    writer.run(deposit())
    assert home.last_time() >= home.clocks.wall_ns
    writer.close()


def hold(seconds: int) -> Hold:
    leg = Leg(debit=BANK, credit=CUSTOMERS[0], amount="1.00", asset="EUR")
    return Hold(leg=leg, timeout_seconds=seconds)


def test_a_command_that_the_pulse_before_it_kept_from_beginning_is_not_in_doubt(
    home: Home,
) -> None:
    writer = home.writer(None, None, Fault.KEPT)  # the epoch, the hold, the pulse
    writer.run(hold(1))
    home.clocks.pass_time(2 * SECOND)
    with pytest.raises(Halted, match="this attempt did nothing"):
        writer.run(deposit(), command_id="c1")
    writer.run(deposit(), command_id="c1")
    writer.close()


def test_an_unknown_outcome_names_the_id_that_the_writer_drew(home: Home) -> None:
    writer = home.writer(None, Fault.KEPT)
    with pytest.raises(OutcomeUnknown) as told:
        writer.run(deposit("2.00"))
    command_id = str(told.value.facts["command_id"])
    receipt = writer.run(deposit("2.00"), command_id=command_id)
    assert receipt.command_id == command_id
    assert receipt.position < writer.position  # the first attempt was kept
    writer.close()


def test_texts_that_are_tried_after_an_erasure_find_no_reference(home: Home) -> None:
    """Whoever holds all the pool's secrets holds nothing that a reference was made under."""
    writer = home.writer()
    given = {"actor": OWNER, "command_id": "c1"}
    first = writer.seal("ada", {"name": "Ada"}, **given)  # type: ignore[arg-type]
    assert writer.seal("ada", {"name": "Ada"}, **given) == first  # type: ignore[arg-type]
    assert writer.seal("ada", {"name": "Eve"}, **given) != first  # type: ignore[arg-type]
    keys = [bytes.fromhex(key) for key in msgspec.structs.astuple(home.directory.secrets)]
    parts = ["ada", "owner", "c1", "name", "Ada"]
    tried = {
        keyed_digest(key, "sealed field", *(part.encode() for part in parts[start:]))
        for key in keys
        for start in range(len(parts))
    }
    assert first["name"] not in tried
    writer.close()


def test_a_repeated_override_does_not_vouch_for_the_next_jump(home: Home) -> None:
    writer = home.writer()
    home.clocks.wall_ns += 2 * JUMP
    writer.run(OverrideClock(reason="right"), command_id="override-1")
    home.clocks.wall_ns += 2 * JUMP
    writer.run(OverrideClock(reason="right"), command_id="override-1")
    with pytest.raises(ClockRefused):
        writer.run(deposit())
    writer.close()


def test_the_key_of_the_log_is_written_down_once(home: Home) -> None:
    def vkeys(state: PoolState) -> tuple[str, ...]:
        return tuple(state.part(KernelState).vkeys)

    for _ in range(3):
        writer = home.writer()
        (vkey,) = writer.read(vkeys)
        assert parse_vkey(vkey).name == home.directory.settings.origin
        writer.close()


def test_a_start_replays_only_what_came_after_the_snapshot(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LAST_SNAPSHOT_WORK", 1)
    writer = home.writer()
    writer.run(deposit())
    state_hash = writer.read(lambda state: state.state_hash())
    writer.close()
    home.storage.commits[0] = home.storage.commits[1]  # replaying from the beginning would fail
    writer = home.writer()
    assert writer.read(lambda state: state.state_hash()) != state_hash  # its marker came after
    writer.run(deposit())
    writer.close()


def test_a_journal_that_does_not_hold_together_is_not_opened(home: Home) -> None:
    home.storage.commits[2] = home.storage.commits[1]
    position = home.storage.commits[1].header.last_position + 1
    with pytest.raises(JournalCorrupt) as found:
        home.writer()
    assert found.value.position == position


def test_a_writer_closes_although_its_journal_does_not_answer(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LAST_SNAPSHOT_WORK", 1)
    writer = home.writer()
    home.storage.is_available = False
    writer.close()
    home.storage.is_available = True
    home.writer().close()


def test_a_writer_that_cannot_read_its_journal_leaves_the_pool_to_others(tmp_path: Path) -> None:
    directory = create_pool(tmp_path / "pool", name="p", base_asset="EUR")
    storage = MemoryStorage(directory.pool_id)
    storage.is_available = False
    with pytest.raises(JournalUnavailable):
        Writer(directory, open_journal=lambda _: MemoryJournal(storage))
    storage.is_available = True
    writer = Writer(directory, open_journal=lambda _: MemoryJournal(storage))
    assert writer.actor_of(b"unknown") is None
    writer.close()


# What a command may be given


@pytest.mark.parametrize(
    ("subject", "texts", "parameter"),
    [
        ("", {"memo": "x"}, "subject"),
        ("x" * (limits.SUBJECT_LENGTH_MAX + 1), {"memo": "x"}, "subject"),
        ("ada", {}, "texts"),
        ("ada", {f"t{n}": "x" for n in range(limits.SEALED_TEXTS_MAX + 1)}, "texts"),
        ("ada", {"for Ada Lovelace": "x"}, "texts"),
        ("ada", {"": "x"}, "texts"),
    ],
)
def test_what_is_sealed_has_a_name_that_may_stay_in_the_journal(
    home: Home, subject: str, texts: dict[str, str], parameter: str
) -> None:
    writer = home.writer()
    for is_rehearsal in (False, True):
        with pytest.raises(Malformed) as refused:
            writer.seal(subject, texts, actor=OWNER, command_id="c", is_rehearsal=is_rehearsal)
        assert refused.value.facts == {"parameter": parameter}
    most = {f"t{n}": "x" for n in range(limits.SEALED_TEXTS_MAX)}
    longest = "x" * limits.SUBJECT_LENGTH_MAX
    assert writer.seal(longest, most, actor=OWNER, command_id="c").keys() == most.keys()
    writer.close()


def test_a_command_that_cannot_be_written_down_is_malformed(home: Home) -> None:
    writer = home.writer()
    leg = Leg(debit=BANK, credit=CUSTOMERS[0], amount="1.00", asset="\ud800")
    before = writer.position
    for command in (Post(legs=(leg,)), RollBackDocument(kind="a", name="b", version=2**64)):
        with pytest.raises(Malformed, match="cannot be written down"):
            writer.run(command)
    assert writer.position == before
    writer.close()


def test_an_erased_person_s_command_is_looked_up_after_a_restart_too(home: Home) -> None:
    writer = home.writer()
    writer.seal("ada", {"memo": "rent"}, actor=OWNER, command_id="pay-1")
    first = writer.run(deposit(), command_id="pay-1").position
    writer.vault.erase(SubjectId("ada"))
    writer.close()
    writer = home.writer()
    with pytest.raises(ExecutedBeforeErasure) as told:
        writer.seal("ada", {"memo": "rent"}, actor=OWNER, command_id="pay-1")
    assert told.value.facts == {"command_id": "pay-1", "position": first}
    other = Actor("key:till", frozenset({LEDGER_WRITE}))
    with pytest.raises(Rejected, match="erased"):  # another's command id is another command
        writer.seal("ada", {"memo": "rent"}, actor=other, command_id="pay-1")
    writer.close()
