"""The demo's own count of what it asked and was told; any thread may add to it."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from tpwallet.faces.shapes import Receipt, Transfer
from tpwallet.lab.day.intents import Intent, Kind
from tpwallet.lab.demo.limits import LATENCIES_KEPT, LATEST_KEPT, SECONDS_KEPT


@dataclass(frozen=True, slots=True)
class Latest:
    """One transaction for the screen: what it was to the firm, and its first movement."""

    kind: Kind
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Tallied:
    """The count at one moment. Latencies are in milliseconds; `per_second` ends now."""

    acknowledged: int
    refused: int
    in_doubt: int
    kinds: Counter[Kind] = field(default_factory=Counter)
    expired: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    per_second: tuple[int, ...] = ()
    latency_ms_p50: float = 0.0
    latency_ms_p99: float = 0.0
    latest: tuple[Latest, ...] = ()


class Tally:
    """Counts answers as they come."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._lock = threading.Lock()
        self._started = monotonic()
        self._acknowledged = self._refused = self._in_doubt = 0
        self._kinds: Counter[Kind] = Counter()
        self._refusals: Counter[str] = Counter()
        self._seconds: deque[tuple[int, int]] = deque(maxlen=SECONDS_KEPT)
        self._latencies: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._latest: deque[Latest] = deque(maxlen=LATEST_KEPT)
        self._open: dict[str, Transfer] = {}  # reservations, by transfer id
        self._runs_out: dict[str, float] = {}  # when those with an end run out
        self._expired = 0

    def acknowledge(self, intent: Intent, receipt: Receipt, seconds: float) -> None:
        """A command was carried out."""
        with self._lock:
            self._acknowledged += 1
            self._kinds[intent.kind] += 1
            self._answered(seconds)
            if receipt.transfers:
                self._latest.append(Latest(intent.kind, self._named(receipt.transfers[0])))
                self._watch(receipt.transfers[0])

    def refuse(self, code: str, seconds: float) -> None:
        """A command was turned down."""
        with self._lock:
            self._refused += 1
            self._refusals[code] += 1
            self._answered(seconds)

    def doubt(self) -> None:
        """The hub went away before it answered."""
        with self._lock:
            self._in_doubt += 1

    def resolve(self) -> None:
        """A command in doubt got its answer."""
        with self._lock:
            self._in_doubt -= 1

    def read(self) -> Tallied:
        """The count now."""
        with self._lock:
            self._expire()
            ordered = sorted(self._latencies)
            return Tallied(
                acknowledged=self._acknowledged,
                refused=self._refused,
                in_doubt=self._in_doubt,
                kinds=self._kinds.copy(),
                expired=self._expired,
                refusals=self._refusals.copy(),
                per_second=self._per_second(),
                latency_ms_p50=_quantile(ordered, 50),
                latency_ms_p99=_quantile(ordered, 99),
                latest=tuple(self._latest),
            )

    def _answered(self, seconds: float) -> None:
        self._latencies.append(seconds * 1_000)
        second = int(self._monotonic() - self._started)
        if self._seconds and self._seconds[-1][0] == second:
            second, count = self._seconds.pop()
            self._seconds.append((second, count + 1))
        else:
            self._seconds.append((second, 1))

    def _per_second(self) -> tuple[int, ...]:
        """Answers in each of the last full seconds, silent ones too."""
        now = int(self._monotonic() - self._started)
        counted = dict(self._seconds)
        first = max(0, now - SECONDS_KEPT)
        return tuple(counted.get(second, 0) for second in range(first, now))

    def _named(self, transfer: Transfer) -> Transfer:
        """A transfer with its accounts' addresses; one that settles has those of its hold."""
        hold = self._open.get(transfer.pending_id or "")
        if hold is None:
            return transfer
        return msgspec.structs.replace(transfer, debit=hold.debit, credit=hold.credit)

    def _watch(self, transfer: Transfer) -> None:
        """Remember a reservation and when it runs out; forget one that was settled."""
        if transfer.kind == "pending":
            self._open[transfer.transfer_id] = transfer
            if transfer.expires_at is not None:
                self._runs_out[transfer.transfer_id] = _seconds_of(transfer.expires_at)
        elif transfer.pending_id is not None:
            self._open.pop(transfer.pending_id, None)
            self._runs_out.pop(transfer.pending_id, None)

    def _expire(self) -> None:
        now = self._wall()
        over = [one for one, runs_out in self._runs_out.items() if runs_out <= now]
        for one in over:
            del self._runs_out[one], self._open[one]
        self._expired += len(over)


def _seconds_of(text: str) -> float:
    """Seconds since 1970 of a time with nanoseconds, which `datetime` would not read.

    >>> _seconds_of("1970-01-01T00:00:01.500000000Z")
    1.5
    """
    whole, _, fraction = text.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    return moment.timestamp() + float(f"0.{fraction or 0}")


def _quantile(ordered: list[float], percent: int) -> float:
    return ordered[(len(ordered) - 1) * percent // 100] if ordered else 0.0
