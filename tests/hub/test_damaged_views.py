"""Views that are damaged on disk: told, let go of, and made again, while nothing else is lost."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.busy import ALL, CUSTOMERS, BusyPool, busy_pool, keep_busy
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.hub.reading import ReadSide
from tpwallet.ports.view import ViewDamaged
from tpwallet.processes.errors import FollowerUnavailable
from tpwallet.views.history.loops.words import MOVEMENT_BYTES

PAGE = 4096


def opened(pool: BusyPool) -> ReadSide:
    side = ReadSide(pool.directory, open_journal=pool.open_journal)
    side.follower.catch_up()
    return side


def names(side: ReadSide) -> dict[int, str]:
    with side.accounts.reading() as directory:
        return directory.names(map(account_id_of, ALL))


def past(side: ReadSide) -> list[object]:
    middle = side.follower.position // 2
    ids = [account_id_of(address) for address in CUSTOMERS]
    return [
        *(side.history.balance(one, at_position=middle) for one in ids),
        *(side.history.statement(one) for one in ids),
    ]


def spoil_directory(pool: BusyPool) -> None:
    """Every page but the first two, which say that it is a database, and how far it has read."""
    path = pool.directory.views_path / "directory.db"
    content = bytearray(path.read_bytes())
    for start in range(2 * PAGE, len(content), PAGE):
        content[start : start + 64] = bytes(n * 37 % 251 for n in range(64))
    with path.open("r+b") as file:
        file.write(content)


def spoil_history(pool: BusyPool) -> None:
    """Every link of every movement."""
    path = pool.directory.views_path / "history" / "movements"
    with path.open("r+b") as file:
        for start in range(0, path.stat().st_size - MOVEMENT_BYTES, MOVEMENT_BYTES):
            file.seek(start)
            file.write(b"\xee" * 8)
            file.seek(start + 24)
            file.write(b"\xee" * 8)


KINDS = pytest.mark.parametrize(
    ("spoil", "ask", "name"),
    [(spoil_directory, names, "directory.db"), (spoil_history, past, "history")],
)
Spoil = Callable[[BusyPool], None]
Ask = Callable[[ReadSide], object]


@KINDS
def test_a_view_damaged_while_it_is_open_is_told_and_made_again(
    tmp_path: Path, spoil: Spoil, ask: Ask, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    pool = busy_pool(tmp_path, 3)
    side = opened(pool)
    expected = names(side), past(side)
    side.close()
    side = opened(pool)
    spoil(pool)
    with pytest.raises(ViewDamaged, match=name) as told:
        ask(side)
    assert told.value.code == "follower_unavailable"
    assert told.value.facts == {"file": name}
    assert side.follower.failure is told.value
    with pytest.raises(FollowerUnavailable, match=name), side.follower.reading():
        pass
    keep_busy(pool, 4, 10)  # commands go on
    with pytest.raises(FollowerUnavailable, match=name):
        side.follower.catch_up()
    side.close()
    with caplog.at_level(logging.WARNING, "tpwallet"):
        side = opened(pool)
    assert side.follower.failure is None
    assert names(side) == expected[0]
    assert side.follower.position == pool.shown[-1].position
    side.close()
    side = opened(pool)
    caplog.clear()
    assert (names(side), side.history.begun_again) == (expected[0], "")
    assert not caplog.records
    side.close()
    pool.close()


def test_a_history_damaged_while_it_is_closed_is_made_again_before_it_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pool = busy_pool(tmp_path, 3)
    side = opened(pool)
    expected = past(side)
    side.close()
    path = pool.directory.views_path / "history" / "movements"
    content = bytearray(path.read_bytes())
    content[MOVEMENT_BYTES * 3 + 9] ^= 0x40  # of a balance, which no link depends on
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING, "tpwallet"):
        side = opened(pool)
    assert past(side) == expected
    assert [record.name for record in caplog.records] == ["tpwallet.views"]
    assert "movements, block 0 is not what was written" in caplog.text
    side.close()
    pool.close()


def test_a_directory_damaged_while_it_is_closed_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pool = busy_pool(tmp_path, 3)
    side = opened(pool)
    expected = names(side)
    side.close()
    spoil_directory(pool)
    side = opened(pool)
    with pytest.raises(ViewDamaged):
        names(side)
    with caplog.at_level(logging.WARNING, "tpwallet"):
        side.close()
    assert "directory.db is made again from the journal" in caplog.text
    side = opened(pool)
    assert names(side) == expected
    side.close()
    pool.close()


def test_damage_that_adding_meets_is_made_good_too(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    side = opened(pool)
    expected = names(side)
    side.close()
    side = opened(pool)
    with side.accounts._engine.begin() as connection:
        connection.exec_driver_sql("drop table directory_notes")
    keep_busy(pool, 4, 60)
    with pytest.raises(ViewDamaged, match="no such table"):
        side.follower.catch_up()
    assert side.accounts.damage is side.follower.failure
    side.close()
    side = opened(pool)
    assert names(side) == expected
    side.close()
    pool.close()
