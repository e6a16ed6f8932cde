"""`tpwallet bench`: measure what tpwallet does on this machine, in a table or as JSON.

Each benchmark is a module of this room with a `run` that gives a report: which processes ran, on
what machine, and a list of variants with their figures.
"""

from collections.abc import Mapping
from importlib import import_module

import click
import msgspec

from tpwallet.faces.cli.command import PluginCommand, option

BENCHES = ("ledger", "commands", "http", "recovery")
# What each benchmark calls the number of things it does, and whether it takes accounts.
_COUNTS: Mapping[str, str] = {
    "ledger": "transfers",
    "commands": "commands",
    "http": "transfers",
    "recovery": "transfers",
}
_TAKES_ACCOUNTS = ("ledger", "recovery")
_TAKES_VARIANTS = ("ledger", "http")
_COLUMN_WIDTH = 34


@click.command(cls=PluginCommand)
@click.argument("which", type=click.Choice((*BENCHES, "all")), default="all")
@option("--json", "as_json", is_flag=True, help="One JSON object, on one line.")
@option(
    "--count",
    type=click.IntRange(1_000, 1_000_000_000),
    help="How many transfers or commands each variant makes; the default is the benchmark's own.",
)
@option(
    "--accounts",
    type=click.IntRange(100, 10_000_000),
    help="How many accounts there are (ledger, recovery).",
)
@option("--variant", "variants", multiple=True, help="Only this variant (ledger); repeatable.")
@option(
    "--folder",
    type=click.Path(exists=True, file_okay=False),
    help="Where the pools are made, to measure that disk; the default is the temporary folder.",
)
def bench(
    *,
    which: str,
    as_json: bool,
    count: int | None,
    accounts: int | None,
    variants: tuple[str, ...],
    folder: str | None,
) -> None:
    """Measure what tpwallet does on this machine: WHICH of the benchmarks, or all of them.

    What it makes is temporary. Run it on a machine that does nothing else, and compare medians.
    """
    from tpwallet.faces.cli.door import compile_loops

    compile_loops()
    chosen = BENCHES if which == "all" else (which,)
    reports = []
    for name in chosen:
        click.echo(f"measuring: {name} ...", err=True)
        options: dict[str, object] = {"folder": folder}
        if count is not None:
            options[_COUNTS[name]] = count
        if accounts is not None and name in _TAKES_ACCOUNTS:
            options["accounts"] = accounts
        if variants and name in _TAKES_VARIANTS:
            options["variants"] = _known(name, variants)
        reports.append(import_module(f"tpwallet.lab.bench.{name}").run(**options))
    whole = reports[0] if which != "all" else {"bench": "all", "reports": reports}
    if as_json:
        click.echo(msgspec.json.encode(whole))
        return
    for report in reports:
        _show(report)


def _known(bench: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    known = import_module(f"tpwallet.lab.bench.{bench}").VARIANTS
    for name in wanted:
        if name not in known:
            raise click.BadParameter(f"{name} is none of {', '.join(known)}", param_hint="variant")
    return wanted


def _show(report: dict[str, object]) -> None:
    """A report for a reader: a block for each variant."""
    click.echo(f"\n{report['bench']}: {', '.join(map(str, _list(report['processes'])))}")
    for variant in _list(report["variants"]):
        figures = dict(variant)
        click.echo(f"  {figures.pop('variant')}")
        for name, value in figures.items():
            shown = f"{value:,}" if isinstance(value, int | float) else value
            click.echo(f"    {name.replace('_', ' '):<{_COLUMN_WIDTH}} {shown}")


def _list(value: object) -> list[dict[str, object]]:
    return list(value) if isinstance(value, list) else []
