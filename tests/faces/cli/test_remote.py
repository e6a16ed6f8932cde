"""Every command works through a hub as it does on a directory, and answers the same."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line
from tests.faces.client.hubs import nobody, served
from tests.faces.http.hub import hub
from tests.faces.http.served import ALICE, WallClock, serve_pool
from tests.faces.http.served import BANK as SERVED_BANK
from tpwallet.faces.client.limits import UNREACHED_MS_AT_TERMINAL
from tpwallet.kernel.limits import CLOCK_JUMP_NS_MAX


@pytest.fixture(scope="module")
def through(template: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A command line that works through a hub, of a pool with a past."""
    folder = tmp_path_factory.mktemp("remote")
    shutil.copytree(template.pool, folder / "pool")
    with hub(folder / "pool") as running:
        key = (folder / "pool" / "admin.key").read_text().strip()
        yield Line(folder, TPWALLET_URL=running.address, TPWALLET_KEY=key, TPWALLET_POOL="")


READS = [
    ("balance", ADA),
    ("balance", ADA, "--at", "9"),
    ("statement", ADA),
    ("account", "show", BANK),
    ("account", "list", "customer/"),
    ("transfer", "show", "7"),
    ("transfer", "list", "--account", ADA),
    ("asset", "list"),
    ("key", "list"),
    ("period", "show"),
    ("grant", "list"),
    ("document", "show", "fees"),
    ("document", "history", "fees", "plan"),
    ("proof", "checkpoint"),
    ("proof", "transfer", "7"),
    ("proof", "event", "9"),
    ("proof", "consistency", "5"),
]


@pytest.mark.parametrize("arguments", READS, ids=" ".join)
def test_question_is_answered_through_a_hub(through: Line, arguments: tuple[str, ...]) -> None:
    found = through.json(*arguments)
    assert isinstance(found, dict)


def _without_position(found: Any) -> Any:
    return {name: value for name, value in found.items() if name != "position"}


@pytest.mark.parametrize("arguments", READS[1:9], ids=" ".join)
def test_answer_is_that_of_the_directory(
    through: Line, template: Line, arguments: tuple[str, ...]
) -> None:
    assert _without_position(through.json(*arguments)) == _without_position(
        template.json(*arguments)
    )


CHANGES = [
    ("transfer", "new", ADA, BEN, "1.00", "EUR"),
    ("transfer", "hold", ADA, BEN, "1.00", "EUR"),
    ("account", "freeze", ADA),
    ("account", "close", BEN),
    ("account", "credit-line", ADA, "5.00", "EUR"),
    ("account", "open", "customer/eve/EUR", "--asset", "EUR", "--kind", "liability"),
    ("asset", "register", "POINTS", "--scale", "0", "--ledger", "70002"),
    ("period", "close", "1999-01-31"),
    ("grant", "new", "key:till", "customer", "--asset", "EUR"),
]


@pytest.mark.parametrize("arguments", CHANGES, ids=" ".join)
def test_change_would_be_answered_as_on_the_directory(
    through: Line, books: Line, arguments: tuple[str, ...]
) -> None:
    there, here = (line.json(*arguments, "--dry-run") for line in (through, books))
    assert _movements(there) == _movements(here)


def _movements(receipt: Any) -> list[Any]:
    names = ("debit", "credit", "amount", "asset", "kind", "code")
    return [[one[name] for name in names] for one in receipt.get("transfers", ())]


REFUSALS = [
    ("transfer", "new", BEN, ADA, "1000.00", "EUR"),
    ("transfer", "show", "999"),
    ("account", "credit-line", ADA, "much", "EUR"),
    ("account", "show", "customer/nobody/EUR"),
    ("asset", "register", "no code", "--scale", "0", "--ledger", "70002"),
    ("asset", "delist", "EUR"),
    ("document", "rollback", "fees", "none", "1"),
    ("key", "issue", "till", "--scope", "admin", "--expires-at", "tomorrow"),
    ("key", "revoke", "nobody"),
    ("grant", "end", "5"),
]


@pytest.mark.parametrize("arguments", REFUSALS, ids=" ".join)
def test_refusal_is_that_of_the_directory(
    through: Line, books: Line, arguments: tuple[str, ...]
) -> None:
    there, here = (line(*arguments, "--json") for line in (through, books))
    assert there.status == here.status != 0
    told = [(ran.problem["code"], ran.problem.get("parameter")) for ran in (there, here)]
    assert told[0] == told[1]


def _posted(line: Line, account: str) -> str:
    posted: str = line.json("balance", account)["posted"]
    return posted


def test_money_is_moved_and_reserved(through: Line) -> None:
    address = "customer/cleo/EUR"
    through.ok(
        "account",
        "open",
        address,
        "--asset",
        "EUR",
        "--kind",
        "liability",
        "--metadata",
        "tier=gold",
    )
    through.ok("transfer", "new", ADA, address, "5.00", "EUR", "--metadata", "order=7")
    held = through.json("transfer", "hold", ADA, address, "3.00", "EUR", "--timeout", "60")
    pending = held["transfers"][0]["transfer_id"]
    through.ok("transfer", "post", pending, "--amount", "2.00", "--asset", "EUR")
    again = through.json("transfer", "hold", ADA, address, "3.00", "EUR")
    through.ok("transfer", "void", again["transfers"][0]["transfer_id"])
    assert _posted(through, address) == "7.00"
    through.ok("transfer", "new", address, BEN, "7.00", "EUR", "--dry-run")
    assert _posted(through, address) == "7.00"


