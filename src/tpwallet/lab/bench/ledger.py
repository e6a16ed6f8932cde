"""`tpwallet bench ledger`: raw batches of transfers in process, durable.

The caller's thread computes the keyed digest of each batch, the shard's thread decides, a third
appends; a few batches are under way at once, so that the next is decided while one commits. No
follower runs.
"""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX
from tpwallet.flows.bulk import BatchReply, CreateAccounts, CreateTransfers
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.decider import Answer
from tpwallet.lab.bench.measure import (
    Report,
    disk_rate,
    in_own_process,
    latencies,
    machine,
    peak_memory_bytes,
    settle_memory,
)
from tpwallet.lab.bench.records import TransferSource, account_batches

VARIANTS = (
    "plain",
    "two_phase",
    "hot_account",
    "random_ids",
    "batch_1",
    "batch_100",
    "batch_8190",
)
_BATCH = {"batch_1": 1, "batch_100": 100}
# Batches at once, by size: enough that some are decided while others are appended.
_UNDER_WAY = {1: 256, 100: 64}
FULL_UNDER_WAY = 8


def run(
    *,
    variants: tuple[str, ...] = VARIANTS,
    transfers: int = 2_000_000,
    accounts: int = 10_000,
    folder: str | None = None,
) -> Report:
    """Run variants one after another, each in a process and a pool of its own."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="tpwallet-bench-") as work:
        reports = [
            in_own_process(
                run_variant, variant=variant, transfers=transfers, accounts=accounts, folder=work
            )
            for variant in variants
        ]
        return {
            "bench": "ledger",
            "machine": machine(),
            "processes": ["one writer process: caller, shard and commit threads; no follower"],
            "disk": [disk_rate(Path(work), size=300), disk_rate(Path(work), size=1 << 20)],
            "variants": reports,
        }


def _batches(variant: str, source: TransferSource, transfers: int) -> Iterator[bytes]:
    size = _BATCH.get(variant, BATCH_RECORDS_MAX)
    if size < BATCH_RECORDS_MAX:
        transfers = min(transfers, size * 20_000)
    made = 0
    while made < transfers:
        if variant == "two_phase":
            pending = source.batch(size, flags=TransferFlags.PENDING)
            yield pending.tobytes()
            yield source.posts_of(pending).tobytes()
            made += 2 * size
        else:
            yield source.batch(size).tobytes()
            made += size


class Load:
    """Keeps a number of batches under way and notes how long each took."""

    def __init__(self, writer: Writer, under_way: int) -> None:
        self._writer = writer
        self._room = threading.Semaphore(under_way)
        self._lock = threading.Lock()
        self.seconds: list[float] = []
        self.refused = 0
        self.error: BaseException | None = None

    def submit(self, batch: bytes) -> None:
        """Queue a batch once there is room."""
        self._room.acquire()
        start = time.perf_counter()

        def deliver(answer: Answer) -> None:
            if isinstance(answer, BatchReply):
                with self._lock:
                    self.seconds.append(time.perf_counter() - start)
                    self.refused += len(answer.refused())
            else:
                self.error = answer
            self._room.release()

        self._writer.submit(self._writer.request(CreateTransfers(batch)), deliver)

    def drain(self, under_way: int) -> None:
        """Wait until nothing is under way."""
        for _ in range(under_way):
            self._room.acquire()
        if self.error is not None:
            raise self.error


def run_variant(*, variant: str, transfers: int, accounts: int, folder: str) -> Report:
    """One variant in this process."""
    path = Path(folder) / f"{variant}-{os.getpid()}"
    create_pool(path, name="bench", base_asset="EUR")
    source = TransferSource(
        accounts, random_ids=variant == "random_ids", hot=variant == "hot_account"
    )
    open_accounts(path=str(path), accounts=accounts)
    batches = list(_batches(variant, source, transfers))
    size = _BATCH.get(variant, BATCH_RECORDS_MAX)
    under_way = _UNDER_WAY.get(size, FULL_UNDER_WAY)
    writer = Writer(PoolDirectory(path))
    try:
        _warm(writer, source)
        settle_memory()
        before, used = peak_memory_bytes(), _journal_bytes(path)
        load = Load(writer, under_way)
        start = time.perf_counter()
        for batch in batches:
            load.submit(batch)
        load.drain(under_way)
        elapsed = time.perf_counter() - start
        memory = peak_memory_bytes() - before
    finally:
        writer.close()
    count = sum(len(batch) for batch in batches) // 128
    return {
        "variant": variant,
        "transfers": count,
        "batch": size,
        "accounts": accounts,
        "under_way": under_way,
        "durable": True,
        "transfers_per_second": round(count / elapsed),
        **latencies(load.seconds),
        "refused": load.refused,
        "bytes_per_transfer": round((_journal_bytes(path) - used) / count, 1),
        "peak_memory_bytes_per_transfer": round(memory / count, 1),
    }


def open_accounts(*, path: str, accounts: int) -> Report:
    """Make the accounts, and leave the pool closed: its journal's file is settled then."""
    writer = Writer(PoolDirectory(path))
    try:
        for batch in account_batches(accounts):
            writer.run(CreateAccounts(batch))
    finally:
        writer.close()
    return {"variant": "accounts", "accounts": accounts}


def _journal_bytes(path: Path) -> int:
    """Bytes of the journal's file, without the log that is written over again and again."""
    return PoolDirectory(path).journal_path.stat().st_size


def _warm(writer: Writer, source: TransferSource) -> None:
    """Load every compiled loop before the clock starts."""
    pending = source.batch(10, flags=TransferFlags.PENDING)
    writer.run(CreateTransfers(pending.tobytes()))
    writer.run(CreateTransfers(source.posts_of(pending).tobytes()))
