"""Files of transfers to import: CSV, NDJSON and Parquet, read into rows of named texts.

Columns, the same in every format; unknown ones are refused, so that a misspelt column is not lost:

| column | | meaning |
| --- | --- | --- |
| `debit`, `credit` | required unless `kind` is `post` or `void` | address, or `#` and its id |
| `amount` | required | decimal, in `asset`; empty for a whole `post` or `void` |
| `asset` | required | code of the asset |
| `id` | | the transfer's 128-bit id, decimal; made from file and line when absent |
| `timestamp` | | RFC 3339 or nanoseconds; on every line or on none: brings its own history |
| `kind` | | `posted` (default), `pending`, `post`, `void` |
| `pending_id` | for `post`, `void` | the reservation's id |
| `timeout_seconds` | for `pending` | how long it holds; 0 or empty: for ever |
| `code` | | 1 to 65535, default 1 |
| `reference` | | a 128-bit number of your own, decimal, kept as `user_data_128` |

A cell has at most 256 characters. A Parquet column of times has a zone; it is read to the
nanosecond.

This reads only; what rows mean is the ledger's business. A line that cannot be read is an error
with its number, and reading goes on, so that one pass names every bad line.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tpwallet.formats.limits import (
    CELL_LENGTH_MAX,
    LINE_BYTES_MAX,
    ROWS_MAX,
    SHOWN_LENGTH_MAX,
)
from tpwallet.formats.parquet_rows import NotParquet, rows_of

COLUMNS = (
    "id",
    "debit",
    "credit",
    "amount",
    "asset",
    "timestamp",
    "kind",
    "pending_id",
    "timeout_seconds",
    "code",
    "reference",
)


class Row(msgspec.Struct, frozen=True):
    """One line: its number in the file, from 1, and its cells; empty cells are left out."""

    line: int
    cells: dict[str, str]


class BadLine(msgspec.Struct, frozen=True):
    """A line that cannot be read; line 0 stands for the whole file."""

    line: int
    message: str


class UnreadableFile(ValueError):
    """The file as a whole is not what its name says."""


def read_transfers(name: str, content: bytes) -> Iterator[Row | BadLine]:
    r"""Rows of a file, by the ending of its name: .csv, .ndjson (or .jsonl), .parquet.

    **Rejects** with `UnreadableFile` another ending, and a file that is not of its format at all.

    >>> list(read_transfers("x.csv", b"debit,credit,amount,asset\na,b,1.00,EUR\n"))
    [Row(line=2, cells={'debit': 'a', 'credit': 'b', 'amount': '1.00', 'asset': 'EUR'})]
    """
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "csv":
        rows = _read_csv(content)
    elif ending in ("ndjson", "jsonl"):
        rows = _read_ndjson(content)
    elif ending == "parquet":
        rows = _read_parquet(content)
    else:
        raise UnreadableFile(f"{name}: import reads .csv, .ndjson and .parquet")
    return _limited(rows)


def _limited(rows: Iterable[Row | BadLine]) -> Iterator[Row | BadLine]:
    for count, row in enumerate(rows, start=1):
        if count > ROWS_MAX:
            yield BadLine(row.line, f"a file has at most {ROWS_MAX} rows; split it")
            return
        yield row


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"not UTF-8: byte {error.start} is {content[error.start]:#04x}"
        ) from None


def _check_columns(names: Iterable[object]) -> None:
    unknown = [str(name) for name in names if name not in COLUMNS]
    if unknown:
        shown = ", ".join(map(_shown, unknown[: len(COLUMNS)]))
        raise UnreadableFile(f"unknown columns: {shown}; known: {', '.join(COLUMNS)}")


def _shown(value: object) -> str:
    """A value as a message repeats it: its beginning, in characters that every terminal has."""
    text = ascii(value)
    return text if len(text) <= SHOWN_LENGTH_MAX else f"{text[:SHOWN_LENGTH_MAX]}…"


def _read_csv(content: bytes) -> Iterator[Row | BadLine]:
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        header = next(reader, [])
        if len(set(header)) != len(header):
            raise UnreadableFile("a column appears twice")
        _check_columns(header)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                yield BadLine(reader.line_num, f"{len(cells)} cells under {len(header)} columns")
                continue
            stripped = (cell.strip() for cell in cells)
            yield _row(reader.line_num, dict(zip(header, stripped, strict=True)))
    except csv.Error as error:
        yield BadLine(reader.line_num, str(error))


def _cell(value: object) -> str:
    """A JSON or Parquet value as the text it stands for; floats are no amounts.

    **Rejects** with `ValueError` a float, a truth value, a nested value, and a text that is too
    long or no Unicode.
    """
    match value:
        case str():
            text = value
        case int() if not isinstance(value, bool):
            text = str(value)
        case _:
            raise ValueError(f"{_shown(value)} is neither text nor a whole number")
    if len(text) > CELL_LENGTH_MAX:
        raise ValueError(f"{_shown(value)} is longer than {CELL_LENGTH_MAX} characters")
    if not text.isascii():
        text.encode()  # half a surrogate pair is an UnicodeEncodeError, so a ValueError
    return text


def _row(line: int, values: Mapping[str, object]) -> Row | BadLine:
    cells = {}
    for name, value in values.items():
        if name not in COLUMNS:
            return BadLine(line, f"unknown column {_shown(name)}")
        if value is None or value == "":
            continue
        try:
            cells[name] = _cell(value)
        except ValueError as error:
            return BadLine(line, f"{name}: {error}")
    return Row(line, cells)


def _read_ndjson(content: bytes) -> Iterator[Row | BadLine]:
    for number, line in enumerate(_text(content).splitlines(), start=1):
        if not line.strip():
            continue
        if len(line) > LINE_BYTES_MAX:
            yield BadLine(number, f"a line has at most {LINE_BYTES_MAX} characters")
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield BadLine(number, f"not JSON: {error}")
            continue
        if isinstance(values, dict):
            yield _row(number, values)
        else:
            yield BadLine(number, "a line is a JSON object")


def _read_parquet(content: bytes) -> Iterator[Row | BadLine]:
    try:
        for number, values in enumerate(rows_of(content, COLUMNS), start=1):
            yield _row(number, values)
    except NotParquet as error:
        raise UnreadableFile(str(error)) from None
