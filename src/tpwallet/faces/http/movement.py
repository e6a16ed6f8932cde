"""Waiting for a position to move, for many at once: one look at it serves everybody who waits."""

import asyncio
from collections.abc import Callable

from tpwallet.faces.http import limits

_POLL = limits.POSITION_POLL_MS / 1000


class Movement:
    """A position that moves in other threads, watched from the event loop while anybody waits."""

    def __init__(self, position: Callable[[], int]) -> None:
        self._position = position
        self._moved: asyncio.Future[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def past(self, position: int, seconds: float) -> bool:
        """Wait until the position is past one, for some seconds; returns whether it is."""
        try:
            async with asyncio.timeout(seconds):
                while self._position() <= position:
                    await asyncio.shield(self._next())
        except TimeoutError:
            return self._position() > position
        return True

    def _next(self) -> asyncio.Future[None]:
        """What is done with the next movement."""
        if self._moved is None:
            self._moved = asyncio.get_running_loop().create_future()
            self._watching = asyncio.create_task(self._watch(self._moved))
        return self._moved

    async def _watch(self, moved: asyncio.Future[None]) -> None:
        last = self._position()
        while self._position() == last:  # noqa: ASYNC110 - it moves in threads, thousands a second
            await asyncio.sleep(_POLL)
        self._moved = None
        moved.set_result(None)
