"""Filters choose what they say, and looking for what is rare ends where its limits say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.busy import BANK, CUSTOMERS, RAW, BusyPool, busy_pool
from tpwallet.domains.ledger.events import BatchApplied
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.records import Transfer, pack_transfers
from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.reader import Reader
from tpwallet.faces.reading.records import first_of_chain
from tpwallet.hub.reading import ReadSide
from tpwallet.views import limits as view_limits

Pages = Callable[..., Any]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    pool: BusyPool = busy_pool(_folder(tmp_path_factory), 5, commands=90)
    side = ReadSide(pool.directory, open_journal=pool.open_journal)
    side.follower.catch_up()
    yield Reader(side)
    side.close()
    pool.close()


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("filters")


def pages(ask: Pages, **filters: Any) -> list[Any]:
    """The pages of a list, to its end; each goes on from its cursor alone."""
    found = [ask(limit=7, **filters)]
    while found[-1].next_cursor is not None:
        found.append(ask(limit=7, cursor=found[-1].next_cursor))
        assert len(found) < 5000
    return found


def transfers(reader: Reader, **filters: Any) -> list[shapes.Transfer]:
    return [one for page in pages(reader.transactions, **filters) for one in page.transfers]


def postings(reader: Reader, account: str, **filters: Any) -> list[shapes.Posting]:
    def ask(**rest: Any) -> shapes.Statement:
        return reader.statement(account, **rest)

    return [one for page in pages(ask, **filters) for one in page.postings]


def accounts(reader: Reader, **filters: Any) -> list[reading_shapes.Account]:
    return [one for page in pages(reader.accounts, **filters) for one in page.accounts]


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("code", [1, 2, 3])
def test_what_is_chosen_is_what_is_in_the_whole_list(
    reader: Reader, code: int, is_reversed: bool
) -> None:
    whole = transfers(reader, is_reversed=is_reversed)
    assert {one.code for one in whole} >= {1, 3}
    assert "expired" in {one.kind for one in whole if one.code == 1}
    expected = [one for one in whole if one.code == code]
    assert transfers(reader, code=code, is_reversed=is_reversed) == expected
    assert transfers(reader, user_data_128="0", code=code, is_reversed=is_reversed) == expected
    assert transfers(reader, user_data_64="1", code=code, is_reversed=is_reversed) == []


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("side", ["debit", "credit"])
def test_one_side_of_an_account_is_chosen(reader: Reader, side: str, is_reversed: bool) -> None:
    for account in (BANK, CUSTOMERS[0], f"#{RAW[0]}"):
        whole = postings(reader, account, is_reversed=is_reversed)
        expected = [one for one in whole if one.side == side]
        assert 0 < len(expected) < len(whole)
        assert postings(reader, account, side=side, is_reversed=is_reversed) == expected
        listed = transfers(reader, account=account, side=side, is_reversed=is_reversed)
        assert [one.place for one in listed] == [one.place for one in expected]


@pytest.mark.parametrize(
    ("name", "limit", "pages_min"),
    [("SCAN_EXPIRIES_MAX", 1, 1), ("SCAN_COMMITS_MAX", 3, 20), ("SCAN_BYTES_MAX", 500, 20)],
)
def test_looking_through_the_journal_ends_early_and_goes_on(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, pages_min: int
) -> None:
    filters = [{"code": 3}, {"code": 9}, {"code": 3, "is_reversed": True}]
    expected = [transfers(reader, **one) for one in filters]
    before = [len(pages(reader.transactions, **one)) for one in filters]
    monkeypatch.setattr(limits, name, limit)
    for one, found, count in zip(filters, expected, before, strict=True):
        assert transfers(reader, **one) == found
        assert len(pages(reader.transactions, **one)) >= count + pages_min


@pytest.mark.parametrize(
    ("name", "limit"),
    [("SCAN_POSTINGS_MAX", 2), ("SCAN_COMMITS_MAX", 2), ("SCAN_BYTES_MAX", 500)],
)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_looking_through_an_account_ends_early_and_goes_on(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, is_reversed: bool
) -> None:
    account = CUSTOMERS[0]

    def ask(**rest: Any) -> shapes.Statement:
        return reader.statement(account, **rest)

    for code in (1, 9):
        filters = {"code": code, "is_reversed": is_reversed}
        expected, before = postings(reader, account, **filters), len(pages(ask, **filters))
        with monkeypatch.context() as patched:
            patched.setattr(limits, name, limit)
            assert postings(reader, account, **filters) == expected
            assert len(pages(ask, **filters)) >= before + (code == 9)


@pytest.mark.parametrize("prefix", [None, "", "customer/"])
def test_looking_through_accounts_ends_early_and_goes_on(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, prefix: str | None
) -> None:
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"kind": "liability"},
        {"code": 2000, "since": 4},
        {"user_data_32": 1},
    )
    expected = [accounts(reader, prefix=prefix, **one) for one in filters]
    assert len(expected[0]) > len(expected[2]) > 0
    monkeypatch.setattr(limits, "SCAN_ACCOUNTS_MAX", 2)
    monkeypatch.setattr(view_limits, "SCAN_ADDRESSES_MAX", 2)
    for one, found in zip(filters, expected, strict=True):
        assert accounts(reader, prefix=prefix, **one) == found
    assert len(pages(reader.accounts, prefix=prefix, user_data_32=1)) >= 2


def test_accounts_are_chosen_by_when_they_were_opened(reader: Reader) -> None:
    for prefix in (None, ""):
        whole = accounts(reader, prefix=prefix)
        positions = sorted({one.opened_position for one in whole})
        for since in (0, positions[0], positions[3], positions[-1]):
            for until in (0, positions[0], positions[4], positions[-1]):
                found = accounts(reader, prefix=prefix, since=since, until=until)
                assert found == [one for one in whole if since < one.opened_position <= until]


def test_a_posting_begins_with_the_first_of_its_chain() -> None:
    flags = [1, 1, 0, 0, 1, 0, 1, 1, 1]  # the last is as if cut off
    records = [Transfer(id=1 + n, flags=one * TransferFlags.LINKED) for n, one in enumerate(flags)]
    event = BatchApplied(pack_transfers(records), b"")
    firsts = [first_of_chain(event, index) for index in range(len(flags))]
    assert firsts == [0, 0, 0, 3, 4, 4, 6, 6, 6]
