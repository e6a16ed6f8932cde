"""Running victims: other processes that append, and what they said before they were killed."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.gateways.journals.commits import checked
from tests.gateways.journals.contract import OpenJournal
from tpwallet.kernel.journal import Head

ROOT = Path(__file__).parents[3]


def start(*arguments: str) -> "subprocess.Popen[str]":
    """Start a victim."""
    command = [sys.executable, "-m", "tests.gateways.journals.victim", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def acknowledged(lines: list[str]) -> int:
    """The last position a victim was told is durable; a line cut short by its death is not one."""
    whole = [line for line in lines if line.endswith("\n") and line.strip().isdigit()]
    return int(whole[-1]) if whole else 0


def kill_while_appending(
    arguments: tuple[str, ...], open_journal: Callable[[], OpenJournal], *, rounds: int, seed: int
) -> None:
    """Kill appending processes at random moments: nothing they acknowledged may be missing."""
    chance = random.Random(seed)
    for _ in range(rounds):
        victim = start("append", *arguments)
        assert victim.stdout is not None
        lines = [victim.stdout.readline()]
        time.sleep(chance.uniform(0, 0.3))
        victim.kill()
        lines += victim.stdout.readlines()
        victim.wait()
        journal = open_journal()
        try:
            kept = journal.head()
            assert acknowledged(lines) > 0
            assert kept.position >= acknowledged(lines)
            assert last_of(journal) == kept
        finally:
            journal.close()


def last_of(journal: OpenJournal) -> Head:
    """The head that reading everything leads to, every link and body checked."""
    head = Head()
    for commit in checked(journal.read()):
        header = commit.header
        head = Head(header.last_position, commit.hash, header.epoch, header.time)
    return head
