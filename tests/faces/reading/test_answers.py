"""What reading refuses, what it waits for, and what its answers hold besides balances."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.busy import BANK, CUSTOMERS, RAW, BusyPool, busy_pool, keep_busy
from tpwallet.faces.live import live_account
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.base import check_limit
from tpwallet.faces.reading.reader import Reader
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import Halted, JournalCorrupt, Malformed, Rejected
from tpwallet.kernel.facts import KernelState
from tpwallet.keys.signing import verify
from tpwallet.processes.errors import PositionNotReached
from tpwallet.proofs.evidence import ItemProof, verify_consistency_proof, verify_proof
from tpwallet.proofs.vkey import Vkey, parse_vkey

WAIT_NS = 50_000_000
EVERY_READ = (
    "balance",
    "statement",
    "account",
    "accounts",
    "transactions",
    "totals",
    "tree",
    "events",
    "feed",
    "checkpoint",
)


class Opened:
    """A busy pool, its reading half and its reader."""

    def __init__(self, folder: Path) -> None:
        self.pool: BusyPool = busy_pool(folder, 5, commands=50)
        self.side = ReadSide(self.pool.directory, open_journal=self.pool.open_journal)
        self.side.follower.catch_up()
        self.reader = Reader(self.side, wait_ns_max=WAIT_NS)

    @property
    def end(self) -> int:
        return self.pool.storage.head().position

    def trusted(self) -> list[Vkey]:
        with self.side.follower.reading() as state:
            return [parse_vkey(text) for text in state.part(KernelState).vkeys]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    found = Opened(tmp_path)
    yield found
    found.side.close()
    found.pool.close()


def ask(opened: Opened, name: str, at_least: int) -> object:
    reader = Reader(opened.side, at_least=lambda: at_least, wait_ns_max=WAIT_NS)
    first = {"balance": BANK, "statement": BANK, "account": BANK, "tree": "customer"}
    arguments = [first[name]] if name in first else []
    return getattr(reader, name)(*arguments)


@pytest.mark.parametrize("name", EVERY_READ)
def test_an_answer_reflects_at_least_the_position_that_was_demanded(
    opened: Opened, name: str
) -> None:
    before = opened.end
    keep_busy(opened.pool, 9, 8)
    assert opened.side.follower.position == before
    answer = ask(opened, name, opened.end)
    assert getattr(answer, "position") == opened.end  # noqa: B009 - answers have it, objects not


@pytest.mark.parametrize("name", EVERY_READ)
def test_a_position_that_does_not_come_is_refused(opened: Opened, name: str) -> None:
    with pytest.raises(PositionNotReached) as refused:
        ask(opened, name, opened.end + 1)
    assert refused.value.facts["position"] == opened.end


def test_a_balance_is_that_of_the_writers_live_state(opened: Opened) -> None:
    keep_busy(opened.pool, 9, 8)
    live = opened.pool.writer.read(lambda state: live_account(state, BANK))
    assert ask(opened, "balance", opened.end) == live.balance(BANK)


def test_a_position_that_comes_is_waited_for(opened: Opened) -> None:
    wanted = opened.end + 1
    reader = Reader(opened.side, at_least=lambda: wanted, wait_ns_max=5_000_000_000)
    later = threading.Timer(0.05, keep_busy, (opened.pool, 3, 3))
    later.start()
    assert reader.totals().position >= wanted
    later.join()


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01", "", "-1", -1, "1.5", "9" * 30])
def test_what_is_no_moment_is_malformed(opened: Opened, moment: int | str) -> None:
    with pytest.raises(Malformed) as refused:
        opened.reader.balance(BANK, at=moment)
    assert refused.value.facts["parameter"] == "at"
    for name in ("since", "until"):
        with pytest.raises(Malformed) as refused:
            opened.reader.statement(BANK, **{name: moment})  # type: ignore[arg-type]
        assert refused.value.facts["parameter"] == name


def test_a_time_before_everything_finds_nothing_and_one_after_it_the_present(
    opened: Opened,
) -> None:
    with pytest.raises(Rejected) as refused:
        opened.reader.balance(BANK, at="1999-12-31T23:59:59Z")
    assert refused.value.code == "account_not_found"
    assert opened.reader.totals(at="1999-12-31T23:59:59Z").assets == []
    assert opened.reader.balance(BANK, at="2200-01-01T00:00:00Z").position == opened.end


@pytest.mark.parametrize("limit", [0, -1, limits.PAGE_MAX + 1])
def test_a_page_has_its_limits(opened: Opened, limit: int) -> None:
    for read in (
        opened.reader.accounts,
        opened.reader.transactions,
        opened.reader.events,
        opened.reader.feed,
    ):
        with pytest.raises(Malformed) as refused:
            read(limit=limit)
        assert refused.value.facts["parameter"] == "limit"
    assert check_limit(limits.PAGE_MAX) == limits.PAGE_MAX


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"asset": "NOPE"}, "unknown_asset"),
        ({"kind": "gift"}, "malformed_request"),
        ({"account": "nobody/EUR"}, "account_not_found"),
        ({"account": "no//address"}, "malformed_request"),
    ],
)
def test_filters_that_mean_nothing_are_refused(
    opened: Opened, filters: dict[str, str], code: str
) -> None:
    with pytest.raises((Rejected, Malformed)) as refused:
        opened.reader.transactions(**filters)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["post", "void", "expired"])
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a_rare_kind_of_an_account_is_found_page_by_page(
    opened: Opened, kind: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SCAN_POSTINGS_MAX", 3)
    monkeypatch.setattr(limits, "PAGE_MAX", 50)
    for account in (CUSTOMERS[0], BANK):
        whole = [
            one
            for one in opened.reader.transactions(account=account, limit=50).transfers
            if one.kind == kind
        ]
        page = opened.reader.transactions(account=account, kind=kind, limit=limit)
        found = list(page.transfers)
        while page.next_cursor is not None:
            page = opened.reader.transactions(cursor=page.next_cursor, limit=limit)
            assert len(page.transfers) <= limit
            found += page.transfers
        assert found[: len(whole)] == whole


def test_a_list_that_looked_far_enough_ends_early_with_a_cursor(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opened.reader.transactions(limit=1000).transfers
    monkeypatch.setattr(limits, "SCAN_COMMITS_MAX", 3)
    for is_reversed in (False, True):
        page = opened.reader.transactions(limit=1000, is_reversed=is_reversed)
        pages, found = 1, list(page.transfers)
        while page.next_cursor is not None:
            page = opened.reader.transactions(limit=1000, cursor=page.next_cursor)
            pages, found = pages + 1, found + page.transfers
        assert pages > 5
        assert found == (whole[::-1] if is_reversed else whole)


def test_events_are_shown_whole_or_summed_up(opened: Opened) -> None:
    summed = opened.reader.events(limit=1000).events
    whole = []
    after = 0
    while after < opened.end:
        page = opened.reader.events(after=after, limit=1000, is_expanded=True)
        whole += page.events
        after = page.next_after
    assert [(one.position, one.name) for one in whole] == [
        (one.position, one.name) for one in summed
    ]
    batches = [one for one in whole if one.name == "ledger.batch_applied@1"]
    assert batches
    for one in batches:
        assert len(one.body["transfers"]) == one.body["created"]
        assert len(one.body["refusals"]) == one.body["refused"]
    assert any(one.body["refused"] for one in batches)


def test_a_page_of_whole_events_ends_after_so_many_records(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXPANDED_RECORDS_MAX", 10)
    after, positions = 0, []
    while after < opened.end:
        page = opened.reader.events(after=after, limit=1000, is_expanded=True)
        assert page.events
        records = sum(one.body.get("created", 0) for one in page.events)
        assert records <= 10 or len(page.events) == 1
        positions += [one.position for one in page.events]
        after = page.next_after
    assert positions == list(range(1, opened.end + 1))


def test_an_entry_is_what_one_command_led_to(opened: Opened) -> None:
    for position in range(1, opened.end + 1, 7):
        entry = opened.reader.entry(position)
        assert entry.first_position <= position <= entry.last_position
        assert [one.position for one in entry.events] == list(
            range(entry.first_position, entry.last_position + 1)
        )
        assert {one.command_id for one in entry.events} == {entry.command_id}
    with pytest.raises(Rejected) as refused:
        opened.reader.entry(opened.end + 1)
    assert refused.value.code == "event_not_found"


def test_a_commit_that_has_rotted_since_it_was_followed_is_not_shown(opened: Opened) -> None:
    commits = opened.pool.storage.commits
    number = next(at for at, one in enumerate(commits) if b"batch_applied" in one.body)
    body = bytearray(commits[number].body)
    body[-1] ^= 1
    commits[number] = Commit(commits[number].header_bytes, bytes(body))
    position = commits[number].header.first_position
    for read in (
        lambda: opened.reader.events(limit=1000),
        lambda: opened.reader.transactions(limit=1000),
        lambda: opened.reader.transactions(limit=1000, is_reversed=True),
        lambda: opened.reader.feed(limit=1000),
        lambda: opened.reader.entry(position),
        lambda: opened.reader.proof_of_event(position),
    ):
        with pytest.raises(JournalCorrupt) as found:
            read()
        assert found.value.position == position


def test_secrets_and_personal_texts_are_in_no_answer(opened: Opened) -> None:
    shown = str(opened.reader.events(limit=1000, is_expanded=True))
    assert "token_hash" not in shown
    account = opened.reader.account(CUSTOMERS[0]).account
    assert account.sealed == {"name": bytes(range(16)).hex()}


def test_every_item_of_a_batch_can_be_proved_and_shows_no_other(opened: Opened) -> None:
    batch = next(
        one
        for one in opened.reader.events(limit=1000).events
        if one.body.get("refused") and one.body.get("created")
    )
    count = batch.body["created"] + batch.body["refused"]
    items = set()
    for index in range(count):
        proof = opened.reader.proof_of_item(batch.position, index)
        assert isinstance(proof, ItemProof)
        verify_proof(proof, trusted=opened.trusted(), verify=verify)
        items.add(proof.item)
    assert len(items) == count
    with pytest.raises(Rejected):
        opened.reader.proof_of_item(batch.position, count)
    with pytest.raises(Rejected):
        opened.reader.proof_of_item(1, 0)


def test_any_two_checkpoints_are_proved_consistent(opened: Opened) -> None:
    for old in range(1, opened.end, 11):
        for new in (None, old, opened.end):
            proof = opened.reader.consistency(old, new)
            verify_consistency_proof(proof, trusted=opened.trusted(), verify=verify)
    with pytest.raises(Malformed):
        opened.reader.consistency(opened.end, 1)
    with pytest.raises(Malformed):
        opened.reader.consistency("no note")
    with pytest.raises(Rejected):
        opened.reader.consistency(opened.end + 5)


def test_a_checkpoint_of_another_log_is_unknown(opened: Opened, tmp_path: Path) -> None:
    other = Opened(tmp_path / "other")
    note = other.reader.checkpoint().note
    other.side.close()
    other.pool.close()
    with pytest.raises(Rejected) as refused:
        opened.reader.consistency(note)
    assert refused.value.code == "checkpoint_unknown"


def test_one_reading_half_at_a_time_keeps_a_pools_views(opened: Opened) -> None:
    hashes = (opened.pool.directory.log_path / "hashes").read_bytes()
    with pytest.raises(Halted, match="in use"):
        ReadSide(opened.pool.directory, open_journal=opened.pool.open_journal)
    assert (opened.pool.directory.log_path / "hashes").read_bytes() == hashes
    opened.side.close()
    again = ReadSide(opened.pool.directory, open_journal=opened.pool.open_journal)
    again.close()


def test_raw_accounts_are_read_by_their_ids(opened: Opened) -> None:
    name = f"#{RAW[0]}"
    found = opened.reader.account(name).account
    assert (found.account, found.account_id) == (name, str(RAW[0]))
    assert opened.reader.statement(name).closing == opened.reader.balance(name).posted
