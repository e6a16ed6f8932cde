"""Commands and groups that speak the reader's language and share their options.

Every command takes `--json`, `--lang` and, if it works on a pool, `--pool`, `--url` and `--key`;
they may stand before its name or after it. A command's help is its docstring, translated when it is
shown.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import click

from tpwallet.faces.cli.language import LANGUAGES, say
from tpwallet.faces.cli.settings import Settings

F = TypeVar("F", bound=Callable[..., object])

SECTIONS = ("Money", "Looking", "Proof and safety", "Administration", "Running")


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        english, self.help = self.help, say(self.help) if self.help else self.help
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = english


option = partial(click.option, cls=Option)


def _setting(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Put an option's value where every command finds it."""

    def put(ctx: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        if value is not None and value is not False:
            setattr(ctx.ensure_object(Settings), name, value)
        return value

    return put


def shared_options(*, is_on_pool: bool) -> list[click.Parameter]:
    """The options that every command takes."""
    shared: list[click.Parameter] = []
    if is_on_pool:
        shared += [
            Option(
                ["--pool"],
                metavar="DIR",
                help="The pool's directory. Default: $TPWALLET_POOL, or ./pool.",
                callback=_setting("pool"),
                expose_value=False,
            ),
            Option(
                ["--url"],
                metavar="URL",
                help="Work through the hub at this address. Default: $TPWALLET_URL.",
                callback=_setting("url"),
                expose_value=False,
            ),
            Option(
                ["--key"],
                metavar="TOKEN",
                help="The API key for the hub. Default: $TPWALLET_KEY.",
                callback=_setting("key"),
                expose_value=False,
            ),
        ]
    return [
        *shared,
        Option(
            ["--json"],
            is_flag=True,
            help="Answer with one JSON value, for programs.",
            callback=_setting("json"),
            expose_value=False,
        ),
        _language_option(),
    ]


def _language_option() -> click.Parameter:
    """The option whose value `Root` has looked for before anything else."""
    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        help="Speak this language. Default: what the environment says.",
        expose_value=False,
    )


class _Speaking(click.Command):
    """What commands and groups have in common."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        shown = super().get_help_option(ctx)
        if shown is not None:
            shown.help = say("Show this message and exit.")
        return shown

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        english = self.help
        self.help = say(inspect.cleandoc(english)) if english else english
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = english

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(inspect.cleandoc(self.help or "")).split("\n", maxsplit=1)[0]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = [record for p in options if (record := p.get_help_record(ctx))]
        if records:
            with formatter.section(say("Options")):
                formatter.write_dl(records)


class Command(_Speaking):
    """One command; `section` is where the root's help lists it."""

    is_on_pool = True

    def __init__(self, *args: Any, section: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.params += shared_options(is_on_pool=self.is_on_pool)


class PlainCommand(Command):
    """One command that does not work on the pool of the settings."""

    is_on_pool = False


class PluginCommand(_Speaking):
    """A command of a plug-in: its options are its own, and it speaks the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not any("--lang" in found.opts for found in self.params):
            self.params.append(_language_option())


class Group(_Speaking, click.Group):
    """A group of commands."""

    def __init__(self, *args: Any, section: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _Speaking.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            found = self.get_command(ctx, name)
            if found is not None and not found.hidden:
                section = getattr(found, "section", "")
                sections.setdefault(section, []).append((name, found.get_short_help_str()))
        for section in ("", *SECTIONS):
            if rows := sections.get(section):
                with formatter.section(say(section) if section else say("Commands")):
                    formatter.write_dl(rows)


def command(
    name: str, *, section: str = "", kind: type[Command] = Command
) -> Callable[[Callable[..., object]], Command]:
    """Make a command of a function."""
    make = click.command(name, cls=kind, section=section)

    def made(function: Callable[..., object]) -> Command:
        built = make(function)
        if not isinstance(built, Command):
            raise TypeError(f"{name} is no command of ours")
        return built

    return made


def group(
    name: str,
    *,
    section: str,
    help: str,  # noqa: A002 - what click calls it
    commands: Sequence[click.Command],
) -> Group:
    """Make a group of commands."""
    shared = shared_options(is_on_pool=True)
    return Group(name, section=section, help=help, commands=list(commands), params=shared)
