"""A pool whose files were damaged: what cannot be trusted is refused, the rest is rebuilt."""

import shutil
import sqlite3
from pathlib import Path

import pytest

import tpwallet
from tpwallet.domains.ledger.records import Transfer, pack_transfers
from tpwallet.faces.embedded import Pool
from tpwallet.kernel.commit import Commit, Header
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.processes import limits

BANK, ADA = "bank/main/EUR", "customer/ada/EUR"


def used(path: Path, payments: int = 12) -> Path:
    """A pool that has been used and closed."""
    with tpwallet.open(path) as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        pool.open_account(ADA, asset="EUR", kind="liability", guarded=False)
        pool.open_account("desk/EUR", asset="EUR", kind="clearing", guarded=False)
        for _ in range(payments):
            pool.transfer(debit=BANK, credit=ADA, amount="1.00", asset="EUR")
        pool.totals()
    return path


def busy(pool: Pool, first_id: int) -> None:
    """A batch, which is worth a snapshot where the limit is low."""
    debit, credit = (int(pool.balance(name).account_id) for name in ("desk/EUR", ADA))
    pool.create_transfers(
        pack_transfers(
            [
                Transfer(
                    id=first_id + number,
                    debit_account_id=debit,
                    credit_account_id=credit,
                    amount=1,
                    ledger=978,
                    code=1,
                )
                for number in range(100)
            ]
        )
    )


