"""An oracle for flows: within one command accounts and transfers may share a moment."""

from tpwallet.lab.oracle import NANOSECONDS_PER_SECOND, Oracle
from tpwallet.lab.oracle.state import PendingStatus


class FlowOracle(Oracle):
    """An oracle that also tells of open reservations, which a pool must release in time."""

    def copy(self) -> "FlowOracle":
        """Return an independent oracle in the same state."""
        twin = FlowOracle()
        twin._state = self._state.copy()
        return twin

    def open_reservations(self) -> list[int]:
        """The ids of reservations that were neither posted nor voided nor released."""
        statuses = self._state.pending_statuses.items()
        return [key for key, status in statuses if status is PendingStatus.PENDING]

    def next_expiry(self) -> int | None:
        """When the first open reservation is to be released, in nanoseconds; None: none is."""
        return min((at for at, _ in self._expiries()), default=None)

    def next_to_expire(self) -> int | None:
        """The id of the open reservation that is to be released first; None: none is."""
        return min(self._expiries(), default=(0, None))[1]

    def _expiries(self) -> list[tuple[int, int]]:
        """When open reservations run out, and their ids."""
        return [
            (transfer.timestamp + transfer.timeout * NANOSECONDS_PER_SECOND, transfer.id)
            for transfer in map(self._state.transfers.__getitem__, self.open_reservations())
            if transfer.timeout
        ]

    @property
    def transfer_count(self) -> int:
        """How many transfers are stored."""
        return len(self._state.transfers)

    def _require_time_for(self, event_count: int, now_ns: int) -> None:
        if now_ns < self._state.clock_ns:
            raise ValueError(f"time runs backwards: {self._state.clock_ns} to {now_ns}")
