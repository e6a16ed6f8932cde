"""What a Parquet file unpacks to, told before anything of it is unpacked.

Two kilobytes of Parquet can stand for gigabytes: a page is compressed, and what the footer says of
sizes is only what its writer claims. The reader allocates what each page's own header announces, so
here the headers are walked, as the reader will, and what they announce is given. An encoding in
which a value repeats most of the one before it, without the page growing, can be told from it.

Arrow's own view of a footer is not asked: it ends the process on some that are damaged.

This reads headers and the footer only, and decodes no page.

Source: Apache Parquet format, `parquet.thrift` (FileMetaData, PageHeader).
"""

from collections.abc import Iterator
from typing import NamedTuple

from tpwallet.formats.limits import PARQUET_FOOTER_BYTES_MAX
from tpwallet.formats.thrift_compact import BadThrift, Fields, Value, read_struct

_MAGIC, _TAIL_BYTES = b"PAR1", 8
# Fields, by number.
_GROUPS = 4  # of the footer
_COLUMNS = 1  # of a row group
_COLUMN = 3  # of a column chunk: what is known of it
_LENGTH, _VALUES_AT, _DICTIONARY_AT = 7, 9, 11
_UNPACKED, _PACKED = 2, 3  # of a page header
_ENCODINGS = {5: 2, 7: 2, 8: 4}  # header of a kind of page: its field with the encoding
_DELTA_BYTE_ARRAY = 7  # each value as its difference to the one before it


class BadPages(ValueError):
    """The pages are not what Parquet has."""


class Page(NamedTuple):
    """What a page's header announces, in bytes."""

    unpacked: int
    encodings: tuple[int, ...]


def pages_in(content: bytes) -> Iterator[Page]:
    """The pages of a file. **Rejects** with `BadPages` what is no Parquet."""
    try:
        for start, length in _chunks(_footer(content)):
            yield from _pages_of(content, start, length)
    except BadThrift as error:
        raise BadPages(str(error)) from None


def repeats_values(page: Page) -> bool:
    """Whether a page's values may be much larger than the page."""
    return _DELTA_BYTE_ARRAY in page.encodings


def _footer(content: bytes) -> Fields:
    if len(content) < 2 * _TAIL_BYTES or content[-4:] != _MAGIC:
        raise BadPages("not Parquet: it does not end as one")
    length = int.from_bytes(content[-_TAIL_BYTES:-4], "little")
    if length > min(len(content) - _TAIL_BYTES, PARQUET_FOOTER_BYTES_MAX):
        raise BadPages("not Parquet: its footer is too long")
    fields, _ = read_struct(content, len(content) - _TAIL_BYTES - length)
    return fields


def _chunks(footer: Fields) -> Iterator[tuple[int, int]]:
    """Where the column chunks lie: first byte and length."""
    for group in _structs(footer.get(_GROUPS)):
        for chunk in _structs(group.get(_COLUMNS)):
            column = chunk.get(_COLUMN)
            if not isinstance(column, dict):
                raise BadPages("a column is not told of")
            start, length = column.get(_VALUES_AT), column.get(_LENGTH)
            dictionary = column.get(_DICTIONARY_AT)
            if not isinstance(start, int) or not isinstance(length, int):
                raise BadPages("a column has no place")
            if isinstance(dictionary, int) and 0 < dictionary < start:
                start = dictionary
            yield start, length


def _structs(value: Value | None) -> Iterator[Fields]:
    for each in value if isinstance(value, list) else ():
        if not isinstance(each, dict):
            raise BadPages("a list of the footer holds something else")
        yield each


def _pages_of(content: bytes, start: int, length: int) -> Iterator[Page]:
    end = start + length
    if not 0 <= start <= end <= len(content):
        raise BadPages("a column lies outside of the file")
    while start < end:
        fields, place = read_struct(content, start)
        unpacked, packed = fields.get(_UNPACKED), fields.get(_PACKED)
        if not isinstance(unpacked, int) or not isinstance(packed, int):
            raise BadPages("a page does not tell its size")
        if unpacked < 0 or packed < 0:
            raise BadPages("a page has a negative size")
        yield Page(unpacked, tuple(_encodings(fields)))
        start = place + packed


def _encodings(fields: Fields) -> Iterator[int]:
    for kind, number in _ENCODINGS.items():
        inner = fields.get(kind)
        encoding = inner.get(number) if isinstance(inner, dict) else None
        if isinstance(encoding, int):
            yield encoding
