"""`tpwallet bench recovery`: a big pool is written, and then opened again in every way there is.

Each stage runs in a process of its own on the same pool directory: writing it, replaying the whole
journal, opening from a snapshot, building the views, and looking at the past.
"""

import os
import secrets
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.bulk import CreateTransfers
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer, empty_replica
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.state import PoolState
from tpwallet.lab.bench.ledger import FULL_UNDER_WAY, Load, open_accounts
from tpwallet.lab.bench.measure import (
    Report,
    in_own_process,
    latencies,
    machine,
    peak_memory_bytes,
)
from tpwallet.lab.bench.records import TransferSource
from tpwallet.views.history.index import HistoryIndex

_LOOKUPS = 2_000
_JOURNEYS = 3


def run(
    *, transfers: int = 10_000_000, accounts: int = 1_000_000, folder: str | None = None
) -> Report:
    """Write a pool of this size and measure every way back into it."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="tpwallet-bench-") as work:
        path = str(Path(work) / f"recovery-{os.getpid()}")
        create_pool(Path(path), name="bench", base_asset="EUR")
        in_own_process(open_accounts, path=path, accounts=accounts)
        stages = [in_own_process(write, path=path, transfers=transfers, accounts=accounts)]
        stages += [
            in_own_process(stage, path=path)
            for stage in (replay, open_from_snapshot, build_views, open_views, look_back)
        ]
        return {
            "bench": "recovery",
            "machine": machine(),
            "processes": ["each stage a process of its own; nothing runs beside it"],
            "accounts": accounts,
            "transfers": transfers,
            "variants": stages,
        }


def write(*, path: str, transfers: int, accounts: int) -> Report:
    """Fill the pool by full batches; the writer keeps a snapshot when it closes."""
    source, directory = TransferSource(accounts), PoolDirectory(path)
    writer = Writer(directory)
    try:
        writer.run(CreateTransfers(source.batch(10).tobytes()))
        memory, used = peak_memory_bytes(), directory.journal_path.stat().st_size
        load, made = Load(writer, FULL_UNDER_WAY), 0
        start = time.perf_counter()
        while made < transfers:
            batch = source.batch(min(BATCH_RECORDS_MAX, transfers - made))
            load.submit(batch.tobytes())
            made += len(batch)
        load.drain(FULL_UNDER_WAY)
        elapsed = time.perf_counter() - start
        memory = peak_memory_bytes() - memory
        start = time.perf_counter()
        writer.close()
        used = directory.journal_path.stat().st_size - used
        return {
            "variant": "write",
            "transfers_per_second": round(made / elapsed),
            **latencies(load.seconds),
            "worst_ms": round(max(load.seconds) * 1e3, 1),
            "durable": True,
            "bytes_per_transfer": round(used / made, 1),
            "peak_memory_bytes_per_transfer": round(memory / made, 1),
            "snapshot_and_close_seconds": round(time.perf_counter() - start, 2),
        }
    finally:
        writer.close()


def replay(*, path: str) -> Report:
    """The state from the journal alone, its chain verified on the way."""
    directory = PoolDirectory(path)
    journal = open_journal(directory)
    try:
        replica = empty_replica(directory.pool_id)
        start = time.perf_counter()
        replica.catch_up(journal)
        elapsed = time.perf_counter() - start
        count = replica.state.part(LedgerState).transfer_count
        return {
            "variant": "replay",
            "transfers_per_second": round(count / elapsed),
            "seconds": round(elapsed, 2),
            "state_hash": replica.state.state_hash().hex(),
        }
    finally:
        journal.close()


def open_from_snapshot(*, path: str) -> Report:
    """A writer from the newest snapshot, ready to answer; the file system's cache is warm."""
    start = time.perf_counter()
    writer = Writer(PoolDirectory(path))
    elapsed = time.perf_counter() - start
    try:
        count = writer.read(lambda state: state.part(LedgerState).transfer_count)
        return {"variant": "open_writer", "seconds": round(elapsed, 2), "transfers": count}
    finally:
        writer.close()


def build_views(*, path: str) -> Report:
    """Every view from the journal's beginning: history, directory and transparency log."""
    reading = ReadSide(PoolDirectory(path))
    try:
        start = time.perf_counter()
        reading.follower.catch_up()
        elapsed = time.perf_counter() - start
        count = _transfers(reading)
        return {
            "variant": "build_views",
            "transfers_per_second": round(count / elapsed),
            "seconds": round(elapsed, 2),
            "history_bytes_per_transfer": round(reading.history.bytes_used() / count, 1),
        }
    finally:
        reading.close()


def open_views(*, path: str) -> Report:
    """The reading half again, from its snapshot and files."""
    start = time.perf_counter()
    reading = ReadSide(PoolDirectory(path))
    reading.follower.catch_up()
    elapsed = time.perf_counter() - start
    reading.close()
    return {"variant": "open_views", "seconds": round(elapsed, 2)}


def look_back(*, path: str) -> Report:
    """Balances of random accounts at random past positions, and the whole ledger at one."""
    reading = ReadSide(PoolDirectory(path))
    try:
        end = reading.follower.catch_up()
        with reading.follower.reading() as state:
            accounts = state.part(LedgerState).account_count
        return {
            "variant": "look_back",
            **_balances(reading.history, accounts, end),
            **_journeys(reading),
        }
    finally:
        reading.close()


def _transfers(reading: ReadSide) -> int:
    with reading.follower.reading() as state:
        return state.part(LedgerState).transfer_count


def _balances(history: HistoryIndex, accounts: int, end: int) -> Report:
    seconds = []
    for _ in range(_LOOKUPS):
        account, position = 1 + secrets.randbelow(accounts), 1 + secrets.randbelow(end)
        start = time.perf_counter()
        history.balance(account, at_position=position)
        seconds.append(time.perf_counter() - start)
    return {f"balance_{name}": value for name, value in latencies(seconds).items()}


def _journeys(reading: ReadSide) -> Report:
    """The first look replays from the nearest snapshot; warm ones go on from a state in memory, a
    hundredth of the journal later each.
    """
    end = reading.follower.position
    seconds = []
    for step in range(1 + _JOURNEYS):
        position = end // 2 + step * (end // 100)
        start = time.perf_counter()
        reading.past.at(position, _total)
        seconds.append(time.perf_counter() - start)
    return {
        "ledger_at_a_past_position_cold_seconds": round(seconds[0], 2),
        "ledger_at_a_past_position_warm_seconds": round(median(seconds[1:]), 3),
    }


def _total(state: PoolState) -> int:
    ledger = state.part(LedgerState)
    return int(np.sum(ledger.accounts[: ledger.account_count, 4]))