def test_repeated_command_gives_the_first_answer(through: Line) -> None:
    arguments = ("transfer", "new", ADA, BEN, "1.00", "EUR", "--command-id", "once")
    assert through.json(*arguments) == through.json(*arguments)


def test_accounts_are_governed(through: Line) -> None:
    address = "customer/dan/EUR"
    through.ok("account", "open", address, "--asset", "EUR", "--kind", "liability")
    through.ok("account", "freeze", address)
    assert through("transfer", "new", ADA, address, "1.00", "EUR").status == 1
    through.ok("account", "reopen", address)
    through.ok("account", "credit-line", address, "50.00", "EUR")
    through.ok("account", "credit-line", address, "0", "EUR")
    through.ok("account", "close", address)


def test_pool_is_administered(through: Line, tmp_path: Path) -> None:
    issued = through.json("key", "issue", "till", "--scope", "ledger:read")
    assert issued["token"].startswith("tpk_")
    through.ok("key", "revoke", "till")
    through.ok("asset", "register", "MILES", "--scale", "0", "--ledger", "70001")
    plan = tmp_path / "plan.json"
    for bps in (1, 2):
        plan.write_text(json.dumps({"bps": bps}))
        through.ok("document", "put", "fees", "plan", plan)
    through.ok("document", "rollback", "fees", "plan", "1")
    versions = through.json("document", "history", "fees", "plan")["documents"]
    assert [one["content"] for one in versions] == [{"bps": 1}, {"bps": 2}, {"bps": 1}]
    shown = through.json("document", "show", "fees", "plan")["documents"]
    assert [one["version"] for one in shown] == [3]
    through.ok("period", "close", "2000-01-31")
    assert through.json("period", "show")["closed_through"] == "2000-01-31"
    through.ok("asset", "delist", "MILES")
    through.ok("grant", "new", "key:till", "customer", "--asset", "EUR")
    (grant,) = through.json("grant", "list")["grants"]
    assert (grant["holder"], grant["assets"]) == ("key:till", ["EUR"])
    through.ok("grant", "end", grant["bit"])
    assert through.json("grant", "list")["grants"] == []


def test_running_hub_whose_clock_jumped_takes_commands_after_the_override(tmp_path: Path) -> None:
    clock = WallClock()
    with served(serve_pool(tmp_path / "pool", wall=clock)) as running:
        line = Line(tmp_path, TPWALLET_URL=running.url, TPWALLET_KEY=running.key, TPWALLET_POOL="")
        clock.ahead_ns = 2 * CLOCK_JUMP_NS_MAX
        line.ok("clock", "override", "INC-4711")
        line.ok("transfer", "new", SERVED_BANK, ALICE, "1.00", "EUR")


def test_refusal_is_told_as_the_hub_told_it(through: Line) -> None:
    refused = through("transfer", "new", BEN, ADA, "1000.00", "EUR", "--json")
    assert refused.status == 1
    assert (refused.problem["code"], refused.problem["parameter"]) == ("exceeds_credits", "amount")
    assert refused.problem["position"] > 0
    stranger = through("balance", ADA, "--key", "tpk_nobody")
    assert (stranger.status, "unauthorized" in stranger.err) == (1, True)


def test_hub_that_never_answered_is_soon_said_to_be_away(through: Line) -> None:
    began = time.monotonic()
    away = through("balance", ADA, "--url", nobody(), "--json")
    assert time.monotonic() - began < 2 * UNREACHED_MS_AT_TERMINAL / 1000
    assert (away.status, away.problem["code"]) == (3, "hub_unreachable")
    assert away.problem["status"] == 503


def test_file_is_imported_whole_or_every_bad_line_is_named(through: Line, tmp_path: Path) -> None:
    file = tmp_path / "transfers.csv"
    before = _posted(through, BEN)
    file.write_text(f"debit,credit,amount,asset\n{BANK},{BEN},1.00,EUR\nx,{BEN},1,EUR\ny,z,1,EUR\n")
    refused = through("import", "transfers", file, "--json")
    assert (refused.status, refused.json["imported"]) == (1, False)
    assert [one["line"] for one in refused.json["problems"]] == [3, 4]
    assert _posted(through, BEN) == before
    file.write_text(f"debit,credit,amount,asset\n{BANK},{BEN},0.25,EUR\n")
    assert through.json("import", "transfers", file, "--dry-run")["dry_run"]
    found = through.json("import", "transfers", file)
    assert (found["file"], found["imported"], found["transfers"]) == (str(file), True, 1)
    assert _posted(through, BEN) != before
    other = tmp_path / "transfers.txt"
    other.write_text("")
    assert through("import", "transfers", other).status == 2
