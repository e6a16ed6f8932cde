"""Connections for reading: each read borrows one, so that no two threads ever share one.

A connection that saw an error is not lent again, nor are those that were idle then; the next read
opens a new one. That is how readers come back after the database was restarted.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from tpwallet.gateways.journals.limits import IDLE_READERS_MAX
from tpwallet.kernel.errors import JournalUnavailable


class Closable(Protocol):
    """What can be closed; closing twice is allowed."""

    def close(self) -> None:
        """Let go of it."""
        ...


C = TypeVar("C", bound=Closable)


class Readers(Generic[C]):
    """Lends connections; at most `IDLE_READERS_MAX` are kept when nobody reads."""

    def __init__(self, connect: Callable[[], C]) -> None:
        """`connect` opens one; what it raises goes to the borrower."""
        self._connect = connect
        self._idle: deque[C] = deque()  # its append and pop are atomic
        self._closed = False

    @contextmanager
    def borrowed(self) -> Iterator[C]:
        """A connection for this thread alone. **Rejects** with `JournalUnavailable` once closed."""
        if self._closed:
            raise JournalUnavailable("the journal is closed")
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.close()
            self._keep(0)
            raise
        self._give_back(connection)

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        self._closed = True
        self._keep(0)

    def _take(self) -> C:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: C) -> None:
        self._idle.append(connection)
        self._keep(0 if self._closed else IDLE_READERS_MAX)

    def _keep(self, count: int) -> None:
        """Close idle connections until `count` are left; other threads may be doing the same."""
        with suppress(IndexError):
            while len(self._idle) > count:
                self._idle.pop().close()
