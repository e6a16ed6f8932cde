"""Importing a file into a pool: all of it or nothing, every bad line named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tpwallet
from tpwallet.faces.embedded import Pool
from tpwallet.faces.importing import Prepared, prepare
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.formats.transfer_file import COLUMNS, Row, read_transfers
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.money import standard_catalogue

HEAD = "debit,credit,amount,asset,timestamp,kind,pending_id,id,timeout_seconds\n"


def _prepared(lines: str) -> Prepared:
    rows = read_transfers("x.csv", (HEAD + lines).encode())
    return prepare(rows, standard_catalogue(), name=b"x")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account("bank/EUR", asset="EUR", kind="asset")
        opened.open_account("customer/1/EUR", asset="EUR", kind="liability")
        yield opened


def test_an_import_books_every_line(pool: Pool) -> None:
    prepared = _prepared(
        "bank/EUR,customer/1/EUR,10.00,EUR,,,,,\n"
        "customer/1/EUR,bank/EUR,4.00,EUR,,pending,,77,\n"
        ",,,EUR,,post,77,,\n"
    )
    assert prepared.errors == []
    pool._writer.run(ImportTransfers(prepared.records))
    assert pool.balance("customer/1/EUR").posted == "6.00"


def test_a_refused_line_leaves_nothing_and_all_are_named(pool: Pool) -> None:
    prepared = _prepared(
        "bank/EUR,customer/1/EUR,10.00,EUR,,,,,\n"
        "customer/1/EUR,bank/EUR,11.00,EUR,,,,,\n"
        "nobody/EUR,bank/EUR,1.00,EUR,,,,,\n"
    )
    with pytest.raises(ImportRefused) as rehearsed:
        pool._writer.rehearse(ImportTransfers(prepared.records))
    assert [(index, status.label) for index, status in rehearsed.value.refused] == [
        (1, "exceeds_credits"),
        (2, "debit_account_not_found"),
    ]
    with pytest.raises(Rejected) as refusal:
        pool._writer.run(ImportTransfers(prepared.records))
    assert refusal.value.code == "import_refused"
    assert refusal.value.facts["refused"] == 2
    assert pool.balance("customer/1/EUR").posted == "0.00"


def test_a_rehearsal_changes_nothing(pool: Pool) -> None:
    prepared = _prepared("bank/EUR,customer/1/EUR,10.00,EUR,,,,,\n")
    position = pool.position
    pool._writer.rehearse(ImportTransfers(prepared.records))
    assert pool.balance("customer/1/EUR").posted == "0.00"
    assert pool.position == position
    pool._writer.run(ImportTransfers(prepared.records))
    assert pool.balance("customer/1/EUR").posted == "10.00"


def test_history_is_imported_with_its_own_time(tmp_path: Path) -> None:
    with tpwallet.open(tmp_path / "pool") as pool:
        prepared = _prepared("a,b,10.00,EUR,2020-02-03T04:05:06.5+01:00,,,,\n")
        assert prepared.records[120:128] == (1580699106_500000000).to_bytes(8, "little")
        # The accounts were opened today, so a transfer of 2020 cannot be theirs.
        pool.open_account("a", asset="EUR", kind="clearing")
        pool.open_account("b", asset="EUR", kind="clearing")
        with pytest.raises(Rejected) as refusal:
            pool._writer.run(ImportTransfers(prepared.records))
        assert refusal.value.facts["first_status"] == (
            "imported_event_timestamp_must_postdate_debit_account"
        )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("a,b,1.001,EUR,,,,,", "decimals"),
        ("a,b,1.00,XXX,,,,,", "asset"),
        ("a,b,,EUR,,,,,", "amount"),
        ("a,,1.00,EUR,,,,,", "credit"),
        ("a,b,-1.00,EUR,,,,,", ""),
        ("a,b,1.00,EUR,yesterday,,,,", "RFC 3339"),
        ("a,b,1.00,EUR,1969-12-31T23:59:59Z,,,,", "1970"),
        ("a,b,1.00,EUR,1970-01-01T00:00:00Z,,,,", "1970"),
        ("a,b,1.00,EUR,0,,,,", "1970"),
        ("a,b,1.00,EUR,2600-01-01T00:00:00Z,,,,", "2262"),
        ("a,b,1.00,EUR,9999-12-31T23:59:59-23:59,,,,", "2262"),
        (f"a,b,1.00,EUR,{1 << 63},,,,", "2262"),
        (f"a,b,1.00,EUR,{'9' * 200},,,,", "2262"),
        ("a,b,1.00,EUR,2020-13-01T00:00:00Z,,,,", "time"),
        ("a,b,1.00,EUR,,refund,,,", "kind"),
        ("a,b,1.00,EUR,,,7,,", "pending_id"),
        (",,,EUR,,post,,,", "pending_id"),
        ("a,b,1.00,EUR,,,,0,", "id"),
        ("a,b,1.00,EUR,,,,,-1", "timeout_seconds"),
        ("a b,b,1.00,EUR,,,,,", "a b"),
    ],
)
def test_a_wrong_line_is_named(line: str, word: str) -> None:
    prepared = _prepared(f"a,b,1.00,EUR,,,,,\n{line}\n")
    assert [error.line for error in prepared.errors] == [3]
    assert word in prepared.errors[0].message


@given(
    st.dictionaries(
        st.sampled_from(COLUMNS),
        st.text(max_size=40) | st.integers().map(str) | st.datetimes().map(lambda t: f"{t:%FT%TZ}"),
    )
)
def test_no_line_is_worse_than_bad(cells: dict[str, str]) -> None:
    good = {"debit": "a", "credit": "b", "amount": "1.00", "asset": "EUR"}
    for row in (Row(1, cells), Row(1, {**good, **cells})):
        prepared = prepare([row], standard_catalogue(), name=b"x")
        assert len(prepared.lines) + len(prepared.errors) == 1


def test_timestamps_stand_on_every_line_or_none() -> None:
    prepared = _prepared("a,b,1.00,EUR,,,,,\na,b,1.00,EUR,1,,,,\n")
    assert [error.line for error in prepared.errors] == [0]


def test_ids_are_made_from_file_and_line() -> None:
    line = "a,b,1.00,EUR,,,,,\n"
    assert _prepared(line * 2).records == _prepared(line * 2).records
    records = _prepared(line * 2).records
    assert records[:16] != records[128:144]


@pytest.mark.parametrize("records", [b"", b"x", bytes(127)])
def test_an_import_of_a_wrong_size_is_malformed(pool: Pool, records: bytes) -> None:
    with pytest.raises(Malformed):
        pool._writer.run(ImportTransfers(records))
