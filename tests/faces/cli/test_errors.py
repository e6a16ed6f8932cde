"""An error says what is wrong, and its exit status what kind of error it is."""

import json
import sqlite3
from pathlib import Path

import click
import pytest

import tpwallet
from tests.faces.cli.conftest import ADA, BEN
from tests.faces.cli.running import Line
from tpwallet.faces.cli import exits
from tpwallet.faces.cli.errors import tell_error
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import (
    ClockRefused,
    InvariantBroken,
    JournalCorrupt,
    JournalUnavailable,
    OutcomeUnknown,
    Rejected,
    TpwalletError,
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("balanc",), "Did you mean 'balance'?"),
        (("balance",), "ACCOUNT is missing."),
        (("balance", ADA, "--att", "3"), "There is no option --att."),
        (("transfer", "list", "--limit", "many"), "'many' is not a valid integer"),
        (("account", "open", ADA, "--asset", "EUR"), "--kind"),
        (("backup", "here", "--no-secrets", "--encrypt"), "--no-secrets"),
        (("key", "issue", "me", "--scope", "everything"), "--scope"),
    ],
)
def test_a_command_line_that_cannot_be_understood_exits_with_2(
    line: Line, arguments: tuple[str, ...], said: str
) -> None:
    ran = line(*arguments)
    assert (ran.status, ran.out) == (exits.USAGE, "")
    assert said in ran.err
    assert "--help' for help." in ran.err
    assert "Traceback" not in ran.err


def test_the_commonest_slips_are_told_in_chinese(line: Line) -> None:
    assert "缺少 ACCOUNT。" in line("balance", "--lang", "zh").err
    assert "没有选项 --att。" in line("balance", "x", "--att", "--lang", "zh").err
    told = line("balance", "x", "--lang", "zh").err
    assert f"{line.pool} 不是资金池" in told
    assert "not_a_pool" in told


def test_a_slip_is_told_to_programs_as_a_problem(line: Line) -> None:
    problem = line("balance", "--json").problem
    assert (problem["code"], problem["parameter"]) == ("malformed_request", "ACCOUNT")


def test_where_there_is_no_pool_it_says_how_to_make_one(line: Line) -> None:
    ran = line("balance", ADA)
    assert ran.status == exits.USAGE
    assert f"tpwallet init {line.pool}" in ran.err


def test_a_refusal_is_told_to_programs_as_a_problem(read: Line) -> None:
    ran = read("transfer", "new", BEN, ADA, "1000.00", "EUR", "--dry-run", "--json")
    assert (ran.status, ran.out) == (exits.REFUSED, "")
    assert ran.problem["code"] == "exceeds_credits"
    assert ran.problem["status"] == 422


def test_a_pool_in_use_is_unavailable_and_says_how_to_reach_it(books: Line) -> None:
    with PoolDirectory(books.pool).writing():
        ran = books("transfer", "new", ADA, BEN, "1.00", "EUR")
    assert ran.status == exits.UNAVAILABLE
    assert "in use by another process" in ran.err
    assert "--url" in ran.err


def test_a_pool_is_looked_at_beside_whoever_writes_it(books: Line) -> None:
    with tpwallet.open(books.pool, create=False) as pool:
        before = pool.position
        assert books.json("balance", ADA)["position"] == before
        assert books.json("transfer", "show", "7")["position"] == before
        assert books.json("document", "show", "fees")["position"] == before
        paid = pool.transfer(debit=ADA, credit=BEN, amount="1.00", asset="EUR").position
        assert (paid, books.json("balance", BEN)["posted"]) == (before + 1, "1.00")


def test_a_damaged_journal_is_told_with_its_position(books: Line) -> None:
    with sqlite3.connect(books.pool / "journal.db") as journal:
        journal.execute("DELETE FROM commits WHERE first_position = 4")
    ran = books("balance", ADA)
    assert ran.status == exits.DAMAGED
    assert "position=4" in ran.err
    assert "tpwallet verify --report FILE" in ran.err


