"""Methods for bulk: raw batches of accounts and transfers, whose statuses are the answer.

They need the scope `ledger:bulk`. A batch is 1 to 8,190 records, in one of three forms:

- bytes or a numpy array: records of 128 bytes (reference: journal-format, "Batch events");
- Arrow columns named as the record's fields, of whatever offers the Arrow C stream or array
  interface (pyarrow, polars, pandas …);
- a list of `RawAccount` or `RawTransfer`.

A batch is not refused for what is in its records: each has a status of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from tpwallet.faces.arguments import checked_value
from tpwallet.faces.batch_rows import ROW_BYTES, BatchRows
from tpwallet.faces.bodies import CommandId, RawAccount, RawAccounts, RawTransfer, RawTransfers
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.client.operation import Operation
from tpwallet.faces.client.reply import Reply
from tpwallet.faces.http.media_types import ARROW, BINARY, JSON
from tpwallet.faces.shapes import BatchReceipt
from tpwallet.kernel.errors import Malformed

if TYPE_CHECKING:
    import numpy as np


class ArrowStream(Protocol):
    """Columns that Arrow can read, without a copy."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class ArrowArray(Protocol):
    """One batch of columns that Arrow can read, without a copy."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> object: ...


Columns = ArrowStream | ArrowArray


class BulkMethods:
    """Raw batches."""

    @asks
    def create_accounts(
        self,
        records: "bytes | bytearray | memoryview | np.ndarray | Columns | Sequence[RawAccount]",
        *,
        command_id: CommandId | None = None,
    ) -> Call[BatchReceipt]:
        """Create a batch of accounts: how many were created, and why the others were not.

        **Rejects** with `HubMalformed` what is no such batch.
        """
        return _batch(operations.CREATE_ACCOUNTS, records, RawAccounts, command_id)

    @asks
    def create_accounts_in_rows(
        self,
        records: "bytes | bytearray | memoryview | np.ndarray | Columns | Sequence[RawAccount]",
        *,
        command_id: CommandId | None = None,
    ) -> Call[BatchRows]:
        """The same, answered with the timestamp and status of every request."""
        return _in_rows(_batch(operations.CREATE_ACCOUNTS, records, RawAccounts, command_id))

    @asks
    def create_transfers(
        self,
        records: "bytes | bytearray | memoryview | np.ndarray | Columns | Sequence[RawTransfer]",
        *,
        command_id: CommandId | None = None,
    ) -> Call[BatchReceipt]:
        """Create a batch of transfers: how many were created, and why the others were not.

        **Rejects** with `HubMalformed` what is no such batch.
        """
        return _batch(operations.CREATE_TRANSFERS, records, RawTransfers, command_id)

    @asks
    def create_transfers_in_rows(
        self,
        records: "bytes | bytearray | memoryview | np.ndarray | Columns | Sequence[RawTransfer]",
        *,
        command_id: CommandId | None = None,
    ) -> Call[BatchRows]:
        """The same, answered with the timestamp and status of every request."""
        return _in_rows(_batch(operations.CREATE_TRANSFERS, records, RawTransfers, command_id))


def _batch(
    operation: Operation[BatchReceipt], records: Any, rows: Any, command_id: str | None
) -> Call[BatchReceipt]:
    media_type, content = _encoded(records, rows)
    call = operation.call(command_id=command_id)
    return replace(call, content=content, media_type=media_type)


def _in_rows(call: Call[BatchReceipt]) -> Call[BatchRows]:
    return Call(
        method=call.method,
        path=call.path,
        read=_rows,
        content=call.content,
        media_type=call.media_type,
        accept=BINARY,
        command_id=call.command_id,
    )


def _rows(reply: Reply) -> BatchRows:
    if reply.media_type != BINARY or len(reply.content) % ROW_BYTES:
        raise reply.unexpected()
    return BatchRows(reply.position, reply.content)


def _encoded(records: Any, rows: Any) -> tuple[str, bytes]:
    """(media type, bytes) of a batch in whichever form; `rows` is what a list is held to."""
    match records:
        case bytes() | bytearray():
            return BINARY, bytes(records)
        case memoryview():
            return BINARY, records.tobytes()
        case _ if hasattr(records, "__arrow_c_stream__") or hasattr(records, "__arrow_c_array__"):
            return ARROW, _arrow(records)
        case _ if hasattr(records, "__array_interface__") and not records.dtype.hasobject:
            return BINARY, records.tobytes()
        case _:
            return JSON, msgspec.json.encode(checked_value(rows, records, parameter="records"))


def _arrow(columns: Columns) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - most callers send none

    try:
        table = pa.table(columns)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Malformed(f"expected Arrow columns: {error}", parameter="records") from error
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
