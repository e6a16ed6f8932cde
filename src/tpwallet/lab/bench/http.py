"""`tpwallet bench http`: the real server, its follower beside it, and a load over loopback.

Single transfers come as JSON, each with its own idempotency key; batches as 128-byte records and as
Arrow columns.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX
from tpwallet.domains.ledger.records import TRANSFER
from tpwallet.faces.operations.founding import found_pool
from tpwallet.flows.accounts import OpenAccount
from tpwallet.flows.bulk import CreateAccounts
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.lab.bench.load import drive, http_post
from tpwallet.lab.bench.measure import Report, in_own_process, machine
from tpwallet.lab.bench.records import TransferSource, account_batches
from tpwallet.lab.demo.server import Server

VARIANTS = ("single", "batch_binary", "batch_arrow")
_CUSTOMERS = 200
_ACCOUNTS = 10_000
_BINARY = "application/octet-stream"
_ARROW = "application/vnd.apache.arrow.stream"
_WARM_SINGLES = 2_000
_WARM_BATCHES = 10
_WIDE = pa.binary(16)


@dataclass(frozen=True, slots=True)
class Plan:
    """One variant: its requests without end, how many are put, and over how many connections."""

    name: str
    requests: Callable[[str], Iterator[bytes]]  # of a key
    size: int  # transfers in a request
    count: int
    warm: int
    connections: int


def run(
    *,
    variants: tuple[str, ...] = VARIANTS,
    transfers: int = 60_000,
    connections: int = 64,
    bulk_transfers: int = 2_000_000,
    bulk_connections: int = 4,
    folder: str | None = None,
) -> Report:
    """Each variant on a server of its own."""
    batches = -(-bulk_transfers // BATCH_RECORDS_MAX)
    bulk = (BATCH_RECORDS_MAX, batches, _WARM_BATCHES, bulk_connections)
    plans = (
        Plan("single", _singles, 1, transfers, _WARM_SINGLES, connections),
        Plan("batch_binary", _binary_batches, *bulk),
        Plan("batch_arrow", _arrow_batches, *bulk),
    )
    with tempfile.TemporaryDirectory(dir=folder, prefix="tpwallet-bench-") as work:
        return {
            "bench": "http",
            "machine": machine(),
            "processes": ["tpwallet serve: a writer and a follower", "the load generator"],
            "variants": [_variant(Path(work), plan) for plan in plans if plan.name in variants],
        }


def _variant(work: Path, plan: Plan) -> Report:
    pool = work / plan.name
    key = _found(pool)
    server = Server(pool, key=key, log=work / f"{plan.name}.log")
    server.start()
    try:
        report = in_own_process(_drive, address=server.address, key=key, plan=plan)
    finally:
        server.stop()
    transfers = plan.size * plan.count
    return {
        "variant": plan.name,
        "transfers": transfers,
        "connections": plan.connections,
        "durable": True,
        "transfers_per_second": round(transfers / report.pop("seconds")),
        **report,
    }


def _drive(*, address: str, key: str, plan: Plan) -> Report:
    """Make the requests, warm the server up with the first of them, and measure the others."""
    port = int(address.rpartition(":")[2])
    endless = plan.requests(key)
    warm, measured = list(islice(endless, plan.warm)), list(islice(endless, plan.count))
    drive(port=port, requests=warm, connections=plan.connections)
    return drive(port=port, requests=measured, connections=plan.connections)


def _found(path: Path) -> str:
    """A pool with accounts for people and for batches; returns its key."""
    founded = found_pool(path, name="bench", base_asset="EUR")
    writer = Writer(PoolDirectory(path))
    try:
        writer.run(OpenAccount(address="bank/main/EUR", asset="EUR", kind=AccountKind.ASSET))
        for number in range(_CUSTOMERS):
            address = _customer(number)
            writer.run(OpenAccount(address=address, asset="EUR", kind=AccountKind.LIABILITY))
        for records in account_batches(_ACCOUNTS):
            writer.run(CreateAccounts(records))
    finally:
        writer.close()
    return founded.key.token


def _customer(number: int) -> str:
    return f"customer/{number % _CUSTOMERS}/available/EUR"


def _singles(key: str) -> Iterator[bytes]:
    for number in count():
        body = {
            "debit": "bank/main/EUR",
            "credit": _customer(number),
            "amount": "1.00",
            "asset": "EUR",
        }
        yield http_post(
            "/v1/transfers",
            msgspec.json.encode(body),
            key=key,
            command_id=f"single-{number}",
            media_type="application/json",
        )


def _batches(key: str, media_type: str, encode: Callable[[np.ndarray], bytes]) -> Iterator[bytes]:
    source = TransferSource(_ACCOUNTS)
    for number in count():
        yield http_post(
            "/v1/batches/transfers",
            encode(source.batch(BATCH_RECORDS_MAX)),
            key=key,
            command_id=f"batch-{number}",
            media_type=media_type,
            accept=_BINARY,
        )


def _binary_batches(key: str) -> Iterator[bytes]:
    return _batches(key, _BINARY, lambda words: words.tobytes())


def _arrow_batches(key: str) -> Iterator[bytes]:
    return _batches(key, _ARROW, _arrow)


def _arrow(words: np.ndarray) -> bytes:
    """A batch as Arrow columns: the fields that are not zero."""
    records = words.reshape(-1).view(TRANSFER)
    columns = {
        name: pa.FixedSizeBinaryArray.from_buffers(
            _WIDE, len(records), [None, pa.py_buffer(records[name].tobytes())]
        )
        for name in ("id", "debit_account_id", "credit_account_id", "amount")
    } | {name: pa.array(records[name]) for name in ("ledger", "code")}
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