def test_a_place_where_nothing_can_be_written_is_told_plainly(books: Line) -> None:
    ran = books("export", "--out", books.folder / "nowhere" / "books.tpwx")
    assert ran.status == exits.REFUSED
    assert "No such file or directory" in ran.err
    assert "storage_failed" in ran.err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Rejected("period_closed"), 1),
        (ClockRefused("the clock jumped"), 3),
        (JournalUnavailable("the disk is full"), 3),
        (OutcomeUnknown("nobody knows"), 4),
        (JournalCorrupt("a stored commit is missing", position=3), 5),
        (InvariantBroken("that cannot be"), 6),
        (RuntimeError("nobody foresaw this"), 6),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ],
)
def test_the_exit_status_says_what_kind_of_error_it_is(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell_error(error, is_json=False) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err
    assert "Traceback" not in told.err


def test_an_unknown_outcome_says_how_to_ask_again(capsys: pytest.CaptureFixture[str]) -> None:
    tell_error(OutcomeUnknown("nobody knows"), is_json=False)
    assert "--command-id" in capsys.readouterr().err


def test_a_fault_shows_its_traceback_only_to_who_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TPWALLET_DEBUG", "1")
    try:
        raise RuntimeError("nobody foresaw this")
    except RuntimeError as error:
        tell_error(error, is_json=True)
    assert "Traceback" in capsys.readouterr().err


def test_errors_are_one_json_value_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    error: TpwalletError = JournalCorrupt("a stored commit is missing", position=3)
    tell_error(error, is_json=True)
    told = capsys.readouterr()
    assert json.loads(told.err)["facts"] == {"position": 3}
    assert told.out == ""


def test_the_process_ends_with_the_status_and_no_traceback(books: Line) -> None:
    ran = books.apart("transfer", "new", BEN, ADA, "1.00", "EUR", "--json")
    assert (ran.status, ran.out) == (1, "")
    assert ran.problem["code"] == "exceeds_credits"
    assert books.apart("balance", ADA, "--json").json["posted"] == "100.00"


def test_a_reader_that_leaves_early_is_told_nothing(read: Line) -> None:
    program = (
        "import subprocess, sys\n"
        "run = 'from tpwallet.faces.cli.main import main; main()'\n"
        "child = subprocess.Popen([sys.executable, '-c', run, 'asset', 'list'],\n"
        "    stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
        "child.stdout.close()\n"
        "told = child.stderr.read().decode()\n"
        "print(child.wait(), repr(told))\n"
    )
    assert read.program(program).out == "1 ''\n"


def test_a_missing_file_is_named(books: Line) -> None:
    missing: Path = books.folder / "none.csv"
    ran = books("import", "transfers", missing)
    assert ran.status == exits.USAGE
    assert str(missing) in ran.err


ON_A_DIRECTORY = [
    ("backup", "saved"),
    ("export",),
    ("doctor",),
    ("replay",),
    ("verify",),
    ("serve",),
    ("views", "rebuild"),
    ("segment", "list"),
    ("segment", "archive", "5"),
    ("vault", "sweep"),
]


@pytest.mark.parametrize("arguments", ON_A_DIRECTORY)
def test_command_on_a_directory_does_not_pass_a_hub_over(
    books: Line, arguments: tuple[str, ...]
) -> None:
    named = books.inside(*arguments, "--url", "http://127.0.0.1:1", "--json")
    assert (named.status, named.problem["code"]) == (exits.USAGE, "malformed_request"), named
    assert named.problem["parameter"] == "--url"
    meant = books.inside(*arguments, TPWALLET_URL="http://127.0.0.1:1")
    assert (meant.status, "--pool DIR" in meant.err) == (exits.USAGE, True)
    assert not (books.folder / "saved").exists()
    chinese = books.inside(*arguments, "--lang", "zh", TPWALLET_URL="http://127.0.0.1:1")
    assert "不能通过服务" in chinese.err


def test_pool_named_alone_comes_before_the_hub_of_the_environment(books: Line) -> None:
    ran = books.inside("export", "--pool", books.pool, TPWALLET_URL="http://127.0.0.1:1")
    assert ran.status == 0, ran


@pytest.mark.parametrize("amount", ["-5", "-5.00", "-.5"])
def test_amount_below_zero_is_told_as_what_is_meant(books: Line, amount: str) -> None:
    for command in ("new", "hold"):
        ran = books("transfer", command, ADA, BEN, amount, "EUR")
        assert (ran.status, "An amount is not below 0" in ran.err) == (exits.USAGE, True)
        assert "no option" not in ran.err
    chinese = books("transfer", "new", ADA, BEN, amount, "EUR", "--lang", "zh")
    assert "金额不小于 0" in chinese.err
    assert "no option" in books("transfer", "new", "-x", ADA, BEN, "5", "EUR").err


def test_package_runs_as_a_module(books: Line) -> None:
    program = "import runpy; runpy.run_module('tpwallet', run_name='__main__')"
    ran = books.program(program, "balance", ADA, "--json")
    assert (ran.status, ran.json["posted"]) == (0, "100.00")
