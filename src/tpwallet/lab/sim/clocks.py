"""The clocks of a simulated machine: time passes only when the simulation says so."""

SECOND_NS = 1_000_000_000
START_NS = 1_767_225_600 * SECOND_NS  # 2026-01-01T00:00:00Z


class SimClocks:
    """A wall clock that may be set, and a monotonic one that may not; both in nanoseconds."""

    def __init__(self) -> None:
        self._wall_ns = START_NS
        self._monotonic_ns = 0

    def wall(self) -> int:
        """The wall clock's reading."""
        return self._wall_ns

    def monotonic(self) -> int:
        """The monotonic clock's reading."""
        return self._monotonic_ns

    def pass_time(self, nanoseconds: int) -> None:
        """Let time pass on both clocks."""
        self._wall_ns += nanoseconds
        self._monotonic_ns += nanoseconds

    def set_wall(self, by_ns: int) -> None:
        """Set the wall clock forward or back, without time passing."""
        self._wall_ns += by_ns
