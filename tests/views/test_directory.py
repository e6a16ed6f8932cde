"""The directory: every name and note the journal gave, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.processes.busy import ALL, CUSTOMERS, RAW, BusyPool, busy_pool
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import AccountNamed, TransferNoted
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.gateways.view_database import open_view_database
from tpwallet.kernel.commit import Entry, Envelope
from tpwallet.kernel.errors import InvariantBroken, Malformed
from tpwallet.views.directory.directory import AccountDirectory
from tpwallet.views.directory.rows import to_id
from tpwallet.views.directory.tables import SCHEMA, STATE
from tpwallet.views.directory.wanted import Wanted


@contextmanager
def opened(folder: Path) -> Iterator[AccountDirectory]:
    directory = AccountDirectory(open_view_database(folder / "directory.db"))
    try:
        yield directory
    finally:
        directory.close()


def entries_of(pool: BusyPool) -> list[Entry]:
    return [entry for commit in pool.storage.commits for entry in commit.entries()]


def content(directory: AccountDirectory, pool: BusyPool) -> tuple[object, ...]:
    ids = [account_id_of(address) for address in ALL]
    with directory.reading() as reading:
        return (
            directory.position,
            reading.accounts(ids),
            reading.under(""),
            reading.notes(noted(pool)),
        )


def noted(pool: BusyPool) -> dict[int, TransferNoted]:
    events = [event for entry in entries_of(pool) for event in entry.events]
    return {to_id(one.transfer_id): one for one in events if isinstance(one, TransferNoted)}


def test_it_holds_what_the_journal_says(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    named = {
        to_id(event.account_id): event
        for entry in entries_of(pool)
        for event in entry.events
        if isinstance(event, AccountNamed)
    }
    with opened(tmp_path) as directory:
        directory.apply(entries_of(pool))
        with directory.reading() as reading:
            for account_id, account in reading.accounts(named).items():
                event = named.pop(account_id)
                assert (account.address, account.guarded) == (event.address, event.guarded)
                assert (account.metadata, account.sealed) == (event.metadata, event.sealed)
            notes = reading.notes(noted(pool))
            assert notes
            for transfer_id, note in notes.items():
                assert note.metadata == noted(pool)[transfer_id].metadata
    assert named == {}


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_runs_of_any_size_lead_to_the_same_directory(tmp_path: Path, size: int) -> None:
    pool = busy_pool(tmp_path, 3)
    entries = entries_of(pool)
    with opened(tmp_path) as whole:
        whole.apply(entries)
        expected = content(whole, pool)
    (tmp_path / "steps").mkdir()
    with opened(tmp_path / "steps") as steps:
        for start in range(0, len(entries), size):
            steps.apply(entries[start : start + size])
        assert content(steps, pool) == expected


def test_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    entries = entries_of(pool)
    with opened(tmp_path) as directory:
        directory.apply(entries[:20])
    with opened(tmp_path) as directory:
        assert directory.position == entries[19].last_position
        directory.apply(entries[20:])
        assert directory.position == entries[-1].last_position


def test_another_schema_begins_it_again(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    with opened(tmp_path) as directory:
        directory.apply(entries_of(pool))
        with directory._engine.begin() as connection:
            connection.execute(sa.update(STATE).values(schema=SCHEMA + 1))
    with opened(tmp_path) as directory:
        assert directory.position == 0
        directory.apply(entries_of(pool))


def test_a_reset_directory_can_be_filled_again(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    with opened(tmp_path) as directory:
        directory.apply(entries_of(pool))
        expected = content(directory, pool)
        directory.reset()
        assert directory.position == 0
        directory.apply(entries_of(pool))
        assert content(directory, pool) == expected


def test_entries_out_of_order_are_refused(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3, commands=3)
    with opened(tmp_path) as directory, pytest.raises(InvariantBroken):
        directory.apply(entries_of(pool)[1:])


def test_an_account_named_apart_from_its_creation_is_refused(tmp_path: Path) -> None:
    event = AccountNamed(bytes(16), "nowhere", True)
    entry = Entry(Envelope("c", "a", None, bytes(16), 1), 1, (event,), b"", (b"",))
    with opened(tmp_path) as directory, pytest.raises(InvariantBroken, match="named"):
        directory.apply([entry])
    with opened(tmp_path) as directory:
        assert directory.position == 0


def test_pages_of_addresses_go_on_without_gap_or_repetition(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    with opened(tmp_path) as directory:
        directory.apply(entries_of(pool))
        found: list[str] = []
        after: str | None = ""
        with directory.reading() as reading:
            while after is not None:
                page = reading.under("customer/", after=after, limit=3)
                assert len(page.accounts) <= 3
                found += [account.address for account in page.accounts]
                after = page.after
    assert found == sorted(found)
    assert set(CUSTOMERS) <= set(found)
    assert len(set(found)) == len(found)


def test_pages_can_be_of_one_asset_and_kind(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    with opened(tmp_path) as directory:
        directory.apply(entries_of(pool))
        with directory.reading() as reading:
            assert reading.under("", Wanted(ledger=840)).accounts == []
            liabilities = reading.under("", Wanted(978, AccountKind.LIABILITY)).accounts
            assert [one.address for one in liabilities] == CUSTOMERS


def test_an_account_without_an_address_is_called_by_its_id(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    wanted = [account_id_of(ALL[0]), *RAW]
    with opened(tmp_path) as directory:
        directory.apply(entries_of(pool))
        with directory.reading() as reading:
            names = reading.names(wanted)
    assert list(names.values()) == [ALL[0], *(f"#{one}" for one in RAW)]


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_its_limits(tmp_path: Path, limit: int) -> None:
    with opened(tmp_path) as directory, directory.reading() as reading, pytest.raises(Malformed):
        reading.under("", limit=limit)


def test_one_block_of_reading_sees_one_position(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    entries = entries_of(pool)
    with opened(tmp_path) as directory:
        directory.apply(entries[:5])
        with directory.reading() as reading:
            before = reading.under("")
            directory.apply(entries[5:])
            assert reading.under("") == before
        with directory.reading() as reading:
            assert reading.under("") != before
