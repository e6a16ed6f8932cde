"""Reading what is typed: notes, and times."""

from collections.abc import Iterable

import click

from tpwallet.faces.cli.language import say


def parse_metadata(pairs: Iterable[str]) -> dict[str, str]:
    """Notes from `name=text`. **Rejects** with a usage error a text without `=`.

    >>> parse_metadata(["invoice=2026-17", "memo=a=b"])
    {'invoice': '2026-17', 'memo': 'a=b'}
    """
    found = {}
    for pair in pairs:
        name, is_there, text = pair.partition("=")
        if not is_there or not name:
            raise click.UsageError(say("--metadata wants NAME=TEXT, not {text}", text=pair))
        found[name] = text
    return found


def check_time(text: str | None, *, parameter: str) -> str | None:
    """An RFC 3339 time, or None, as it is. **Rejects** with `Malformed` all else."""
    if text is not None:
        from tpwallet.faces.times import parse_time

        parse_time(text, parameter=parameter)
    return text
