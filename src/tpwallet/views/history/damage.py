"""Damage: what is stored is not what was written.

Two nets catch it. Every byte of the files is covered by a checksum (`block_sums`), compared when
they are opened. And no loop follows a stored word that leads outside what is in use, or forward
where it must lead back: a byte that was changed under an open file ends a question, never the
process. Neither net is told what is right; that is the journal's to say.
"""

from typing import NamedTuple


class StoredNonsense(Exception):
    """A stored word leads nowhere. Compiled loops raise it; callers never see it."""


class Damage(NamedTuple):
    """What is wrong with one file of a history; `block` is the first one, None: the whole file.

    >>> str(Damage("movements", 3, "is not what was written"))
    'movements, block 3 is not what was written'
    """

    file: str
    block: int | None
    reason: str

    def __str__(self) -> str:
        place = self.file if self.block is None else f"{self.file}, block {self.block}"
        return f"{place} {self.reason}"
