"""The doctor says what is wrong in plain words, and what to do about it."""

from collections.abc import Callable

import pytest

from tests.faces.cli.running import Line
from tests.faces.operations.damage import change_body, cut_off, remove_commit
from tpwallet.faces.cli import exits
from tpwallet.faces.operations.examining import holdings
from tpwallet.gateways.pool_directory import PoolDirectory


def test_a_healthy_pool_is_well(read: Line) -> None:
    ran = read.ok("doctor", "--deep")
    assert ran.out.splitlines()[-1] in ("All is well.", "Nothing is broken; look at the warnings.")
    told = read.json("doctor")
    assert told["state"] in ("ok", "warn")
    names = [one["name"] for one in told["diagnoses"]]
    assert {"versions", "disk space", "disk sync", "journal", "clock", "secrets"} <= set(names)


def test_where_there_is_no_pool_it_says_how_to_make_one(line: Line) -> None:
    ran = line("doctor")
    assert ran.status == exits.REFUSED
    assert f"tpwallet init {line.pool}" in ran.out
    assert ran.out.splitlines()[-1] == "Something is broken."


def test_secrets_that_others_may_read_are_a_failure(books: Line) -> None:
    (books.pool / "secrets.json").chmod(0o644)
    ran = books("doctor")
    assert ran.status == exits.REFUSED
    assert f"chmod 600 {books.pool / 'secrets.json'}" in ran.out


def test_a_damaged_end_is_a_failure_and_says_what_to_run(books: Line) -> None:
    pool = PoolDirectory(books.pool)
    remove_commit(pool, at_least=last_position(books) - 1)
    ran = books("doctor")
    assert ran.status == exits.REFUSED
    assert f"tpwallet verify {books.pool} --report FILE" in ran.out


@pytest.mark.parametrize("hurt", [remove_commit, change_body])
def test_damage_among_the_newest_commits_is_found(books: Line, hurt: Callable[..., int]) -> None:
    hurt(PoolDirectory(books.pool), at_least=4)
    ran = books("doctor")
    assert ran.status == exits.REFUSED
    assert "FILE" in ran.out


def test_damage_far_from_the_end_is_found_by_looking_deep(
    books: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "POSITIONS_READ", 2)
    change_body(PoolDirectory(books.pool), at_least=4)
    books.ok("doctor")
    ran = books("doctor", "--deep")
    assert ran.status == exits.REFUSED
    assert "damaged: body does not match its hash" in ran.out


def test_lost_secrets_are_not_answered_with_a_new_pool(books: Line) -> None:
    (books.pool / "secrets.json").unlink()
    ran = books("doctor")
    assert ran.status == exits.REFUSED
    assert "tpwallet init" not in ran.out.splitlines()[-2]
    assert "Put secrets.json back" in ran.out


def last_position(line: Line) -> int:
    return int(line.json("verify")["verdict"]["position"])


def test_a_journal_that_was_cut_off_is_a_failure(books: Line) -> None:
    books.ok("proof", "checkpoint")
    cut_off(PoolDirectory(books.pool), at_least=8)
    ran = books("doctor")
    assert ran.status == exits.REFUSED
    assert "The journal was cut off" in ran.out


def test_a_pool_in_use_is_no_failure(books: Line) -> None:
    with PoolDirectory(books.pool).writing():
        ran = books.ok("doctor")
    assert "a process writes this pool now" in ran.out


def test_it_speaks_chinese(read: Line) -> None:
    out = read.ok("doctor", "--lang", "zh").out
    assert "日志" in out
    assert out.splitlines()[-1] in ("一切正常。", "没有损坏；请查看警告。")
