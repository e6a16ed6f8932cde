"""The database of views: what is damage, and what only passes."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from tpwallet.gateways.view_database import damage_of_view_database, open_view_database
from tpwallet.ports.view import ViewDamaged

ROWS = 2000
PAGE = 4096


def filled(path: Path) -> Path:
    engine = open_view_database(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table names (id integer primary key, name text unique)")
        for number in range(ROWS):
            connection.exec_driver_sql(
                "insert into names values (?, ?)", (number, f"{number:04}" * 20)
            )
    engine.dispose()
    return path


def read_all(path: Path) -> int:
    engine = open_view_database(path)
    try:
        with engine.begin() as connection:
            return len(connection.exec_driver_sql("select name from names order by id").all())
    finally:
        engine.dispose()


def spoil(path: Path, pages: range) -> None:
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * PAGE : page * PAGE + 64] = bytes(n * 37 % 251 for n in range(64))
    path.write_bytes(content)


def test_a_whole_database_is_no_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "names.db")
    assert read_all(path) == ROWS
    assert damage_of_view_database(path) is None
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_is_checked_with_what_its_owner_has_just_added(tmp_path: Path) -> None:
    path = filled(tmp_path / "names.db")
    engine = open_view_database(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("delete from names where id < 1900")
    assert damage_of_view_database(path) is None
    engine.dispose()


@pytest.mark.parametrize("pages", [range(1), range(1, 40), range(30, 60)])
def test_a_page_that_does_not_hold_together_is_damage(tmp_path: Path, pages: range) -> None:
    path = filled(tmp_path / "names.db")
    spoil(path, pages)
    with pytest.raises(ViewDamaged, match=r"names\.db is damaged") as refused:
        read_all(path)
    assert refused.value.facts == {"file": "names.db"}
    assert damage_of_view_database(path) is not None


def test_text_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "names.db")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"0123" * 20, b"\xff\xfe\xfd\xfc" * 20))
    with pytest.raises(ViewDamaged, match="UTF-8"):
        read_all(path)


def test_a_file_cut_short_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "names.db")
    path.write_bytes(path.read_bytes()[: 20 * PAGE])
    with pytest.raises(ViewDamaged):
        read_all(path)


def test_a_table_that_is_gone_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "names.db")
    with sqlite3.connect(path) as database:
        database.execute("drop table names")
    database.close()
    with pytest.raises(ViewDamaged, match="no such table"):
        read_all(path)


def test_a_row_that_is_there_already_is_damage(tmp_path: Path) -> None:
    engine = open_view_database(filled(tmp_path / "names.db"))
    with pytest.raises(ViewDamaged), engine.begin() as connection:
        connection.exec_driver_sql("insert into names values (1, 'again')")
    engine.dispose()


def test_a_lock_is_no_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "names.db")
    engine = open_view_database(path)
    holder = sqlite3.connect(path)
    holder.execute("begin immediate")
    with engine.begin() as connection:
        connection.exec_driver_sql("pragma busy_timeout = 1")
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            connection.exec_driver_sql("delete from names")
    holder.close()
    engine.dispose()


def test_a_full_disk_is_no_damage(tmp_path: Path) -> None:
    engine = open_view_database(filled(tmp_path / "names.db"))
    row = (ROWS, "x" * 100 * PAGE)
    with engine.begin() as connection:
        connection.exec_driver_sql("pragma max_page_count = 1")
        with pytest.raises(sa.exc.OperationalError, match="full"):
            connection.exec_driver_sql("insert into names values (?, ?)", row)
    engine.dispose()


def test_a_database_that_may_not_be_opened_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(sa.exc.OperationalError, match="unable to open"):
        read_all(tmp_path / "missing" / "names.db")
    with pytest.raises(sqlite3.OperationalError):
        damage_of_view_database(tmp_path / "none.db")
