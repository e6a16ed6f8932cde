"""What the library reads: statements, lists, totals, events and proofs of an open pool.

The questions are those of every reader (`tpwallet.faces.reading`). Every answer reflects at least
what the pool had made durable when it was asked: who has paid sees the payment. The reading half is
opened with the first question that needs it, and then follows the journal in a thread of its own;
if it stops, the next question opens it again.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tpwallet.faces.bodies import Word
from tpwallet.faces.embedded.damage import telling_damage
from tpwallet.faces.embedded.opening import checked_path, tell_of_compiling
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.reads import Reads
from tpwallet.gateways.personal_reads import PersonalReads
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.errors import Halted, JournalCorrupt, Malformed
from tpwallet.kernel.sealed import SealedReference
from tpwallet.kernel.state import PoolState

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half
    from tpwallet.faces.reading.reader import Reader
    from tpwallet.hub.reading import ReadSide

T = TypeVar("T")

_REFERENCE_LENGTH = 32


@contextmanager
def read_pool(path: str | Path) -> Iterator["Reader"]:
    """The pool in a directory, for reading only: it answers every question that an open pool does,
    beside whoever writes it, and each answer reflects all that was durable when it was asked.

        with tpwallet.read("my-pool") as pool:
            print(pool.balance("customer/42/available/EUR").available)

    **Rejects** with `NotAPool` a path that holds none; with `Halted` a pool that is being read
    already: one that is served is asked through its hub; and with `JournalCorrupt` as `open` does.
    """
    from tpwallet.faces.operations.rebuilding import read_side  # noqa: PLC0415 - 200 ms
    from tpwallet.faces.reading.reader import Reader  # noqa: PLC0415

    directory = PoolDirectory(checked_path(path))
    tell_of_compiling()
    with telling_damage(directory.path), read_side(directory) as side:
        yield Reader(side, at_least=lambda: side.journal.head().position)


class PoolReads(Reads):
    """The reading methods of a pool; `Pool` adds those that change it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._opening = threading.Lock()
        self._side: ReadSide | None = None
        self._opened: Half | None = None
        self._reads_closed = False

    def _now(self, read: Callable[[PoolState], T]) -> T:
        found: T = self._writer.read(read)
        return found

    def _half(self) -> "Half":
        with self._opening:
            if self._reads_closed:
                raise Halted("the pool is closed")
            if self._has_stopped():
                self._let_go()
            if self._opened is None:
                with telling_damage(self._writer.directory.path):
                    self._opened = self._open_half()
            return self._opened

    def _has_stopped(self) -> bool:
        """Whether the reading half has failed in a way that opening it again may mend: a reader
        was interrupted, or a disk was full; not that the journal is damaged.
        """
        failure = None if self._side is None else self._side.follower.failure
        return failure is not None and not isinstance(failure, JournalCorrupt)

    def _open_half(self) -> "Half":
        from tpwallet.faces.reading.half import Half  # noqa: PLC0415 - 200 ms
        from tpwallet.hub.reading import ReadSide  # noqa: PLC0415

        self._side = side = ReadSide(self._writer.directory)
        side.start()
        return Half(
            side,
            at_least=lambda: self._writer.position,
            wait_ns_max=limits.EMBEDDED_WAIT_NS_MAX,
        )

    def _close_reads(self) -> None:
        with self._opening:
            self._reads_closed = True
            self._let_go()

    def _let_go(self) -> None:
        side, self._side, self._opened = self._side, None, None
        if side is not None:
            side.close()

    @property
    def position(self) -> int:
        """The last durable position of the journal."""
        return self._writer.position

    def open_sealed(self, reference: Word) -> str | None:
        """The personal text behind a reference (32 hexadecimal digits), or None once its person is
        erased. Who opened what is written down first, in the pool's list of such reads.

        **Rejects** with `Malformed` what is no reference.
        """
        try:
            key = bytes.fromhex(reference)
        except ValueError:
            key = b""
        if 2 * len(key) != _REFERENCE_LENGTH:
            raise Malformed("a reference is 32 hexadecimal digits", parameter="reference")
        PersonalReads(self._writer.directory.personal_reads_path).note("owner", reference)
        text: str | None = self._writer.vault.open(SealedReference(key))
        return text
