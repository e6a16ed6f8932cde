"""A pool opened for reading only: it answers as an open pool does, and is in nobody's way."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.client.api import Methods
from tpwallet.faces.embedded import Pool
from tpwallet.faces.reading.reader import Reader
from tpwallet.processes.errors import PositionNotReached

BANK, ADA = "bank/main/EUR", "customer/ada/EUR"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pool"


@pytest.fixture
def pool(folder: Path) -> Iterator[Pool]:
    with tpwallet.open(folder) as opened:
        opened.open_account(BANK, asset="EUR", kind="asset")
        opened.open_account(ADA, asset="EUR", kind="liability")
        opened.transfer(debit=BANK, credit=ADA, amount="100.00", asset="EUR", transfer_id="7")
        opened.put_document("fees", "retail", b'{"bps":1}')
        yield opened


def pay(pool: Pool) -> int:
    return pool.transfer(debit=BANK, credit=ADA, amount="1.00", asset="EUR").position


def test_a_writer_goes_on_beside_a_reader_who_sees_what_it_pays(pool: Pool, folder: Path) -> None:
    with tpwallet.read(folder) as reader:
        for paid in ("101.00", "102.00", "103.00"):
            position = pay(pool)
            assert reader.balance(ADA).posted == paid
            assert reader.statement(ADA).position == reader.totals().position == position
    assert pay(pool) == pool.position


def test_a_reader_answers_as_the_open_pool_does(pool: Pool, folder: Path) -> None:
    def ask(asked: Pool | Reader) -> list[object]:
        return [
            asked.balance(ADA),
            asked.balance(ADA, at=6),
            asked.find_transfer("7"),
            list(asked.each_account(prefix="customer/")),
            list(asked.each_version("fees", "retail")),
            list(asked.each_document_in_force("fees")),
            asked.assets(),
            asked.closed_period(),
            asked.grants(),
            asked.keys(),
            asked.proof_of_transfer("7").item,
        ]

    with tpwallet.read(folder) as reader:
        theirs = ask(reader)
    assert theirs == ask(pool)


def test_reading_writes_nothing_into_the_journal(pool: Pool, folder: Path) -> None:
    before = pool.position
    pool.close()
    with tpwallet.read(folder) as reader:
        assert reader.reading_position().journal_position == before
        assert reader.checkpoint().position == before
    with tpwallet.read(folder) as reader:
        assert reader.reading_position().journal_position == before


def test_a_pool_is_read_beside_another_reader_with_the_same_answers(
    pool: Pool, folder: Path
) -> None:
    def ask(asked: Pool | Reader) -> list[object]:
        return [
            asked.balance(ADA),
            asked.balance(ADA, at=6),
            asked.statement(ADA),
            list(asked.each_account(prefix="customer/")),
            asked.totals().checked,
            asked.keys(),
        ]

    with tpwallet.read(folder) as first, tpwallet.read(folder) as second:
        found = ask(second)
        assert found == ask(first)
        paid = pay(pool)
        assert second.balance(ADA).position == first.balance(ADA).position == paid
        late = ask(second)
    assert late == ask(pool) != found


def test_a_reader_beside_another_leaves_the_pools_directory_as_it_is(
    pool: Pool, folder: Path
) -> None:
    pool.totals()  # opens the pool's own views

    def files() -> dict[str, tuple[int, bytes]]:
        return {
            str(file.relative_to(folder)): (file.stat().st_mtime_ns, file.read_bytes())
            for name in ("views", "log", "snapshots")
            for file in sorted((folder / name).rglob("*"))
            if file.is_file()
        }

    pool.checkpoint()
    before = files()
    with tpwallet.read(folder) as reader:
        assert reader.totals().checked
    assert files() == before


def test_a_reader_beside_another_proves_with_what_was_published_and_signs_nothing(
    pool: Pool, folder: Path
) -> None:
    noted = pool.checkpoint()
    with tpwallet.read(folder) as reader:
        assert reader.checkpoint().note == noted.note
        assert reader.proof_of_transfer("7").item == pool.proof_of_transfer("7").item
        paid = pay(pool)
        assert reader.balance(ADA).position == paid
        assert reader.checkpoint().note == noted.note
        with pytest.raises(PositionNotReached, match="no checkpoint"):
            reader.proof_of_event(paid)
    assert pool.proof_of_event(paid).position == paid


def test_a_reader_has_questions_of_the_client_and_nothing_else() -> None:
    questions = {name for name in dir(Reader) if not name.startswith("_")}
    assert questions <= {name for name in dir(Methods) if not name.startswith("_")}
    assert questions <= set(dir(Pool))
    changes = ("transfer", "open_account", "issue_key", "override_clock", "erase")
    assert not questions & set(changes)


def test_who_only_writes_waits_for_nothing_that_reading_needs() -> None:
    program = "import sys, tpwallet; tpwallet.open; print('sqlalchemy' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["False"]
