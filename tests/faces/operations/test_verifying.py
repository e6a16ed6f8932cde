"""A pool verifies when it is whole; when it is not, the first bad position is named."""

import json
import shutil
from pathlib import Path

import pytest

from tests.faces.operations.damage import change_body, cut_off, first_position, remove_commit
from tpwallet.faces.operations.reading import blinding_key_of, reading, signer_of
from tpwallet.faces.operations.verifying import Report, verify_path, verify_pool
from tpwallet.gateways.live_state import keep_live_state, kept_live_state
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub import Writer, empty_replica
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.processes.verification.kept_state import KeptState
from tpwallet.processes.verification.verdict import Check, Outcome


def outcomes(report: Report) -> dict[Check, Outcome]:
    return {result.check: result.outcome for result in report.verdict.results}


def failed(report: Report) -> set[Check]:
    return {check for check, outcome in outcomes(report).items() if outcome is Outcome.FAILED}


def test_a_whole_pool_verifies_in_every_check(template: PoolDirectory) -> None:
    report = verify_pool(template)
    assert report.ok
    assert set(outcomes(report).values()) == {Outcome.OK}
    verdict = report.verdict
    assert verdict.signed_through == verdict.trusted_through == verdict.position
    assert verdict.transfers > 3_000
    for ledger in verdict.ledgers:
        assert ledger.debits_posted == ledger.credits_posted
        assert ledger.debits_pending == ledger.credits_pending


def test_a_pool_verifies_beside_its_writer(pool: PoolDirectory) -> None:
    writer = Writer(pool)
    try:
        assert verify_pool(pool).ok
    finally:
        writer.close()


def test_replay_arrives_at_the_state_the_last_writer_had(pool: PoolDirectory) -> None:
    writer = Writer(pool)
    position, live = writer.read(lambda state: (state.position, state.state_hash()))
    writer.close()
    report = verify_pool(pool)
    assert (report.verdict.position, report.verdict.state_hash) == (position, live.hex())
    assert outcomes(report)[Check.REPLAY] is Outcome.OK


@pytest.mark.parametrize("field", ["state_hash", "commands_hash"])
def test_a_live_state_that_replay_does_not_arrive_at_is_found(
    pool: PoolDirectory, field: str
) -> None:
    kept = kept_live_state(pool.path, empty_replica(pool.pool_id))
    assert kept is not None
    changed = {field: bytes(32)} | {"position": kept.position}
    keep_live_state(
        pool.path, type(kept)(**({f: getattr(kept, f) for f in kept.__struct_fields__} | changed))
    )
    report = verify_pool(pool)
    assert failed(report) == {Check.REPLAY}
    assert report.verdict.first_bad_position == kept.position
    assert "the last writer" in report.verdict.findings[0].message


def test_a_live_state_of_another_release_says_nothing(pool: PoolDirectory) -> None:
    kept = kept_live_state(pool.path, empty_replica(pool.pool_id))
    assert kept is not None
    file = pool.path / "live-state.json"
    content = json.loads(file.read_bytes())
    content["apply_versions"]["ledger"] += 1
    file.write_text(json.dumps(content))
    assert kept_live_state(pool.path, empty_replica(pool.pool_id)) is None
    file.write_bytes(b'{"position":')
    assert verify_pool(pool).ok


def test_a_snapshot_is_compared_with_the_replay(pool: PoolDirectory) -> None:
    replica = empty_replica(pool.pool_id)
    with reading(pool) as journal:
        replica.catch_up(journal)
    snapshot = take_snapshot(replica)
    SnapshotDirectory(pool.snapshots_path).save(snapshot.position, snapshot.chunks())
    whole = verify_pool(pool)
    assert whole.ok
    replay = next(one for one in whole.verdict.results if one.check is Check.REPLAY)
    assert replay.count == 3  # the books, the last writer, the snapshot


@pytest.mark.parametrize("at_least", [2, 9, 20, 30])
def test_a_missing_commit_is_named(pool: PoolDirectory, at_least: int) -> None:
    missing = remove_commit(pool, at_least=at_least)
    report = verify_pool(pool)
    assert not report.ok
    assert report.verdict.first_bad_position == missing
    assert report.verdict.trusted_through == missing - 1
    assert Check.CHAIN in failed(report)


@pytest.mark.parametrize("at_least", [2, 9, 20, 30])
def test_one_changed_bit_of_a_body_is_named(pool: PoolDirectory, at_least: int) -> None:
    changed = change_body(pool, at_least=at_least)
    report = verify_pool(pool)
    assert report.verdict.first_bad_position == changed
    assert failed(report) == {Check.CHAIN}


