"""The reference of the command line, written from the commands themselves.

    python -m tests.faces.cli.reference

puts it into docs/reference/cli.md, below the line that begins it; what stands above is written by
hand. A test holds the two together.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from tpwallet.faces.cli.command import SECTIONS, Command
from tpwallet.faces.cli.main import cli

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"
BEGINS = "<!-- below: python -m tests.faces.cli.reference -->\n"
_EVERYWHERE = {"--pool", "--url", "--key", "--json", "--lang"}
_CHANGES = {"--command-id", "--dry-run"}


def reference() -> str:
    """The part of the page that is made."""
    return "\n".join(_lines())


def with_reference(page: str) -> str:
    """A page with its made part put in anew."""
    return page[: page.index(BEGINS) + len(BEGINS)] + "\n" + reference()


def _lines() -> Iterator[str]:
    for section in SECTIONS:
        yield f"## {section}"
        yield ""
        for name, command in cli.commands.items():
            if getattr(command, "section", "") == section:
                for path, one in _leaves(command, name):
                    yield from _of_command(one, path)


def _leaves(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from _leaves(inner, *path, name)


def _of_command(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(command)
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    yield f"### `{' '.join(['tpwallet', *path, *arguments])}`"
    yield ""
    yield inspect.cleandoc(command.help or "")
    yield ""
    options = [p for p in command.params if isinstance(p, click.Option)]
    names = {option.opts[-1] for option in options}
    rows = [_row(one) for one in options if one.opts[-1] not in _EVERYWHERE | _CHANGES]
    if rows:
        yield from ("| option | |", "| --- | --- |", *rows, "")
    if "--command-id" in names:
        taken = ", ".join(f"`{name}`" for name in sorted(names & _CHANGES))
        yield f"It changes the pool: {taken}."
        yield ""
    if isinstance(command, Command) and not command.is_on_pool:
        yield "It takes no `--pool`, `--url` or `--key`."
        yield ""


def _row(option: click.Option) -> str:
    name = option.opts[-1]
    if not option.is_flag:
        choices = option.type.choices if isinstance(option.type, click.Choice) else ()
        name += " " + (option.metavar or r"\|".join(choices) or option.type.name.upper())
    more = ""
    if option.required:
        more = " Required."
    elif option.show_default and option.default is not None:
        more = f" Default: {option.default}."
    return f"| `{name}` | {option.help}{more} |"


if __name__ == "__main__":
    PAGE.write_text(with_reference(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
