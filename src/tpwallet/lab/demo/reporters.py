"""Telling the reader: a live screen on a terminal, plain lines everywhere else."""

import sys
import threading
from typing import IO, Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live

from tpwallet.lab.demo.dashboard import draw
from tpwallet.lab.demo.show import Show
from tpwallet.lab.demo.shown import clock, shown
from tpwallet.lab.demo.view import View
from tpwallet.lab.demo.words import Words

_FRAMES_PER_SECOND = 4
_LINE_SECONDS = 5


class Reporter(Protocol):
    """Shows the demo while it runs; used in a `with` block."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *error: object) -> None:
        """End; what is printed afterwards stands alone."""
        ...

    def announce(self, message: str) -> None:
        """A new stage has begun."""
        ...


class _Screen:
    """The dashboard, drawn for the terminal's present size."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def __rich_console__(self, console: Console, _options: object) -> "list[RenderableType]":
        width, height = console.size
        return [Group(*draw(self._show.view(), self._show.words, width=width, height=height))]


class LiveReporter:
    """The live screen."""

    def __init__(self, console: Console, show: Show) -> None:
        self._live = Live(
            _Screen(show), console=console, screen=True, refresh_per_second=_FRAMES_PER_SECOND
        )

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def announce(self, message: str) -> None:
        """The screen shows it by itself."""


class LineReporter:
    """A line for each stage, and one every few seconds while the journal grows."""

    def __init__(self, out: IO[str], show: Show) -> None:
        self._out = out
        self._show = show
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="demo-lines", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def announce(self, message: str) -> None:
        """Print the stage."""
        self._print(message)

    def _tick(self) -> None:
        told = 0
        while not self._over.wait(_LINE_SECONDS):
            view = self._show.view()
            if view.figures is not None and view.figures.position > told:
                told = view.figures.position
                self._print(line_of(view, self._show.words))

    def _print(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def line_of(view: View, words: Words) -> str:
    """One line of figures, for logs."""
    parts = [clock(view.second)]
    figures = view.figures
    if figures is not None:
        parts.append(words.say("position", position=f"{figures.position:,}"))
        for name in ("total", "locked", "in_flight", "fees"):
            amount = shown(figures.in_base.of(name), figures.base)
            parts.append(f"{words.say(name)} {amount}")
    tallied = view.tallied
    parts.append(words.say("acknowledged", count=f"{tallied.acknowledged:,}"))
    parts.append(words.say("refused", count=f"{tallied.refused:,}"))
    if tallied.per_second:
        parts.append(f"{tallied.per_second[-1]:,} {words.say('answers')}")
    return " | ".join(parts)


def reporter(console: Console, show: Show, *, as_lines: bool) -> Reporter:
    """The live screen when the console is a terminal; lines on standard error when asked for."""
    if as_lines:
        return LineReporter(sys.stderr, show)
    if console.is_terminal:
        return LiveReporter(console, show)
    return LineReporter(sys.stdout, show)
