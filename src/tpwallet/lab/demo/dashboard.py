"""Drawing the screen: a view, a language and a size in, that many lines out.

Every line fits the width and the whole fits the height, from 80 x 24 on. What is wider or taller
shows more: more columns of the assets, more of the latest transactions. Colours only repeat what
glyphs and words already say.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from tpwallet.lab.demo.activity_lines import activity, transaction
from tpwallet.lab.demo.asset_lines import asset_lines
from tpwallet.lab.demo.figures import SHARES, STYLES
from tpwallet.lab.demo.lines import Cell, fitted, row, rule
from tpwallet.lab.demo.shown import clock, elapsed, shown
from tpwallet.lab.demo.view import Stage, View
from tpwallet.lab.demo.words import Words

WIDTH_MIN = 80
HEIGHT_MIN = 24


def draw(view: View, words: Words, *, width: int, height: int) -> list[Text]:
    """The screen, line by line; a smaller size than the least is drawn as the least."""
    width, height = max(width, WIDTH_MIN), max(height, HEIGHT_MIN)
    lines = [
        *_header(view, words, width),
        *_key_figures(view, words, width),
        rule(words.say("assets"), width),
        *asset_lines(view, words, width),
        rule(words.say("activity"), width),
        *activity(view.tallied, words, width),
        rule(words.say("latest"), width),
    ]
    room = height - len(lines) - 1
    latest = [transaction(one, words, width) for one in reversed(view.tallied.latest)][:room]
    empty = [Text()] * (room - len(latest))
    return [*lines, *latest, *empty, Text(fitted(words.say("hint"), width), style="dim")]


def _header(view: View, words: Words, width: int) -> Iterator[Text]:
    facts = [words.say("base", base=view.base), words.say("up", time=elapsed(view.up_seconds))]
    if view.figures is not None:
        facts.insert(0, words.say("position", position=f"{view.figures.position:,}"))
    right = " | ".join(facts)
    room = width - cell_len(right) - 1
    yield row(Cell(words.say("title"), room, "bold"), Cell(right, cell_len(right), "dim"))
    is_down = view.stage in (Stage.KILLED, Stage.RESTARTING)
    style = "bold red" if is_down else "bold green"
    yield row(
        Cell("x" if is_down else "●", 1, style),
        Cell(clock(view.second), 5, "bold"),
        Cell(view.message, width - 8, style if is_down else ""),
    )


def _key_figures(view: View, words: Words, width: int) -> Iterator[Text]:
    column = (width - len(SHARES) + 1) // len(SHARES)
    figures = view.figures
    yield row(*(Cell(words.say(name), column, "dim", right=True) for name in SHARES))
    yield row(
        *(
            Cell(
                "-" if figures is None else shown(figures.in_base.of(name), figures.base),
                column,
                f"bold {STYLES[name]}",
                right=True,
            )
            for name in SHARES
        )
    )
