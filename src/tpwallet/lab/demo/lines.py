"""Text on a grid of cells: columns, bars and sparklines that fit exactly.

A Chinese character takes two cells of a terminal, so widths are counted in cells, not characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a column of so many cells."""

    text: str
    width: int
    style: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a bar."""

    amount: int
    glyph: str
    style: str


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly so many cells: padded, or cut with an ellipsis.

    >>> fitted("captures", 6), fitted("过期", 6), fitted("7", 3, right=True)
    ('captu…', '过期  ', '  7')
    """
    taken = cell_len(text)
    if taken > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    padding = " " * (width - taken)
    return padding + text if right else text + padding


def row(*cells: Cell, gap: str = " ") -> Text:
    """Cells beside one another."""
    line = Text(no_wrap=True)
    for number, cell in enumerate(cells):
        if number:
            line.append(gap)
        line.append(fitted(cell.text, cell.width, right=cell.right), style=cell.style)
    return line


def rule(title: str, width: int) -> Text:
    """A title on a line."""
    text = fitted(f"── {title} " + "─" * width, width).replace("…", "─")
    return Text(text, style="dim", no_wrap=True)


def bar(shares: Sequence[Share], width: int) -> Text:
    """A bar of exactly so many cells: each share ends where the amounts up to it do, to the nearest
    cell; what is zero in all is empty.

    >>> bar([Share(3, "#", ""), Share(1, "-", "")], 8).plain
    '######--'
    """
    whole = sum(share.amount for share in shares)
    line = Text(no_wrap=True)
    passed = drawn = 0
    for share in shares:
        passed += share.amount
        edge = (passed * width * 2 + whole) // (2 * whole) if whole else 0
        line.append(share.glyph * (edge - drawn), style=share.style)
        drawn = edge
    return line.append(" " * (width - drawn))


def sparkline(values: Sequence[int], width: int) -> str:
    """The last values, one cell each, the largest of them at full height.

    >>> sparkline([0, 1, 2, 4], 6)
    '  ▁▃▅█'
    """
    shown = values[-width:] if width > 0 else []
    top = max(shown, default=0)
    if top == 0:
        return fitted("▁" * len(shown), max(width, 0), right=True)
    levels = (value * (len(_BLOCKS) - 1) * 2 + top for value in shown)
    return fitted("".join(_BLOCKS[level // (2 * top)] for level in levels), width, right=True)