def test_a_journal_that_was_cut_off_does_not_reach_what_was_signed(pool: PoolDirectory) -> None:
    end = cut_off(pool, at_least=20)
    report = verify_pool(pool)
    assert not report.ok
    assert Check.LOG in failed(report)
    assert report.verdict.position == end
    assert report.verdict.first_bad_position is not None
    assert report.verdict.first_bad_position <= end + 1


@pytest.mark.parametrize("witness", ["journal.end", "live-state.json", "log"])
def test_a_journal_that_was_cut_off_can_be_trusted_to_where_it_ends(
    pool: PoolDirectory, witness: str
) -> None:
    """Whichever witness is left, and however few checkpoints were signed."""
    for file in {"journal.end", "live-state.json"} - {witness}:
        (pool.path / file).unlink()
    if witness != "log":
        shutil.rmtree(pool.log_path)
    end = cut_off(pool, at_least=20)
    report = verify_pool(pool)
    assert not report.ok
    assert report.verdict.position == report.verdict.trusted_through == end
    assert report.verdict.first_bad_position == end + 1
    assert f"the journal ends at {end}, but" in report.verdict.findings[0].message


def test_a_journal_that_is_gone_is_damage_from_the_first(pool: PoolDirectory) -> None:
    pool.journal_path.unlink()
    report = verify_pool(pool)
    assert report.verdict.first_bad_position == 1
    assert report.verdict.trusted_through == 0


def test_a_file_that_is_no_database_any_more_is_damage_from_the_first(pool: PoolDirectory) -> None:
    content = bytearray(pool.journal_path.read_bytes())
    content[:16] = bytes(16)
    pool.journal_path.write_bytes(content)
    report = verify_pool(pool)
    assert not report.ok
    assert report.verdict.trusted_through == 0


def test_a_lost_page_is_named_and_what_comes_before_can_be_trusted(pool: PoolDirectory) -> None:
    content = bytearray(pool.journal_path.read_bytes())
    page = len(content) // 2 // 32768 * 32768
    content[page : page + 32768] = bytes(32768)
    pool.journal_path.write_bytes(content)
    report = verify_pool(pool)
    assert not report.ok
    assert report.verdict.first_bad_position is not None
    assert report.verdict.trusted_through == report.verdict.first_bad_position - 1


def test_another_pools_checkpoint_is_not_taken(pool: PoolDirectory, tmp_path: Path) -> None:
    stranger = create_pool(tmp_path / "stranger", name="stranger", base_asset="EUR")
    report = verify_pool(pool, vkeys=[str(signer_of(stranger).vkey)])
    assert failed(report) == {Check.SIGNATURES}
    assert report.keys_pinned


def test_a_forged_checkpoint_is_found(pool: PoolDirectory) -> None:
    latest = pool.log_path / "latest-checkpoint"
    note = latest.read_text()
    time_line = next(row for row in note.splitlines() if row.startswith("time "))
    latest.write_text(note.replace(time_line, "time 1"))
    report = verify_pool(pool)
    assert failed(report) == {Check.LOG, Check.SIGNATURES}


def test_another_blinding_key_leads_to_another_root(pool: PoolDirectory) -> None:
    secrets = json.loads((pool.path / "secrets.json").read_bytes())
    secrets["blinding_key"] = bytes(32).hex()
    (pool.path / "secrets.json").write_text(json.dumps(secrets))
    changed = PoolDirectory(pool.path)
    assert blinding_key_of(changed) == bytes(32)
    report = verify_pool(changed)
    assert Check.LOG in failed(report)


def test_a_state_that_was_kept_elsewhere_is_compared(template: PoolDirectory) -> None:
    position = first_position(template, 20) - 1
    wrong = KeptState("the auditor", position, bytes(32))
    report = verify_pool(template, expected=[wrong])
    assert failed(report) == {Check.REPLAY}
    assert report.verdict.first_bad_position == position


def test_what_is_neither_pool_nor_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        verify_path(tmp_path / "nothing")
    with pytest.raises(Malformed):
        verify_path(tmp_path)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(Malformed, match="is no export"):
        verify_path(tmp_path / "text")


def test_a_new_pool_without_checkpoints_says_what_was_not_checked(tmp_path: Path) -> None:
    directory = create_pool(tmp_path / "pool", name="new", base_asset="EUR")
    Writer(directory).close()
    report = verify_pool(directory)
    assert report.ok
    assert outcomes(report)[Check.SIGNATURES] is Outcome.SKIPPED
    shutil.rmtree(directory.path)
