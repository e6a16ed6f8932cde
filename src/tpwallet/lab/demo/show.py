"""What is going on, shared by the thread that runs the demo and the one that draws it."""

import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date
from typing import Self

from tpwallet.faces.client import Client
from tpwallet.faces.reading_shapes import Totals
from tpwallet.kernel.errors import TpwalletError
from tpwallet.lab.day.prices import Prices
from tpwallet.lab.demo.figures import Figures, figures_of
from tpwallet.lab.demo.tally import Tally
from tpwallet.lab.demo.view import Stage, View
from tpwallet.lab.demo.words import Words

_POLL_SECONDS = 0.5


class Show:
    """The stage, its message, the business clock, the newest figures and the tally."""

    def __init__(self, words: Words, prices: Prices, tally: Tally) -> None:
        self.words = words
        self.tally = tally
        self._prices = prices
        self._started = time.monotonic()
        self._stage = Stage.STARTING
        self._message = ""
        self._figures: Figures | None = None
        self._clock: Callable[[], int] = lambda: 0

    def say(self, stage: Stage, **figures: object) -> str:
        """Go on to a stage; gives the message shown from now on."""
        self._message = self.words.say(stage.value, **figures)
        self._stage = stage
        return self._message

    def follow(self, clock: Callable[[], int]) -> None:
        """Read the second of the business day from here."""
        self._clock = clock

    def tell(self, totals: Totals) -> None:
        """The totals have been read."""
        self._figures = figures_of(totals, self._prices, second=self._clock())

    def view(self) -> View:
        """This moment."""
        return View(
            stage=self._stage,
            message=self._message,
            base=self._prices.base.code,
            up_seconds=int(time.monotonic() - self._started),
            second=self._clock(),
            rates_of=self.rates_of,
            tallied=self.tally.read(),
            figures=self._figures,
        )

    @property
    def rates_of(self) -> date:
        """The day of the reference rates."""
        return self._prices.reference.day


class Watcher:
    """Reads the totals twice a second, while there is a hub to read them from."""

    def __init__(self, connect: Callable[[], Client], show: Show) -> None:
        self._connect = connect
        self._show = show
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="demo-watcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        with closing(self._connect()) as client:
            while not self._over.wait(_POLL_SECONDS):
                with suppress(TpwalletError):  # it was killed, or is coming back
                    self._show.tell(client.totals())
