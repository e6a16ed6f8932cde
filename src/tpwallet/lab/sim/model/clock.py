"""Which time each command should get, or that it should get none."""

from tpwallet.lab.sim.clocks import SECOND_NS, SimClocks

_TRUST_NS = 60 * SECOND_NS  # in a clock that jumped ahead or fell behind


class ExpectedClock:
    """The clock of one process, as it should be."""

    def __init__(self, clocks: SimClocks) -> None:
        self._clocks = clocks
        self._offset_ns = clocks.wall() - clocks.monotonic()
        self._excused_ns = 0
        self.latest_ns = 0

    def take(self, count: int) -> int | None:
        """The time of a command of `count` requests; None: the clock is not to be believed."""
        wall = self._clocks.wall()
        is_late = self.latest_ns - wall > _TRUST_NS + self._excused_ns
        if self._is_ahead(wall) or is_late:
            return None
        self.latest_ns = max(wall, self.latest_ns + count)
        return self.latest_ns

    def vouch(self) -> int:
        """An operator says that the wall clock is right."""
        wall = self._clocks.wall()
        self._offset_ns = wall - self._clocks.monotonic()
        self._excused_ns = max(self.latest_ns - wall, 0)
        self.latest_ns = max(wall, self.latest_ns + 1)
        return self.latest_ns

    def now(self) -> int:
        """The latest time that is to be believed."""
        wall = self._clocks.wall()
        return self.latest_ns if self._is_ahead(wall) else max(self.latest_ns, wall)

    def note(self, time: int) -> None:
        """The journal was found to have a commit of this time."""
        self.latest_ns = max(self.latest_ns, time)

    def _is_ahead(self, wall: int) -> bool:
        return wall - self._clocks.monotonic() - self._offset_ns > _TRUST_NS
