"""Which time each command should get, or that it should get none."""

from copy import copy

from tpwallet.lab.sim.clocks import SECOND_NS, SimClocks

_TRUST_NS = 60 * SECOND_NS  # in a clock that jumped ahead or fell behind


class ExpectedClock:
    """The clock of one process, as it should be."""

    def __init__(self, clocks: SimClocks) -> None:
        self._clocks = clocks
        self._offset_ns = clocks.wall() - clocks.monotonic()
        self._excused_ns = 0
        self.latest_ns = 0
        self._before_vouching: list[tuple[int, ExpectedClock]] = []

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
        before = copy(self)
        self._offset_ns = wall - self._clocks.monotonic()
        self._excused_ns = max(self.latest_ns - wall, 0)
        self.latest_ns = max(wall, self.latest_ns + 1)
        self._before_vouching.append((self.latest_ns, before))
        return self.latest_ns

    def now(self) -> int:
        """The latest time that is to be believed."""
        wall = self._clocks.wall()
        return self.latest_ns if self._is_ahead(wall) else max(self.latest_ns, wall)

    def note(self, time: int) -> None:
        """The journal was found to end with this time: what was vouched later is void."""
        lost = [before for vouched, before in self._before_vouching if vouched > time]
        if lost:
            self._offset_ns, self._excused_ns = lost[0]._offset_ns, lost[0]._excused_ns
            self.latest_ns = lost[0].latest_ns
        self._before_vouching.clear()
        self.latest_ns = max(self.latest_ns, time)

    def _is_ahead(self, wall: int) -> bool:
        return wall - self._clocks.monotonic() - self._offset_ns > _TRUST_NS
