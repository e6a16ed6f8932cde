"""`tpwallet demo`: from the command line's settings to an exit status."""

import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import msgspec
from rich.console import Console

from tpwallet.faces.operations.founding import found_pool
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import Malformed, TpwalletError
from tpwallet.lab.day.day import Day, plan_day
from tpwallet.lab.day.ecb import RatesMissing, reference_rates
from tpwallet.lab.day.prices import CURRENCIES
from tpwallet.lab.demo.checks import Finding
from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.reporters import reporter
from tpwallet.lab.demo.run import Demo, Pace
from tpwallet.lab.demo.server import Server
from tpwallet.lab.demo.show import Show
from tpwallet.lab.demo.summary import print_summary
from tpwallet.lab.demo.tally import Tally
from tpwallet.lab.demo.view import Stage
from tpwallet.lab.demo.words import Language, Words
from tpwallet.money import standard_catalogue

# Of a hundred intents, so many begin an errand; the others follow from one.
_ERRANDS_PER_HUNDRED = 47
_WIDTH_ELSEWHERE = 120  # characters
HELD, NOT_HELD, INTERRUPTED = 0, 1, 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the command line asked for; see `tpwallet demo --help`."""

    seconds: int
    customers: int
    intents: int
    seed: int
    base: str
    language: Language
    once: bool
    port: int
    pool: Path | None
    as_json: bool


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints. Latencies are in milliseconds, as the callers saw them."""

    ok: bool
    seed: int
    customers: int
    answers: int
    refused: int
    expired: int
    answers_per_second_max: int
    latency_ms_p50: float
    latency_ms_p99: float
    rates_of: str
    findings: list[Finding]


def run(settings: Settings) -> int:
    """Run the demo; gives the exit status. What it leaves when a claim does not hold is kept."""
    console = _console(sys.stderr if settings.as_json else sys.stdout)
    words = Words(settings.language)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its server must not outlive it
    folder = Path(tempfile.mkdtemp(prefix="tpwallet-demo-"))
    try:
        status = _run(settings, console, words, folder)
    except KeyboardInterrupt:
        console.print(words.say("interrupted"))
        status = INTERRUPTED
    except (TpwalletError, RatesMissing, DemoFailed) as error:
        console.print(f"tpwallet demo: {error}", style="red", markup=False, soft_wrap=True)
        status = NOT_HELD
    if status == NOT_HELD and any(folder.iterdir()):
        console.print(words.say("evidence", folder=folder), soft_wrap=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def _console(stream: TextIO) -> Console:
    """The terminal, or a stream without one, whose lines may be longer."""
    return Console(
        file=stream, width=None if stream.isatty() else _WIDTH_ELSEWHERE, highlight=False
    )


def _run(settings: Settings, console: Console, words: Words, folder: Path) -> int:
    day = _plan(settings)
    path = settings.pool or folder / "pool"
    key = _found(path, settings.base)
    server = Server(path, key=key, log=folder / "server.log", port=settings.port)
    with ExitStack() as stack:
        stack.callback(server.stop)
        tally = Tally()
        show = Show(words, day.prices, tally)
        reporting = reporter(console, show, as_lines=settings.as_json)
        with reporting:
            findings = Demo(
                day=day,
                pace=Pace.within(settings.seconds),
                server=server,
                directory=PoolDirectory(path),
                folder=folder,
                show=show,
                announce=reporting.announce,
            ).run()
        if settings.as_json:
            result = _result(settings, day, tally, findings)
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(result)).decode() + "\n")
        else:
            _tell(settings, console, show, findings)
        if not settings.once:
            _serve_on(console, show, server, path)
        return HELD if all(finding.holds for finding in findings) else NOT_HELD


def _plan(settings: Settings) -> Day:
    foreign = [code for code in CURRENCIES if code != "EUR"]
    return plan_day(
        seed=settings.seed,
        customers=settings.customers,
        errands=settings.intents * _ERRANDS_PER_HUNDRED // 100,
        base=standard_catalogue().by_code(settings.base),
        reference=reference_rates(foreign),
    )


def _found(path: Path, base: str) -> str:
    """Make a pool nobody else uses, for the demo's crash is for its own only; gives its key."""
    if path.exists() and any(path.iterdir()):
        raise Malformed(
            f"{path} is not empty; the demo wants a directory of its own", parameter="pool"
        )
    return found_pool(path, name="demo", base_asset=base).key.token


def _tell(settings: Settings, console: Console, show: Show, findings: list[Finding]) -> None:
    words = show.words
    print_summary(console, findings, words)
    tallied = show.tally.read()
    holds = all(finding.holds for finding in findings)
    count = f"{tallied.acknowledged + tallied.refused:,}"
    console.print(
        words.say("all_hold", count=count) if holds else words.say("not_all_hold"),
        style="bold green" if holds else "bold red",
    )
    console.print(words.say("rates", day=show.rates_of), style="dim")
    if settings.pool is not None:
        console.print(words.say("kept", pool=settings.pool), soft_wrap=True)
    elif settings.once and holds:
        console.print(words.say("removed"), style="dim")


def _serve_on(console: Console, show: Show, server: Server, pool: Path) -> None:
    """Keep serving until Ctrl-C, and say how to ask."""
    key = f'"Authorization: Bearer $(cat {pool / "admin.key"})"'
    try:
        console.print(show.say(Stage.SERVING, address=server.address), style="bold", soft_wrap=True)
        console.print(f"  curl -H {key} {server.address}/v1/totals", markup=False, soft_wrap=True)
        while server.is_running:
            time.sleep(1)
    except KeyboardInterrupt:
        console.print(show.words.say("interrupted"))
        return
    raise DemoFailed("the hub has ended by itself")


def _result(settings: Settings, day: Day, tally: Tally, findings: list[Finding]) -> Result:
    tallied = tally.read()
    return Result(
        ok=all(finding.holds for finding in findings),
        seed=settings.seed,
        customers=settings.customers,
        answers=tallied.acknowledged + tallied.refused,
        refused=tallied.refused,
        expired=tallied.expired,
        answers_per_second_max=max(tallied.per_second, default=0),
        latency_ms_p50=round(tallied.latency_ms_p50, 1),
        latency_ms_p99=round(tallied.latency_ms_p99, 1),
        rates_of=str(day.prices.reference.day),
        findings=findings,
    )
