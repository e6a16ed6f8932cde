"""The laboratory's commands `demo` and `sim`, joined to the command line by entry point as
`bench.command` is.

Each loads what it needs when it runs, so that `tpwallet --help` stays quick.
"""

import sys
from pathlib import Path

import click

from tpwallet.faces.cli.command import PluginCommand, option
from tpwallet.faces.cli.language import language_of
from tpwallet.lab.day.limits import CUSTOMERS_MAX, CUSTOMERS_MIN
from tpwallet.lab.demo.words import Language


@click.command(cls=PluginCommand)
@option(
    "--seconds",
    default=30,
    show_default=True,
    type=click.IntRange(1, 3_600),
    help="Real seconds in which the business day passes.",
)
@option(
    "--customers",
    default=300,
    show_default=True,
    type=click.IntRange(CUSTOMERS_MIN, CUSTOMERS_MAX),
    help="How many customers the firm has; there is a merchant for every eight.",
)
@option(
    "--intents",
    default=12_000,
    show_default=True,
    type=click.IntRange(20, 10_000_000),
    help="About how many commands the day has, before the rush after midnight.",
)
@option("--seed", default=7, show_default=True, help="The same seed, the same day.")
@option(
    "--base",
    default="EUR",
    show_default=True,
    type=click.Choice(("EUR", "USD", "CNY")),
    help="The currency values are shown in.",
)
@option(
    "--lang",
    default=lambda: "zh" if language_of(sys.argv) == "zh" else "en",
    show_default="from the environment",
    type=click.Choice([language.value for language in Language]),
    help="The language of the screen: English or simplified Chinese.",
)
@option("--once", is_flag=True, help="End with the summary instead of serving on.")
@option(
    "--port",
    default=0,
    type=click.IntRange(0, 65_535),
    help="The port of 127.0.0.1 to serve at; without it any that is free.",
)
@option(
    "--pool",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the pool in this new directory; without it the pool is temporary.",
)
@option(
    "--json", "as_json", is_flag=True, help="Print the result as one JSON object; implies --once."
)
def demo(
    *,
    seconds: int,
    customers: int,
    intents: int,
    seed: int,
    base: str,
    lang: str,
    once: bool,
    port: int,
    pool: Path | None,
    as_json: bool,
) -> None:
    """A wallet firm's business day on a new hub, a crash in the middle, and the proof that nothing
    was lost.

    Exit status: 0 when every claim holds, 1 when one does not, 130 when it was interrupted.
    """
    from tpwallet.faces.cli.door import compile_loops

    compile_loops()
    from tpwallet.lab.demo.command import Settings, run

    settings = Settings(
        seconds=seconds,
        customers=customers,
        intents=intents,
        seed=seed,
        base=base,
        language=Language(lang),
        once=once or as_json,
        port=port,
        pool=pool,
        as_json=as_json,
    )
    sys.exit(run(settings))


@click.command(cls=PluginCommand)
@option(
    "--seeds",
    default=50,
    show_default=True,
    type=click.IntRange(1),
    help="How many seeds are played, one after another.",
)
@option("--first", default=0, show_default=True, help="The first seed of them.")
@option("--seed", type=int, help="Only this one.")
@option("--steps", type=click.IntRange(1), help="Steps of each world.")
@option(
    "--storage",
    default="both",
    show_default=True,
    type=click.Choice(("memory", "sqlite", "both")),
    help="A journal in memory; or the installed writer on SQLite and a disk that loses what was "
    "not synced; or every seed in memory and every other on SQLite too.",
)
@option("--json", "as_json", is_flag=True, help="One JSON object a line, for each world.")
def sim(
    *, seeds: int, first: int, seed: int | None, steps: int | None, storage: str, as_json: bool
) -> None:
    """Run simulated worlds with faults, each from its seed, and hold each against an independent
    model of the rules.

    Exit status: 0 when every world did as it must, 1 when one did not; it says how to play a
    failed one again, which goes the same way, step by step.
    """
    import msgspec

    from tpwallet.lab.sim.run import run_many

    chosen = range(first, first + seeds) if seed is None else (seed,)
    played, commands, failed = 0, 0, 0
    for report in run_many(chosen, steps=steps, storage=storage):
        played, commands = played + 1, commands + report.commands
        failed += bool(report.failure)
        click.echo(msgspec.json.encode(report) if as_json else str(report))
    click.echo(f"{played} worlds, {commands} commands, {failed} failed", err=True)
    if failed:
        sys.exit(1)
