"""Files of transfers: what is read, and how what cannot be read is named."""

import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tpwallet.faces.importing import prepare
from tpwallet.formats import limits
from tpwallet.formats.limits import CELL_LENGTH_MAX
from tpwallet.formats.parquet_pages import BadPages, pages_in
from tpwallet.formats.transfer_file import BadLine, Row, UnreadableFile, read_transfers
from tpwallet.money import standard_catalogue

CELLS = {"debit": "a", "credit": "b", "amount": "1.50", "asset": "EUR"}


def _parquet(columns: dict[str, Any]) -> bytes:
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


@pytest.mark.parametrize(
    ("unit", "number", "nanoseconds"),
    [
        ("s", 1_600_000_000, 1_600_000_000 * 10**9),
        ("ms", 1_600_000_000_001, 1_600_000_000_001 * 10**6),
        ("us", 1_600_000_000_000_001, 1_600_000_000_000_001 * 10**3),
        ("ns", 1_600_000_000_000_000_001, 1_600_000_000_000_000_001),
        ("us", (1 << 63) - 1, ((1 << 63) - 1) * 10**3),
        ("ns", -1, -1),
    ],
)
def test_times_of_parquet_are_read_to_the_nanosecond(
    unit: str, number: int, nanoseconds: int
) -> None:
    content = _parquet({"timestamp": pa.array([number, None], pa.timestamp(unit, "UTC"))})
    first, second = read_transfers("x.parquet", content)
    assert isinstance(first, Row)
    assert first.cells == {"timestamp": str(nanoseconds)}
    assert second == Row(2, {})


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1], pa.timestamp("us")),
        pa.array([b"a"], pa.binary()),
        pa.array([["a"]], pa.list_(pa.string())),
        pa.array([{"a": 1}], pa.struct({"a": pa.int8()})),
    ],
)
def test_columns_of_other_types_are_refused(column: pa.Array) -> None:
    with pytest.raises(UnreadableFile, match="amount"):
        list(read_transfers("x.parquet", _parquet({"amount": column})))


def test_cells_have_a_length() -> None:
    longest, longer = "x" * CELL_LENGTH_MAX, "x" * (CELL_LENGTH_MAX + 1)
    texts = f"debit\n{longest}\n{longer}\n".encode()
    lines = b"".join(json.dumps({"debit": text}).encode() + b"\n" for text in (longest, longer))
    columns = _parquet({"debit": [longest, longer]})
    for name, content in (("x.csv", texts), ("x.ndjson", lines), ("x.parquet", columns)):
        first, second = read_transfers(name, content)
        assert isinstance(first, Row)
        assert isinstance(second, BadLine)
        assert len(second.message) < 200


def test_messages_repeat_only_the_beginning_of_what_is_wrong() -> None:
    lines = [{"debit": ["x" * 60_000]}, {"x" * 60_000: 1}, {"debit": "\ud800"}]
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    for row in read_transfers("x.ndjson", content):
        assert isinstance(row, BadLine)
        assert len(row.message.encode()) < 200
    for name, bad in (
        ("x.csv", b",".join(b"x%d" % number for number in range(10_000)) + b"\n"),
        ("x.csv", b"x" * 100_000 + b"\n"),
        ("x.parquet", _parquet({"x" * 100_000: ["a"]})),
    ):
        with pytest.raises(UnreadableFile) as refusal:
            list(read_transfers(name, bad))
        assert len(str(refusal.value)) < 1000


def _unpacking_to_much() -> bytes:
    """A small file of many references to one long text."""
    buffer = io.BytesIO()
    texts = pa.DictionaryArray.from_arrays(np.zeros(20_000, np.int32), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"reference": texts}), buffer, compression="zstd", store_schema=False)
    return buffer.getvalue()


def test_references_to_a_long_text_do_not_become_many_long_texts() -> None:
    content = _unpacking_to_much()
    assert len(content) < 100_000
    before = pa.total_allocated_bytes()
    for row in read_transfers("x.parquet", content):
        assert isinstance(row, BadLine)
        assert pa.total_allocated_bytes() - before < 50_000_000


def _with_pages(text: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    table = pa.table({"reference": [text] * 300})
    pq.write_table(table, buffer, compression="zstd", use_dictionary=False, **options)
    return buffer.getvalue()


def test_pages_that_unpack_to_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _with_pages("x" * 10_000)
    assert len(content) < 100_000
    monkeypatch.setattr(limits, "PARQUET_UNPACKED_BYTES_MAX", 4_000_000)
    assert len(list(read_transfers("x.parquet", content))) == 300
    monkeypatch.setattr(limits, "PARQUET_UNPACKED_BYTES_MAX", 2_999_999)
    with pytest.raises(UnreadableFile, match="unpacks"):
        list(read_transfers("x.parquet", content))


def test_pages_are_believed_rather_than_the_footer() -> None:
    content = _with_pages("x" * 10_000)
    assert sum(page.unpacked for page in pages_in(content)) > 3_000_000
    for cut in range(1, 200):
        with pytest.raises(BadPages):
            list(pages_in(content[:-cut]))


def test_texts_told_by_their_differences_are_refused() -> None:
    content = _with_pages("x" * 200, column_encoding={"reference": "DELTA_BYTE_ARRAY"})
    with pytest.raises(UnreadableFile, match="DELTA_BYTE_ARRAY"):
        list(read_transfers("x.parquet", content))


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_no_flipped_bit_of_a_parquet_file_is_worse_than_refused(version: str) -> None:
    buffer = io.BytesIO()
    table = pa.table(
        {
            "debit": ["a", "b", None],
            "amount": pa.array(["1", "2", "3"]).dictionary_encode(),
            "timestamp": pa.array([1, 2, 3], pa.timestamp("us", "UTC")),
        }
    )
    pq.write_table(table, buffer, data_page_version=version, compression="zstd")
    content = bytearray(buffer.getvalue())
    refused = 0
    for bit in range(0, len(content) * 8, 7):
        content[bit // 8] ^= 1 << bit % 8
        try:
            rows = list(read_transfers("x.parquet", bytes(content)))
        except UnreadableFile:
            refused += 1
        else:
            prepare(rows, standard_catalogue(), name=b"x")
        content[bit // 8] ^= 1 << bit % 8
    assert refused > 0
