"""Running victims: other processes that append, and what they said before they were killed."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TextIO, cast

from tests.gateways.journals.commits import checked, head_after
from tpwallet.kernel.journal import Head, Journal

ROOT = Path(__file__).parents[3]
SECONDS_MAX = 120


class Victim:
    """A running victim; `with` kills it at the latest."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.gateways.journals.victim", *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._said = cast(TextIO, self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._said.close()
        self._process.wait()

    def line(self) -> str:
        """The next thing it says."""
        return self._said.readline()

    def rest(self) -> list[str]:
        """What it says until it ends."""
        return self._said.readlines()

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        """Its exit code, once it has ended by itself."""
        return self._process.wait(timeout=SECONDS_MAX)


def acknowledged(lines: list[str]) -> int:
    """The last position a victim was told is durable; a line cut short by its death is not one."""
    whole = [line for line in lines if line.endswith("\n") and line.strip().isdigit()]
    return int(whole[-1]) if whole else 0


def kill_while_appending(
    arguments: tuple[str, ...], open_journal: Callable[[], Journal], *, rounds: int, seed: int
) -> None:
    """Kill appending processes at random moments: nothing they acknowledged may be missing."""
    chance = random.Random(seed)
    for _ in range(rounds):
        with Victim("append", *arguments) as victim:
            lines = [victim.line()]
            time.sleep(chance.uniform(0, 0.3))
            victim.kill()
            lines += victim.rest()
        journal = open_journal()
        try:
            kept = journal.head()
            assert acknowledged(lines) > 0
            assert kept.position >= acknowledged(lines)
            assert last_of(journal) == kept
        finally:
            journal.close()


def last_of(journal: Journal) -> Head:
    """The head that reading everything leads to, every link and body checked."""
    head = Head()
    for commit in checked(journal.read()):
        head = head_after(commit)
    return head
