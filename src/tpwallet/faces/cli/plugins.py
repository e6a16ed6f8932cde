"""Commands of the laboratory, which join by entry point, so that no face knows the lab.

A package may bring more of them: a `click.Command` under the entry-point group `tpwallet.commands`.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from tpwallet.faces.cli.language import say

GROUP = "tpwallet.commands"

# What is known of them without loading them.
_KNOWN = {
    "demo": "Watch a wallet firm's business day, with a crash in it.",
    "bench": "Measure this machine.",
    "sim": "Run the simulated world with faults.",
}


def plugin_names() -> list[str]:
    """The names of all plug-in commands, those that are known first."""
    others = {found.name for found in entry_points(group=GROUP)} - set(_KNOWN)
    return [*_KNOWN, *sorted(others)]


def plugin(name: str) -> click.Command | None:
    """The plug-in command of this name, loaded when it runs or is asked for its help."""
    found = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        return Absent(name) if name in _KNOWN else None
    return _loaded(found)


def plugin_summary(name: str) -> str:
    """One line about a plug-in command."""
    return say(_KNOWN[name]) if name in _KNOWN else say("(a plug-in)")


class Absent(click.Command):
    """A plug-in command that is not here: it says how to get it."""

    def __init__(self, name: str, reason: str = "") -> None:
        super().__init__(name, context_settings={"ignore_unknown_options": True})
        self.reason = reason

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Whatever was asked of it, it is not here."""
        return []

    def invoke(self, ctx: click.Context) -> Any:
        """Say how to get it."""
        raise click.ClickException(
            say(
                "{name} is not part of this installation. It comes with the whole package: "
                "pip install 'tpwallet[demo]'",
                name=self.name,
            )
            + (f" ({self.reason})" if self.reason else "")
        )


def _loaded(found: EntryPoint) -> click.Command:
    try:
        command = found.load()
    except ImportError as error:
        return Absent(found.name, str(error))
    if not isinstance(command, click.Command):
        return Absent(found.name, f"{found.value} is no command")
    return command
