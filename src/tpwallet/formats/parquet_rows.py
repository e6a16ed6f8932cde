"""Rows of a Parquet file that a stranger sent, as texts.

What the file may unpack to is bounded before it is unpacked (`parquet_pages`). Texts stay encoded
as references into a dictionary until their lengths are known, and only a few thousand rows at a
time are made into texts, none longer than a cell may be. Whatever Arrow then finds wrong, in which
of its many ways it says so, is one refusal of the whole file.

Times are read as numbers, so that no calendar loses or refuses a nanosecond.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tpwallet.formats import limits
from tpwallet.formats.parquet_pages import BadPages, pages_in, repeats_values

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}

Values = dict[str, object]


class NotParquet(ValueError):
    """The file is no Parquet, or one that is not read."""


def rows_of(content: bytes, columns: tuple[str, ...]) -> Iterator[Values]:
    """Rows by column: text, whole number, float, truth value or None; a text is cut one character
    past the longest cell.

    **Rejects** with `NotParquet` a file that is none, that unpacks to too much, or that has columns
    other than these, or of other types.
    """
    import pyarrow as pa  # noqa: PLC0415 - large, and only Parquet needs it

    try:
        yield from _rows(content, columns)
    except NotParquet:
        raise
    except BadPages as error:
        raise NotParquet(f"the Parquet file is damaged: {error}") from None
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise NotParquet(f"not Parquet: {_first_line(error)}") from None


def _rows(content: bytes, columns: tuple[str, ...]) -> Iterator[Values]:
    _check_size(content)
    fields = list(_open(content, []).schema_arrow)
    for field in fields:
        _check_column(field, columns)
    if len({field.name for field in fields}) != len(fields):
        raise NotParquet("a column appears twice")
    file = _open(content, [field.name for field in fields if _is_text(field.type)])
    for batch in file.iter_batches(batch_size=limits.PARQUET_BATCH_ROWS, use_threads=False):
        batch.validate(full=True)
        names = batch.schema.names
        for values in zip(*map(_values, batch.columns), strict=True):
            yield dict(zip(names, values, strict=True))


def _open(content: bytes, texts: list[str]) -> "pq.ParquetFile":
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    return pq.ParquetFile(
        pa.BufferReader(content),
        read_dictionary=texts,
        thrift_string_size_limit=len(content),
        thrift_container_size_limit=limits.PARQUET_LIST_LENGTH_MAX,
    )


def _check_size(content: bytes) -> None:
    """**Rejects** what unpacks to too much."""
    unpacked = 0
    for count, page in enumerate(pages_in(content), start=1):
        unpacked += page.unpacked
        if unpacked > limits.PARQUET_UNPACKED_BYTES_MAX or count > limits.PARQUET_PAGES_MAX:
            raise NotParquet(
                f"it unpacks to more than {limits.PARQUET_UNPACKED_BYTES_MAX} bytes; split it"
            )
        if repeats_values(page):
            raise NotParquet("the encoding DELTA_BYTE_ARRAY is not read")


def _check_column(field: "pa.Field", columns: tuple[str, ...]) -> None:
    import pyarrow as pa  # noqa: PLC0415

    name, kind = field.name, field.type
    if name not in columns:
        shown = name[: limits.SHOWN_LENGTH_MAX]
        raise NotParquet(f"unknown column {shown!r}; known: {', '.join(columns)}")
    if pa.types.is_timestamp(kind) and kind.tz is None:
        raise NotParquet(f"{name}: times without a zone; write them in UTC")
    if not (_is_text(kind) or pa.types.is_primitive(kind) or pa.types.is_null(kind)) and (
        not pa.types.is_decimal(kind)
    ):
        shown = str(kind)[: limits.SHOWN_LENGTH_MAX]
        raise NotParquet(f"{name}: {shown} is neither text nor a number nor a time")


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa  # noqa: PLC0415

    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))


def _values(column: "pa.Array") -> list[object]:
    """A column's values; those of its texts are cut before any is made."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    kind = column.type
    if pa.types.is_timestamp(kind):
        each = _NANOSECONDS[kind.unit]
        moments = column.cast(pa.int64()).to_pylist()
        return [None if moment is None else moment * each for moment in moments]
    if pa.types.is_decimal(kind):
        return [None if value is None else format(value, "f") for value in column.to_pylist()]
    if not _is_text(kind):
        found: list[object] = column.to_pylist()
        return found
    if not pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    cut = pc.utf8_slice_codeunits(column.dictionary, 0, limits.CELL_LENGTH_MAX + 1).to_pylist()
    indices = column.indices.to_pylist()
    return [None if index is None else cut[index] for index in indices]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
