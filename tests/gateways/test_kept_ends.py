"""How far a journal is known to have reached, by everything that was made of it."""

import json
from pathlib import Path

import pytest

import tpwallet
from tpwallet.gateways import journal_end
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.kept_ends import furthest_end, kept_ends
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.processes import limits


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PoolDirectory:
    """A used pool with a checkpoint, a snapshot, a kept state and its writer's note."""
    monkeypatch.setattr(limits, "LAST_SNAPSHOT_WORK", 1)
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account("bank/EUR", asset="EUR", kind="asset")
        opened.totals()
    return PoolDirectory(tmp_path / "pool")


def test_every_witness_of_an_unharmed_journal_is_where_it_ends(pool: PoolDirectory) -> None:
    journal = open_journal(pool, read_only=True)
    end = journal.head().position
    journal.close()
    ends = list(kept_ends(pool))
    assert {one.position for one in ends} == {end}
    assert len({one.what for one in ends}) == 4


def test_a_pool_of_which_nothing_was_made_has_no_witness(tmp_path: Path) -> None:
    assert furthest_end(create_pool(tmp_path / "new", name="new", base_asset="EUR")) is None


def test_the_state_of_another_release_is_a_witness_too(pool: PoolDirectory) -> None:
    (pool.path / journal_end.NAME).unlink()
    file = pool.path / "live-state.json"
    content = json.loads(file.read_bytes())
    content["apply_versions"]["ledger"] += 1
    content["position"] += 7
    file.write_text(json.dumps(content))
    furthest = furthest_end(pool)
    assert furthest is not None
    assert furthest.position == content["position"]


def test_a_witness_tells_where_the_loss_begins(pool: PoolDirectory) -> None:
    furthest = furthest_end(pool)
    assert furthest is not None
    damage = furthest.cut_off(2)
    assert isinstance(damage, JournalCorrupt)
    assert damage.position == 3
    assert str(furthest.position) in str(damage)


def test_a_witness_that_cannot_be_read_is_none_and_the_others_speak(pool: PoolDirectory) -> None:
    end = furthest_end(pool)
    assert end is not None
    (pool.log_path / "latest-checkpoint").write_bytes(b"\x80")
    (pool.path / "live-state.json").write_bytes(b"{")
    assert {one.position for one in kept_ends(pool)} == {end.position}
    (pool.path / journal_end.NAME).write_text("")
    (pool.log_path / "checkpoints.jsonl").write_bytes(b"[1")
    assert [one.what for one in kept_ends(pool)] == ["a snapshot was made at"]


def test_a_kept_checkpoint_is_a_witness_without_the_newest(pool: PoolDirectory) -> None:
    note = (pool.log_path / "latest-checkpoint").read_text()
    (pool.log_path / "checkpoints.jsonl").write_text(json.dumps([77, note]) + '\n[99, "cut')
    furthest = furthest_end(pool)
    assert furthest is not None
    assert furthest.position == 77
