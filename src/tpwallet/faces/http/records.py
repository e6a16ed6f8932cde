"""Records of batches in other clothes: JSON objects and Arrow columns, as the ledger's 128 bytes.

Both are the same record, field by field (reference: journal-format, "Batch events"). A field that
is left out is zero. Nothing is checked here but that a value fits its field; the ledger's statuses
are the answer to everything else.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa

from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX
from tpwallet.domains.ledger.records import ACCOUNT, TRANSFER
from tpwallet.faces.bodies import RawAccount, RawTransfer
from tpwallet.faces.http.arrow_stream import read_table
from tpwallet.kernel.errors import Malformed

_LOW = (1 << 64) - 1


def records_of_rows(rows: Sequence[RawAccount] | Sequence[RawTransfer]) -> bytes:
    """The records of decoded JSON rows. **Rejects** with `Malformed` a value past its field."""
    kind = ACCOUNT if isinstance(rows[0], RawAccount) else TRANSFER
    records = np.zeros(len(rows), kind)
    for field in msgspec.structs.fields(type(rows[0])):
        values = [int(getattr(row, field.name)) for row in rows]
        _fill(records, field.name, values)
    return records.tobytes()


def _fill(records: np.ndarray, name: str, values: list[int]) -> None:
    column = records[name]
    size_max = (1 << 8 * column.dtype.itemsize) - 1
    for row, value in enumerate(values):
        if value > size_max:
            raise Malformed(
                f"{name} holds at most {8 * column.dtype.itemsize} bits",
                parameter=f"[{row}].{name}",
            )
    if column.dtype.names:
        column["low"] = [value & _LOW for value in values]
        column["high"] = [value >> 64 for value in values]
    else:
        records[name] = values


def records_of_arrow(body: bytes, kind: np.dtype) -> bytes:
    """The records of an Arrow IPC stream whose columns are named as the record's fields.

    128-bit fields are `fixed_size_binary(16)`, little-endian, or any unsigned integer; the others
    are unsigned integers. **Rejects** with `Malformed` another column or type, and nulls.
    """
    table = read_table(body, rows_max=BATCH_RECORDS_MAX)
    known = set(kind.names or ()) - {"reserved"}
    records = np.zeros(table.num_rows, kind)
    for name in table.column_names:
        if name not in known:
            raise Malformed("a record has no such field", parameter=str(name))
        _fill_column(records[name], table.column(name), name)
    return records.tobytes()


def _fill_column(target: np.ndarray, column: pa.ChunkedArray, name: str) -> None:
    if column.null_count:
        raise Malformed("a record has no nulls; leave the column out for zeros", parameter=name)
    values = column.combine_chunks()
    is_wide = target.dtype.names is not None
    if pa.types.is_unsigned_integer(values.type):
        numbers = values.to_numpy()
        size = 8 if is_wide else target.dtype.itemsize
        if values.type.bit_width > 8 * size and numbers.max(initial=0) >> (8 * size):
            raise Malformed(f"{name} holds at most {8 * size} bits", parameter=name)
        (target["low"] if is_wide else target)[...] = numbers
    elif is_wide and values.type == pa.binary(16):
        words = np.frombuffer(values.buffers()[1], np.uint64).reshape(-1, 2)[values.offset :]
        target["low"], target["high"] = words[: len(target), 0], words[: len(target), 1]
    else:
        wanted = "unsigned integers" + (" or fixed_size_binary(16)" if is_wide else "")
        raise Malformed(f"{name} is {values.type}; send {wanted}", parameter=name)
