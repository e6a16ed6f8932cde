"""The transparency log: the root of RFC 6962 over the journal's leaves, whatever happened to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes.busy import BusyPool, busy_pool
from tests.proofs.rfc6962 import mth
from tpwallet.hub.views import open_log
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt
from tpwallet.kernel.journal import Head
from tpwallet.kernel.leaves import leaves_of
from tpwallet.keys.signing import verify
from tpwallet.proofs.checkpoint import unverified_checkpoint, verified_checkpoint
from tpwallet.proofs.merkle import HASH_BYTES
from tpwallet.views import limits
from tpwallet.views.log import TransparencyLog


@contextmanager
def opened(pool: BusyPool) -> Iterator[TransparencyLog]:
    log = open_log(pool.directory)
    try:
        yield log
    finally:
        log.close()


def head_of(commit: Commit) -> Head:
    header = commit.header
    return Head(header.last_position, commit.hash, header.epoch, header.time)


def follow(pool: BusyPool, log: TransparencyLog, until: int | None = None) -> None:
    """Add commit after commit and publish each."""
    for commit in pool.storage.commits:
        if log.position < commit.header.last_position <= (until or 1 << 60):
            log.apply(commit.entries())
            log.publish(head_of(commit))


def root_of(pool: BusyPool, position: int) -> bytes:
    """The root as RFC 6962 defines it, from nothing but the journal."""
    key = bytes.fromhex(pool.directory.secrets.blinding_key)
    run = b"".join(leaves_of(commit.entries(), key) for commit in pool.storage.commits)
    leaves = [run[at : at + HASH_BYTES] for at in range(0, len(run), HASH_BYTES)]
    return mth(leaves[:position])


def test_every_checkpoint_states_the_root_of_rfc_6962(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    with opened(pool) as log:
        for commit in pool.storage.commits:
            log.apply(commit.entries())
            log.publish(head_of(commit))
            note = log.note()
            assert note is not None
            stated = verified_checkpoint(note, [log.vkey], verify)
            assert stated.root == root_of(pool, commit.header.last_position)
            assert (stated.position, stated.commit, stated.time_ns) == (
                commit.header.last_position,
                commit.hash,
                commit.header.time,
            )


def test_it_goes_on_where_it_was_made_durable(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    end = pool.shown[-1].position
    with opened(pool) as log:
        follow(pool, log, end - 8)
        durable = log.position
        log.flush()
        follow(pool, log, end - 2)
    with opened(pool) as log:
        assert log.position == durable
        follow(pool, log)
        assert log.root(end) == root_of(pool, end)


@pytest.mark.parametrize("damage", ["cut", "altered", "gone"])
def test_hashes_that_do_not_lead_to_the_checkpoint_are_computed_again(
    tmp_path: Path, damage: str
) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    end = pool.shown[-1].position
    with opened(pool) as log:
        follow(pool, log)
        log.flush()
    file = pool.directory.log_path / "hashes"
    content = bytearray(file.read_bytes())
    content[len(content) - 20] ^= 1
    altered = {"cut": bytes(content[: len(content) // 2]), "altered": bytes(content), "gone": b""}
    file.write_bytes(altered[damage])
    with opened(pool) as log:
        assert log.position == 0
        assert log.signed is not None
        follow(pool, log)
        assert log.root(end) == root_of(pool, end)


def test_hashes_after_the_checkpoint_are_cut_off(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    with opened(pool) as log:
        follow(pool, log)
        log.flush()
        position = log.position
    file = pool.directory.log_path / "hashes"
    file.write_bytes(file.read_bytes() + bytes(77))
    with opened(pool) as log:
        assert log.position == position


def test_a_journal_that_leads_to_another_root_than_was_signed_is_found(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    with opened(pool) as log:
        follow(pool, log)
        log.flush()
    (pool.directory.log_path / "hashes").unlink()
    other = busy_pool(tmp_path / "other", 2, commands=30)
    with opened(pool) as log, pytest.raises(JournalCorrupt, match="signed"):
        follow(other, log)


def test_checkpoints_are_kept_by_distance_and_by_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEPT_POSITIONS", 10)
    pool = busy_pool(tmp_path, 1, commands=30)
    with opened(pool) as log:
        follow(pool, log)
        kept = log._checkpoints.kept_positions()
    by_distance = [pool.storage.commits[0].header.last_position]
    for commit in pool.storage.commits:
        if commit.header.last_position - by_distance[-1] >= 10:
            by_distance.append(commit.header.last_position)
    assert kept == by_distance
    monkeypatch.setattr(limits, "KEPT_NS", 1)
    again = busy_pool(tmp_path / "again", 1, commands=5)
    with opened(again) as log:
        follow(again, log)
        ends = [commit.header.last_position for commit in again.storage.commits]
        assert log._checkpoints.kept_positions() == ends


def test_a_kept_checkpoint_is_compared_when_the_log_is_computed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEPT_POSITIONS", 5)
    pool = busy_pool(tmp_path, 1, commands=20)
    with opened(pool) as log:
        follow(pool, log)
    (pool.directory.log_path / "latest-checkpoint").unlink()
    other = busy_pool(tmp_path / "other", 2, commands=30)
    with opened(pool) as log, pytest.raises(JournalCorrupt):
        follow(other, log)
    with opened(pool) as log:
        follow(pool, log)


def test_a_past_checkpoint_is_signed_the_same_again(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    with opened(pool) as log:
        notes = {}
        for commit in pool.storage.commits:
            log.apply(commit.entries())
            log.publish(head_of(commit))
            notes[commit.header.last_position] = log.note()
        for commit in pool.storage.commits:
            assert log.sign_again(head_of(commit)) == notes[commit.header.last_position]


def test_publishing_twice_signs_once(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=3)
    with opened(pool) as log:
        follow(pool, log)
        note = log.note()
        log.publish(head_of(pool.storage.commits[-1]))
        assert log.note() is note


def test_entries_out_of_order_are_refused(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=3)
    with opened(pool) as log:
        with pytest.raises(InvariantBroken):
            log.apply(pool.storage.commits[1].entries())
        log.apply(pool.storage.commits[0].entries())
        with pytest.raises(InvariantBroken):
            log.publish(head_of(pool.storage.commits[1]))


def test_a_log_that_was_never_published_has_no_checkpoint(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=3)
    with opened(pool) as log:
        assert (log.note(), log.signed, log.published([])) == (None, None, None)
        log.apply(pool.storage.commits[0].entries())
        log.flush()
    with opened(pool) as log:
        assert log.position == 0, "what no checkpoint covers is computed again"


def test_the_newest_checkpoint_survives_as_text(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=3)
    with opened(pool) as log:
        follow(pool, log)
        log.flush()
        note = log.note()
    file = pool.directory.log_path / "latest-checkpoint"
    assert file.read_text(encoding="utf-8") == note
    assert unverified_checkpoint(file.read_text(encoding="utf-8")).position > 0
