"""Files of transfers: what is read, and how what cannot be read is named."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tpwallet.formats.transfer_file import BadLine, Row, UnreadableFile, read_transfers

CELLS = {"debit": "a", "credit": "b", "amount": "1.50", "asset": "EUR"}


def _parquet(columns: dict[str, list[object]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"debit,credit,amount,asset\na,b,1.50,EUR\n"),
        ("x.csv", b'\xef\xbb\xbfdebit,credit,amount,asset\r\n"a",b, 1.50 ,EUR\r\n'),
        ("x.ndjson", b'\n{"debit":"a","credit":"b","amount":"1.50","asset":"EUR"}\n'),
        ("X.PARQUET", _parquet({name: [value] for name, value in CELLS.items()})),
    ],
)
def test_the_three_formats_read_the_same_cells(name: str, content: bytes) -> None:
    (row,) = read_transfers(name, content)
    assert isinstance(row, Row)
    assert row.cells == CELLS


def test_empty_cells_are_left_out() -> None:
    (row,) = read_transfers("x.csv", b"debit,credit,code\na,,\n")
    assert isinstance(row, Row)
    assert row.cells == {"debit": "a"}


def test_every_bad_line_is_named_and_the_good_ones_are_read() -> None:
    content = b'{"debit":"a"}\nnonsense\n[1]\n{"amount":1.5}\n{"colour":"red"}\n{"amount":2}\n'
    found = list(read_transfers("x.ndjson", content))
    assert [row.line for row in found if isinstance(row, BadLine)] == [2, 3, 4, 5]
    assert [row.line for row in found if isinstance(row, Row)] == [1, 6]


def test_a_csv_line_of_another_width_is_named() -> None:
    found = list(read_transfers("x.csv", b"debit,credit\na,b\na\na,b\n"))
    assert [type(row).__name__ for row in found] == ["Row", "BadLine", "Row"]


def test_decimals_of_parquet_keep_every_digit() -> None:
    from decimal import Decimal

    content = _parquet({"amount": [Decimal("1.2300")]})
    (row,) = read_transfers("x.parquet", content)
    assert isinstance(row, Row)
    assert row.cells == {"amount": "1.2300"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b""),
        ("x.csv", b"debit,colour\n"),
        ("x.csv", b"debit,debit\n"),
        ("x.csv", b"\xff\xfe"),
        ("x.parquet", b"no parquet"),
        ("x.parquet", _parquet({"colour": ["red"]})),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        list(read_transfers(name, content))


def test_floats_are_no_amounts() -> None:
    content = _parquet({"amount": [1.5]})
    (row,) = read_transfers("x.parquet", content)
    assert isinstance(row, BadLine)
    assert "1.5" in row.message
