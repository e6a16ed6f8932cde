"""What a program is told when a pool's journal does not hold together: where, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tpwallet.kernel.errors import JournalCorrupt


@contextmanager
def telling_damage(path: Path) -> Iterator[None]:
    """Say of damage in the pool at `path` which position is the first that cannot be trusted, and
    how to find out what can.
    """
    try:
        yield
    except JournalCorrupt as damage:
        raise JournalCorrupt(
            f"{damage}; the first position that cannot be trusted is {damage.position}; "
            f"see what can be with: tpwallet verify {path} --report",
            position=damage.position,
        ) from damage
