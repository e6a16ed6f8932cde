"""The assets on the screen: a line each, with a bar of what is available, locked and in flight."""

from collections.abc import Iterator

from rich.text import Text

from tpwallet.lab.day.prices import TRADED, Origin
from tpwallet.lab.demo.figures import STYLES, AssetFigures
from tpwallet.lab.demo.lines import Cell, Share, bar, row
from tpwallet.lab.demo.shown import shown
from tpwallet.lab.demo.view import View
from tpwallet.lab.demo.words import Words

_WIDE = 110
_GLYPHS = {"available": "█", "locked": "▒", "in_flight": "»"}
_CODE, _AMOUNT, _WORTH, _SOURCE = 5, 18, 15, 15


def asset_lines(view: View, words: Words, width: int) -> Iterator[Text]:
    """A line of titles and a line for each asset."""
    columns = ("total", "locked", "in_flight") if width >= _WIDE else ("total",)
    room = width - _CODE - _WORTH - _SOURCE - len(columns) * (_AMOUNT + 1) - 3
    yield row(
        Cell(words.say("asset"), _CODE, "dim"),
        *(Cell(words.say(name), _AMOUNT, "dim", right=True) for name in columns),
        Cell(words.say("shares"), room, "dim"),
        Cell(words.say("worth", base=view.base), _WORTH, "dim", right=True),
        Cell(words.say("source"), _SOURCE, "dim"),
    )
    if view.figures is None:
        yield from [Text()] * len(TRADED)
        return
    for one in view.figures.assets:
        yield _line(one, view, words, columns, room)


def _line(one: AssetFigures, view: View, words: Words, columns: tuple[str, ...], room: int) -> Text:
    amounts = (Cell(shown(one.shares.of(name), one.asset), _AMOUNT, right=True) for name in columns)
    line = row(Cell(one.asset.code, _CODE, "bold"), *amounts).append(" ")
    shares = [Share(one.shares.of(name), glyph, STYLES[name]) for name, glyph in _GLYPHS.items()]
    line.append_text(bar(shares, room)).append(" ")
    origin = words.say(f"origin_{one.origin.value}", day=view.rates_of)
    return line.append_text(
        row(
            Cell(shown(one.worth.minor, one.worth.asset), _WORTH, right=True),
            Cell(origin, _SOURCE, "yellow" if one.origin is Origin.GENERATED else "dim"),
        )
    )