def spoil_body(path: Path, position: int) -> None:
    """Flip one bit of the body that holds a position, in the journal's own file."""
    with sqlite3.connect(path / "journal.db") as journal:
        first, body = journal.execute(
            "select first_position, body from commits where first_position <= ?"
            " order by first_position desc limit 1",
            (position,),
        ).fetchone()
        spoilt = bytearray(body)
        spoilt[len(spoilt) // 2] ^= 1
        journal.execute(
            "update commits set body = ? where first_position = ?", (bytes(spoilt), first)
        )
    journal.close()


def forget_after(path: Path, position: int) -> None:
    """Cut the journal off behind a position."""
    with sqlite3.connect(path / "journal.db") as journal:
        journal.execute("delete from commits where first_position > ?", (position,))
    journal.close()


def leave_no_witness_but(path: Path, evidence: str) -> None:
    """Take away everything but one that says how far the journal had reached."""
    for folder in {"log", "snapshots", "views"} - {evidence}:
        shutil.rmtree(path / folder, ignore_errors=True)
    for file in {"live-state.json", "journal.end"} - {evidence}:
        (path / file).unlink()


def refused(path: Path) -> JournalCorrupt:
    with pytest.raises(JournalCorrupt) as found, tpwallet.open(path):
        pass
    return found.value


@pytest.mark.parametrize("position", [1, 7, 14])
def test_a_flipped_bit_is_refused_by_its_position(tmp_path: Path, position: int) -> None:
    path = used(tmp_path / "pool")
    with sqlite3.connect(path / "journal.db") as journal:
        (begins,) = journal.execute(
            "select max(first_position) from commits where first_position <= ?", (position,)
        ).fetchone()
    journal.close()
    spoil_body(path, position)
    damage = refused(path)
    assert damage.position == begins
    assert f"the first position that cannot be trusted is {begins}" in str(damage)
    assert f"tpwallet verify {path} --report" in str(damage)


def test_a_flipped_bit_of_a_header_is_refused_by_its_position(tmp_path: Path) -> None:
    path = used(tmp_path / "pool")
    with sqlite3.connect(path / "journal.db") as journal:
        (header,) = journal.execute(
            "select header from commits where first_position = 9"
        ).fetchone()
        spoilt = bytearray(header)
        spoilt[50] ^= 1
        journal.execute("update commits set header = ? where first_position = 9", (bytes(spoilt),))
    journal.close()
    assert refused(path).position == 9


@pytest.mark.parametrize("evidence", ["log", "snapshots", "live-state.json", "journal.end"])
def test_a_journal_cut_off_behind_what_was_made_of_it_is_refused(
    tmp_path: Path, evidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LAST_SNAPSHOT_WORK", 1)
    path = used(tmp_path / "pool")
    leave_no_witness_but(path, evidence)
    forget_after(path, 10)
    damage = refused(path)
    assert damage.position == 11
    assert "cut off" in str(damage)


def test_a_journal_cut_off_behind_the_views_is_refused_to_readers(tmp_path: Path) -> None:
    path = used(tmp_path / "pool")
    leave_no_witness_but(path, "views")
    forget_after(path, 10)
    with tpwallet.open(path) as pool, pytest.raises(JournalCorrupt, match="--report") as found:
        pool.totals()
    assert found.value.position == 12  # opening wrote one entry of its own


def test_a_journal_rewritten_since_a_checkpoint_is_refused(tmp_path: Path) -> None:
    path = used(tmp_path / "pool")
    other = tmp_path / "other"
    other.mkdir()
    for name in ("pool.json", "secrets.json"):
        shutil.copy(path / name, other / name)
    used(other, payments=20)
    shutil.copy(other / "journal.db", path / "journal.db")
    assert "not the one a checkpoint was made of" in str(refused(path))


def snapshots_of(path: Path) -> list[Path]:
    return sorted((path / "snapshots").iterdir())


def with_two_snapshots(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A pool with two snapshots; returns what the customer has."""
    monkeypatch.setattr(limits, "LAST_SNAPSHOT_WORK", 50)
    used(path)
    posted = ""
    for first_id in (1000, 2000):
        with tpwallet.open(path) as pool:
            busy(pool, first_id)
            posted = pool.balance(ADA).posted
    assert len(snapshots_of(path)) >= 2
    return posted


@pytest.mark.parametrize("count", [1, 9])
def test_damaged_snapshots_cost_only_time(
    tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pool"
    posted = with_two_snapshots(path, monkeypatch)
    for file in snapshots_of(path)[-count:]:
        content = bytearray(file.read_bytes())
        content[len(content) // 3] ^= 1
        file.write_bytes(content)
    with tpwallet.open(path) as pool:
        assert pool.balance(ADA).posted == posted == pool.account(ADA).account.posted
        assert pool.totals().checked


def test_damage_before_the_snapshot_is_found_beside_the_daily_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pool"
    with_two_snapshots(path, monkeypatch)
    spoil_body(path, 5)
    with tpwallet.open(path) as pool:
        assert pool.totals().checked
        side = pool._side
        assert side is not None
        for thread in side._threads:
            if thread.name == "chain-check":
                thread.join(20)
        failure = side.chain_check.failure
        assert failure is not None
        assert failure.position == 5
        assert pool.reading_position().failure == "position 5: body does not match its hash"
        with pytest.raises(JournalCorrupt):
            pool.totals(at=6)


def test_views_that_were_damaged_or_lost_are_built_again(tmp_path: Path) -> None:
    path = used(tmp_path / "pool")
    with tpwallet.open(path) as pool:
        whole = (pool.accounts(), list(pool.history(ADA)))
    (path / "views" / "directory.db").write_bytes(b"this is no database" * 100)
    (path / "views" / "history" / "state").write_bytes(b"nor this")
    (path / "log" / "hashes").write_bytes(b"nor that" * 4)
    with tpwallet.open(path) as pool:
        found = pool.accounts()
        assert (found.accounts, list(pool.history(ADA))) == (whole[0].accounts, whole[1])
        assert pool.checkpoint().position == pool.position
    shutil.rmtree(path / "views")
    with tpwallet.open(path) as pool:
        assert pool.accounts().accounts == whole[0].accounts


def test_a_body_that_is_whole_but_not_the_headers_is_refused(tmp_path: Path) -> None:
    path = used(tmp_path / "pool")
    with sqlite3.connect(path / "journal.db") as journal:
        header, body = journal.execute(
            "select header, body from commits where first_position = 9"
        ).fetchone()
        other = journal.execute("select body from commits where first_position = 10").fetchone()[0]
        assert Commit(header, body).header == Header.unpack(header)
        journal.execute("update commits set body = ? where first_position = 9", (other,))
    journal.close()
    assert refused(path).position == 9
