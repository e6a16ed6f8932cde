"""The reading half of a pool for one question, and building what it reads from anew."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.errors import Halted

_STEP = 10_000  # positions between two reports of progress


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """Read models that were built again."""

    position: int
    checkpoint_position: int


@contextmanager
def read_side(directory: PoolDirectory, *, progress: Progress = no_progress) -> Iterator[ReadSide]:
    """The pool's reading half, brought up to the journal's present end.

    While another process has it (a hub that serves the pool), this one reads beside it from views
    of its own, which it builds from the journal's first event in a temporary folder: a second or
    so for a million transfers. It signs nothing then.

    **Rejects** as `ReadSide` does.
    """
    with ExitStack() as opened:
        try:
            side = ReadSide(directory)
        except Halted:
            folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="tpwallet-"))
            side = ReadSide(directory, apart=Path(folder))
        opened.callback(side.close)
        _bring_up(side, progress)
        yield side


def _bring_up(side: ReadSide, progress: Progress) -> None:
    """Have a reading half read up to the journal's present end."""
    end = side.journal.head().position
    while side.follower.position < end:
        side.follower.catch_up(min(side.follower.position + _STEP, end))
        progress(Stage.REPLAYING, side.follower.position, end)
    side.follower.publish()


def rebuild_views(directory: PoolDirectory, *, progress: Progress = no_progress) -> Rebuilt:
    """Forget the read models and build them from the journal's first event.

    Checkpoints stay: what is built must lead to them.

    **Rejects** with `Halted` while another process reads from them, and with `JournalCorrupt` a
    journal that leads to another root than one that was signed.
    """
    _require_unused(directory)
    shutil.rmtree(directory.views_path, ignore_errors=True)
    (directory.log_path / "hashes").unlink(missing_ok=True)
    side = ReadSide(directory)
    try:
        _bring_up(side, progress)
        signed = side.log.signed
        return Rebuilt(
            position=side.follower.position,
            checkpoint_position=0 if signed is None else signed.position,
        )
    finally:
        side.close()


def _require_unused(directory: PoolDirectory) -> None:
    """**Rejects** with `Halted` views that a reading half holds open."""
    folder = directory.views_path / "history"
    if not folder.exists():
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Halted(
            f"{directory.path} is in use by another process", pool=str(directory.path)
        ) from None
    finally:
        os.close(descriptor)
