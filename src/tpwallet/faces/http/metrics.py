"""Figures of one pool for Prometheus: commits, queue, follower, refusals.

Each pool has a registry of its own, and an API key sees its own pool's only. What changes with
every commit is observed as it happens; what is merely there is read when somebody asks.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from tpwallet.kernel.commit import Commit, Header
from tpwallet.kernel.journal import Head, Journal, Outcome

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_NANOSECONDS = 1_000_000_000


class Gauges(NamedTuple):
    """What is read when somebody asks."""

    queue_depth: int
    position: int
    follower_position: int | None  # None: reads are not answered
    is_halted: bool
    room_used: dict[str, float]


class Metrics:
    """The figures of one pool."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.commit_seconds = Histogram(
            "tpwallet_commit_seconds",
            "Time one commit took to become durable.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.commit_commands = Histogram(
            "tpwallet_commit_commands",
            "Commands made durable by one commit.",
            buckets=_SIZES,
            registry=self._registry,
        )
        self._refusals = Counter(
            "tpwallet_refusals",
            "Requests refused, by code.",
            ["code"],
            registry=self._registry,
        )
        self._queue = self._gauge("tpwallet_queue_depth", "Commands and reads waiting.")
        self._position = self._gauge("tpwallet_position", "Last durable position.")
        self._lag = self._gauge("tpwallet_follower_lag_events", "Events the reads are behind.")
        self._reads = self._gauge("tpwallet_follower_up", "1 while reads are answered.")
        self._room = Gauge(
            "tpwallet_room_used_ratio",
            "Share of the room for transfers and commands that is taken.",
            ["of"],
            registry=self._registry,
        )
        self._halted = self._gauge("tpwallet_halted", "1 while the pool is being rebuilt.")

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self._registry)

    def refused(self, code: str) -> None:
        """A request was refused with this code."""
        self._refusals.labels(code).inc()

    def render(self, gauges: Gauges) -> bytes:
        """All figures in the Prometheus text format."""
        self._queue.set(gauges.queue_depth)
        self._position.set(gauges.position)
        self._halted.set(int(gauges.is_halted))
        self._reads.set(int(gauges.follower_position is not None))
        for what, share in gauges.room_used.items():
            self._room.labels(what).set(share)
        if gauges.follower_position is not None:
            self._lag.set(max(0, gauges.position - gauges.follower_position))
        return generate_latest(self._registry)


class MeteredJournal:
    """A journal whose appends are measured (port: `tpwallet.kernel.journal.Journal`)."""

    def __init__(self, journal: Journal, metrics: Metrics) -> None:
        self._journal = journal
        self._metrics = metrics

    def append(self, commit: Commit) -> Outcome:
        """Append, and measure how long it took and for how many commands."""
        started = time.perf_counter_ns()
        outcome = self._journal.append(commit)
        elapsed = time.perf_counter_ns() - started
        self._metrics.commit_seconds.observe(elapsed / _NANOSECONDS)
        self._metrics.commit_commands.observe(commit.header.entry_count)
        return outcome

    @property
    def is_full(self) -> bool:
        """Whether the last append found no room (port)."""
        return self._journal.is_full

    def head(self) -> Head:
        """The journal's head (port)."""
        return self._journal.head()

    def read(self, after: int = 0) -> Iterator[Commit]:
        """The journal's commits (port)."""
        return self._journal.read(after)

    def headers(self, after: int = 0) -> Iterator[bytes]:
        """The journal's headers (port)."""
        return self._journal.headers(after)

    def trimmed(self) -> int:
        """The last position that was trimmed (port)."""
        return self._journal.trimmed()

    def trim(self, through: int, progress: Callable[[int], None] | None = None) -> None:
        """Forget commits that a segment file holds (port)."""
        self._journal.trim(through, progress)

    def commit_at(self, position: int) -> Commit:
        """The journal's commit that holds a position (port)."""
        return self._journal.commit_at(position)

    def header_at(self, position: int) -> Header:
        """The journal's header of the commit that holds a position (port)."""
        return self._journal.header_at(position)

    def bytes_used(self) -> int:
        """Bytes of storage the journal takes (port)."""
        return self._journal.bytes_used()

    def close(self) -> None:
        """Let go of the storage (port)."""
        self._journal.close()
