"""A process made to be killed or starved: it appends and prints each position once it is durable.

    python -m tests.gateways.journals.victim append sqlite <path>
    python -m tests.gateways.journals.victim append postgresql <address>
    python -m tests.gateways.journals.victim starve sqlite <path>      no file may grow past 3 MiB
    python -m tests.gateways.journals.victim unsynced sqlite <path>    the last sync fails

It takes the pool with the next epoch, as an owner does. Lines: a position, or the word `unknown`.
"""

import os
import resource
import sys
from itertools import count

from tests.gateways.journals.commits import POOL, commit_after, head_after
from tests.gateways.journals.faulty_disk import FaultyDisk
from tpwallet.gateways.journals.postgresql import PostgresJournal
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.kernel.journal import Head, Outcome

STARVED_BYTES = 3 << 20
WAL_BYTES = 1 << 20
TRIES_MAX = 10_000
Driver = SqliteJournal | PostgresJournal


def open_journal(driver: str, place: str) -> Driver:
    if driver == "sqlite":
        return SqliteJournal(place, pool_id=POOL, wal_bytes=WAL_BYTES)
    return PostgresJournal(place, pool_id=POOL)


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def take(journal: Driver) -> Head:
    """Take the pool with the next epoch, from an owner who may be appending all the while."""
    for _ in range(TRIES_MAX):
        head = journal.head()
        marker = commit_after(head, epoch=head.epoch + 1)
        if journal.append(marker) is Outcome.DURABLE:
            return head_after(marker)
    raise SystemExit("the other owner was always faster")


def append_on(journal: Driver, head: Head, commits: int | None = None) -> Outcome:
    """Append until that many are durable, or until one is not, telling each position."""
    for number in count():
        if number == commits:
            break
        size = 200_000 if number % 7 == 6 else 300
        commit = commit_after(head, events=1 + number % 3, size=size)
        outcome = journal.append(commit)
        if outcome is not Outcome.DURABLE:
            say(outcome.value)
            return outcome
        head = head_after(commit)
        say(head.position)
    return Outcome.DURABLE


def starve(place: str) -> None:
    """Run out of room, and go on once there is room again."""
    journal = open_journal("sqlite", place)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (STARVED_BYTES, hard))
    append_on(journal, take(journal))
    journal.close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    journal = open_journal("sqlite", place)
    append_on(journal, take(journal), 20)
    journal.close()


def leave_unsynced(place: str) -> None:
    """Append, fail to sync the last commit, and die without closing anything."""
    with FaultyDisk() as disk:
        journal = open_journal("sqlite", place)
        append_on(journal, take(journal), 5)
        disk.sync_fails = True
        append_on(journal, journal.head(), 1)
        os._exit(0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["append", driver, place]:
            journal = open_journal(driver, place)
            append_on(journal, take(journal))
        case ["starve", "sqlite", place]:
            starve(place)
        case ["unsynced", "sqlite", place]:
            leave_unsynced(place)
        case other:
            raise SystemExit(f"what is {other}?")
