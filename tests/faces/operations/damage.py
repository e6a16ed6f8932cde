"""What can happen to a journal in its file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol


class HasJournal(Protocol):
    """A pool's directory, or a backup of one."""

    @property
    def journal_path(self) -> Path:
        """The journal's file."""
        ...


@contextmanager
def _opened(pool: HasJournal) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(pool.journal_path)) as journal, journal:
        yield journal


def first_position(pool: HasJournal, at_least: int) -> int:
    """Where the first commit begins that begins at a position or after it."""
    query = "SELECT min(first_position) FROM commits WHERE first_position >= ?"
    with _opened(pool) as journal:
        return int(journal.execute(query, (at_least,)).fetchone()[0])


def remove_commit(pool: HasJournal, *, at_least: int) -> int:
    """Take a commit away; returns the first position that is missing."""
    position = first_position(pool, at_least)
    with _opened(pool) as journal:
        journal.execute("DELETE FROM commits WHERE first_position = ?", (position,))
    return position


def cut_off(pool: HasJournal, *, at_least: int) -> int:
    """Take everything away from a commit on; returns the last position that is left."""
    position = first_position(pool, at_least)
    with _opened(pool) as journal:
        journal.execute("DELETE FROM commits WHERE first_position >= ?", (position,))
    return position - 1


def change_body(pool: HasJournal, *, at_least: int, byte: int = 40) -> int:
    """Change one bit of a commit's body; returns the commit's first position."""
    position = first_position(pool, at_least)
    with _opened(pool) as journal:
        where = "WHERE first_position = ?"
        (body,) = journal.execute(f"SELECT body FROM commits {where}", (position,)).fetchone()
        changed = bytearray(body)
        changed[byte % len(changed)] ^= 1
        journal.execute(f"UPDATE commits SET body = ? {where}", (bytes(changed), position))
    return position
