"""Reading an Arrow IPC stream that a stranger sent.

Arrow's reader believes what a stream says of itself. So only schemas and record batches are let
in, no dictionaries, and no compressed buffers, whose few bytes can stand for gigabytes; then the
body bounds what is read. Offsets and lengths are validated before a value is looked at.

Source: Arrow columnar format, "Encapsulated message format"; FlatBuffers internals for the vtable.
"""

import struct

import pyarrow as pa

from tpwallet.kernel.errors import Malformed

_MESSAGES = ("schema", "record batch")
# Fields of the FlatBuffers tables, by number.
_MESSAGE_HEADER = 2
_BATCH_COMPRESSION = 3


def read_table(body: bytes, *, rows_max: int) -> pa.Table:
    """The table of an IPC stream. **Rejects** with `Malformed` what is none or has other limits."""
    try:
        _check_messages(body)
        with pa.ipc.open_stream(body) as reader:
            table = reader.read_all()
        table.validate(full=True)
        names = table.column_names
    except (pa.ArrowException, UnicodeDecodeError, OSError, struct.error, MemoryError) as error:
        raise Malformed(f"no Arrow stream: {_first_line(error)}", parameter="body") from None
    if not 0 < table.num_rows <= rows_max:
        raise Malformed(f"a batch has 1 to {rows_max} records", parameter="body")
    if len(set(names)) != len(names):
        raise Malformed("a column is there twice", parameter="body")
    return table


def _check_messages(body: bytes) -> None:
    reader = pa.ipc.MessageReader.open_stream(body)
    while True:
        try:
            message = reader.read_next_message()
        except StopIteration:
            return
        if message.type not in _MESSAGES:
            raise Malformed(f"an Arrow stream of a batch has no {message.type}", parameter="body")
        if message.type == "record batch" and _is_compressed(message.metadata.to_pybytes()):
            raise Malformed("send Arrow buffers uncompressed", parameter="body")


def _is_compressed(metadata: bytes) -> bool:
    """Whether a record batch message says that its buffers are compressed."""
    root = struct.unpack_from("<I", metadata, 0)[0]
    header = _field(metadata, root, _MESSAGE_HEADER)
    if header is None:
        return False
    batch = header + struct.unpack_from("<I", metadata, header)[0]
    return _field(metadata, batch, _BATCH_COMPRESSION) is not None


def _field(data: bytes, table: int, number: int) -> int | None:
    """Where a field of a FlatBuffers table lies, or None when it is left out."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    if vtable < 0:
        raise struct.error("a vtable before the buffer")
    length = struct.unpack_from("<H", data, vtable)[0]
    slot = 4 + 2 * number
    if slot >= length:
        return None
    offset = struct.unpack_from("<H", data, vtable + slot)[0]
    return table + offset if offset else None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
