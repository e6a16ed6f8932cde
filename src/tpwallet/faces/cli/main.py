"""The command line's entry: `tpwallet`.

Nothing heavy is imported here: a command loads what it needs when it runs, so that `--help` and
completion answer at once.
"""

import gc
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final, NoReturn

import click

from tpwallet.faces.cli import exits
from tpwallet.faces.cli.command import Group, Option, shared_options
from tpwallet.faces.cli.commands import COMMANDS
from tpwallet.faces.cli.errors import tell_error
from tpwallet.faces.cli.language import language_of, say, use_language
from tpwallet.faces.cli.plugins import plugin, plugin_names, plugin_summary

_COLLECT_AFTER: Final = 100_000  # allocations: looking for garbage while loading finds none
_HELP = """Keep, move and prove pooled money.

Begin with 'tpwallet init', or watch 'tpwallet demo'. Every command has '--help'.
"""


class Root(Group):
    """All of it: finds the language first, joins the plug-ins, tells every error in one way."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Begin a command line, in the language it asks for."""
        use_language(language_of(args))
        return super().make_context(info_name, args, parent, **extra)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command of ours, or a plug-in."""
        return super().get_command(ctx, cmd_name) or plugin(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what they are for, and the plug-ins without loading them."""
        super().format_commands(ctx, formatter)
        with formatter.section(say("Laboratory")):
            formatter.write_dl([(name, plugin_summary(name)) for name in plugin_names()])

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command line; ends the process with its exit status unless told not to."""
        if not standalone_mode:
            return super().main(args=args, standalone_mode=False, **extra)
        arguments = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(args=arguments, standalone_mode=False, **extra)
        except BaseException as error:  # noqa: BLE001 - told; what must rise, rises from there
            status = tell_error(error, is_json="--json" in arguments)
        sys.exit(status if isinstance(status, int) else exits.OK)


def _show_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"tpwallet {version('tpwallet')}")
        ctx.exit()


cli = Root(
    "tpwallet",
    help=_HELP,
    commands=list(COMMANDS),
    params=[
        *shared_options(is_on_pool=True),
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help="Show the version and exit.",
        ),
    ],
)


def main() -> NoReturn:
    """Run the command line."""
    gc.set_threshold(_COLLECT_AFTER)
    cli.main()
    raise SystemExit(exits.OK)
