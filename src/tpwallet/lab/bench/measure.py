"""Measuring: latencies, memory, the disk's own speed, and runs in a process of their own."""

import gc
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tpwallet.gateways.heap import keep_freed_memory

Report = dict[str, Any]


def latencies(seconds: list[float]) -> Report:
    """Median and 99th percentile in milliseconds."""
    if not seconds:
        return {"p50_ms": None, "p99_ms": None}
    p50, p99 = np.percentile(np.array(seconds) * 1e3, [50, 99])
    return {"p50_ms": round(float(p50), 3), "p99_ms": round(float(p99), 3)}


def peak_memory_bytes() -> int:
    """The most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def settle_memory() -> None:
    """Keep the collector from looking through what stays for ever, as the server does."""
    gc.collect()
    gc.freeze()


def disk_rate(folder: Path, *, size: int, seconds: float = 1.0) -> Report:
    """What the disk does alone: appends of `size` bytes with fdatasync, one after another."""
    path = folder / "disk-rate"
    data = os.urandom(size)
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    times = []
    try:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            os.write(descriptor, data)
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - start)
    finally:
        os.close(descriptor)
        path.unlink()
    return {
        "bytes": size,
        "appends_per_second": round(len(times) / sum(times)),
        "median_ms": round(statistics.median(times) * 1e3, 3),
    }


def machine() -> Report:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _child(function: Callable[..., Report], kwargs: Report, queue: Any) -> None:
    keep_freed_memory()  # as the server does
    queue.put(function(**kwargs))


def in_own_process(function: Callable[..., Report], **kwargs: object) -> Report:
    """Run a benchmark in a fresh process and return its report.

    **Rejects** with `RuntimeError` a run whose process died; its own words are on standard error.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    process = context.Process(target=_child, args=(function, kwargs, queue))
    process.start()
    while process.is_alive() and queue.empty():
        process.join(0.05)
    if queue.empty():
        raise RuntimeError(f"{function.__name__} ended with exit code {process.exitcode}")
    report: Report = queue.get()
    process.join()
    return report
