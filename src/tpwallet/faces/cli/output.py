"""Answering: one JSON value for programs, tables and sentences for people.

Answers go to standard output, everything else (errors, progress, warnings) to standard error, so
that `tpwallet … --json | …` is never mixed with talk.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 240  # columns when nobody's terminal limits them: nothing is cut off


def settings() -> Settings:
    """The settings of the command that runs."""
    return click.get_current_context().ensure_object(Settings)


def answer(value: Any, show: Callable[[], None]) -> None:
    """Answer with a value: as JSON if that was asked for, else as `show` shows it."""
    if settings().json:
        write_json(value)
    else:
        show()


def write_json(value: Any, *, error: bool = False) -> None:
    """Write one JSON value, laid out when a person may be looking."""
    import msgspec

    stream = sys.stderr if error else sys.stdout
    text = msgspec.json.encode(value)
    if stream.isatty():
        text = msgspec.json.format(text)
    click.echo(text.decode(), err=error)


def tell(text: str, /, **facts: object) -> None:
    """A sentence of the answer."""
    click.echo(say(text, **facts))


def note(text: str, /, **facts: object) -> None:
    """A sentence beside the answer, for people only."""
    if not settings().json:
        click.echo(say(text, **facts), err=True)


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    empty: str = "Nothing.",
) -> None:
    """A table; `right` names the columns of amounts, which line up at their right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, column in enumerate(columns):
        justify = "right" if number in right else "left"
        table.add_column(say(column), justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*row)
    if not table.row_count:
        tell(empty)
        return
    terminal = console()
    with terminal.capture() as captured:
        terminal.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def show_facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Facts, one a line, under names that line up."""
    from rich.cells import cell_len

    named = [(say(name), str(value)) for name, value in pairs]
    width = max((cell_len(name) for name, _ in named), default=0)
    for name, value in named:
        click.echo(f"  {name}{' ' * (width - cell_len(name))}  {value}".rstrip())


def console(*, error: bool = False) -> "Console":
    """The terminal, or the pipe."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=False)
