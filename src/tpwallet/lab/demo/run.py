"""The demo, act by act: open, live through a day, die, come back, prove."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tpwallet.faces.reading_shapes import Checkpoint
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.lab.day.day import Day
from tpwallet.lab.day.limits import SECONDS_PER_DAY
from tpwallet.lab.demo.acknowledgements import Acknowledgement, AcknowledgementLedger
from tpwallet.lab.demo.answers import Crash, differences
from tpwallet.lab.demo.caller import HttpCaller
from tpwallet.lab.demo.checks import Check, Finding
from tpwallet.lab.demo.crew import Crew
from tpwallet.lab.demo.feed import Feed
from tpwallet.lab.demo.limits import (
    AFTERMATH_SECONDS,
    LATE_FACTOR,
    PROVING_CALL_MS_MAX,
    RUSH_SECONDS,
    UNDER_WAY_MIN,
)
from tpwallet.lab.demo.proving import Proving, commits_of
from tpwallet.lab.demo.recorded import recorded_outcomes
from tpwallet.lab.demo.server import Server
from tpwallet.lab.demo.show import Show, Watcher
from tpwallet.lab.demo.view import Stage

_STEP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the acts take, in real seconds."""

    day_seconds: float
    rush_seconds: float
    aftermath_seconds: float

    @classmethod
    def within(cls, day_seconds: float) -> Self:
        """The pace of a day that takes so long; what comes after it takes no longer than it."""
        return cls(
            day_seconds,
            rush_seconds=min(RUSH_SECONDS, day_seconds),
            aftermath_seconds=min(AFTERMATH_SECONDS, day_seconds),
        )


class Demo:
    """One run on one new pool."""

    def __init__(
        self,
        *,
        day: Day,
        pace: Pace,
        server: Server,
        directory: PoolDirectory,
        folder: Path,
        show: Show,
        announce: Callable[[str], None] = lambda _message: None,
    ) -> None:
        """`folder`: an empty one, for the answers written down and the evidence."""
        self._day = day
        self._pace = pace
        self._server = server
        self._client = server.connect()
        self._directory = directory
        self._folder = folder
        self._show = show
        self._announce = announce
        self._ledger = AcknowledgementLedger(folder / "acknowledged.jsonl")

    def run(self) -> list[Finding]:
        """The whole story; gives what was proven. The server runs on afterwards."""
        self._say(Stage.STARTING, address=self._server.address)
        self._server.start()
        with (
            Watcher(self._server.connect, self._show),
            closing(self._ledger),
            closing(self._client),
        ):
            self._open()
            crash, feed = self._live_and_die()
            self._say(Stage.RESTARTING, in_doubt=len(crash.in_doubt))
            self._server.start()
            self._resume(crash, feed)
            return self._prove(crash)

    def _say(self, stage: Stage, **figures: object) -> None:
        self._announce(self._show.say(stage, **figures))

    def _open(self) -> None:
        """Every account, and then the first money."""
        accounts = list(self._day.accounts())
        self._say(Stage.OPENING, accounts=f"{len(accounts):,}")
        for intents in (accounts, self._day.funding()):
            crew = self._crew(Feed(iter(intents)))
            crew.start()
            crew.join()

    def _live_and_die(self) -> tuple[Crash, Feed]:
        """The day, the rush after midnight, and the end in the middle of it."""
        firm, seconds = self._day.firm, self._pace.day_seconds
        feed = Feed(self._day.intents(), day_seconds=seconds)
        self._show.follow(lambda: feed.second)
        crew = self._crew(feed)
        self._say(
            Stage.DAY,
            customers=len(firm.customers),
            merchants=len(firm.merchants),
            seconds=f"{seconds:g}",
        )
        crew.start()
        end = time.monotonic() + seconds * LATE_FACTOR
        while feed.second < SECONDS_PER_DAY and time.monotonic() < end:
            self._pass(crew, _STEP_SECONDS)
        self._say(Stage.RUSH)
        signed = self._client.within(deadline_ms=PROVING_CALL_MS_MAX).checkpoint()
        self._pass(crew, self._pace.rush_seconds)
        end = time.monotonic() + RUSH_SECONDS
        while crew.under_way < UNDER_WAY_MIN and time.monotonic() < end:
            crew.check()
        self._server.kill()
        self._say(Stage.KILLED)
        feed.stop()
        crew.join()
        return self._look_at_the_dead(crew, signed), feed

    def _look_at_the_dead(self, crew: Crew, signed: Checkpoint) -> Crash:
        """Hold every answer the hub had given against the journal it left."""
        recorded: dict[str, Acknowledgement] = {}
        position = 0
        for commit in commits_of(self._directory):
            position = commit.header.last_position
            recorded |= {one.command_id: one for one in recorded_outcomes([commit])}
        _, wrong = differences(self._ledger.read(), recorded)
        return Crash(signed, position, dict(crew.in_doubt), tuple(wrong))

    def _resume(self, crash: Crash, feed: Feed) -> None:
        """Ask again for what got no answer; then the day goes on for a moment."""
        self._say(Stage.RESUMING)
        feed.resume()
        crew = self._crew(feed, crash)
        crew.start()
        self._pass(crew, self._pace.aftermath_seconds)
        feed.finish()
        crew.join()

    def _prove(self, crash: Crash) -> list[Finding]:
        return Proving(
            directory=self._directory,
            client=self._client.within(deadline_ms=PROVING_CALL_MS_MAX),
            accounts=[one.address for one in self._day.firm.accounts()],
            ledger=self._ledger,
            crash=crash,
            folder=self._folder,
            seed=self._day.seed,
            announce=self._check,
        ).findings()

    def _check(self, check: Check) -> None:
        self._say(Stage.PROVING, what=self._show.words.say(f"check_{check.value}"))

    def _crew(self, feed: Feed, crash: Crash | None = None) -> Crew:
        return Crew(
            HttpCaller(self._client),
            feed,
            self._show.tally,
            self._ledger,
            in_doubt=None if crash is None else dict(crash.in_doubt),
        )

    @staticmethod
    def _pass(crew: Crew, seconds: float) -> None:
        """Let time pass while the crew works. Raises what a worker failed of."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _STEP_SECONDS))
            crew.check()
