"""Archiving: the journal stays one journal, whole and provable, whatever happens in between."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.embedded import Pool
from tpwallet.faces.operations.archiving import archive_segment, list_segments
from tpwallet.faces.operations.backing_up import back_up
from tpwallet.faces.operations.exporting import export_pool
from tpwallet.faces.operations.restoring import restore
from tpwallet.faces.operations.verifying import verify_export, verify_pool
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.errors import JournalCorrupt, Malformed, SegmentNotAtHand

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
BANK, ADA = "bank/EUR", "customer/ada/EUR"
PAYMENTS = 20


def pay(pool: Pool, number: int) -> str:
    receipt = pool.transfer(
        debit=BANK, credit=ADA, amount="1.00", asset="EUR", command_id=f"payment-{number}"
    )
    return receipt.transfers[0].place


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool of one epoch marker, two accounts and twenty payments, each a commit."""
    path = tmp_path_factory.mktemp("paid") / "pool"
    with tpwallet.open(path) as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        pool.open_account(ADA, asset="EUR", kind="liability")
        for number in range(PAYMENTS):
            pay(pool, number)
    return path


@pytest.fixture
def path(paid: Path, tmp_path: Path) -> Path:
    """A copy of that pool."""
    return Path(shutil.copytree(paid, tmp_path / "pool"))


def archive(path: Path, through: int) -> Path:
    return Path(archive_segment(PoolDirectory(path), through).file)


def trimmed(path: Path) -> int:
    return list_segments(PoolDirectory(path)).trimmed


def hide(file: Path, tmp_path: Path) -> Path:
    hidden = tmp_path / f"hidden-{file.name}"
    shutil.move(file, hidden)
    return hidden


# One journal


def test_archived_pool_verifies_and_exports_as_before(path: Path, tmp_path: Path) -> None:
    archive(path, 8)
    archive(path, 17)
    assert trimmed(path) == 16
    report = verify_pool(PoolDirectory(path))
    assert report.ok, report.verdict.findings
    out = tmp_path / "pool.tpwx"
    exported = export_pool(PoolDirectory(path), out)
    assert verify_export(out).ok
    stranger = subprocess.run(
        [sys.executable, str(ROOT / "verify_tpwallet.py"), str(out), "--key", exported.vkey],
        capture_output=True,
        text=True,
        check=False,
    )
    assert stranger.returncode == 0, stranger.stdout + stranger.stderr
    assert "OK" in stranger.stdout


def test_old_answers_proofs_and_events_are_given_across_the_seam(path: Path) -> None:
    archive(path, 17)
    with tpwallet.open(path) as pool:
        again = [pay(pool, number) for number in range(PAYMENTS)]
        assert len(set(again)) == PAYMENTS
        assert pool.balance(ADA).posted == f"{PAYMENTS}.00"
        events = pool.events(limit=100).events
        assert [event.position for event in events] == list(range(1, len(events) + 1))
        for position in (2, 16, 17, 18, 20):
            assert pool.proof_of_event(position).position == position
        [first, *_] = pool.transactions(account=ADA, limit=1).transfers
        assert pool.proof_of_transfer(first.transfer_id).position == 7
        pay(pool, PAYMENTS)
    assert verify_pool(PoolDirectory(path)).ok


def test_segment_ends_with_the_last_whole_commit(tmp_path: Path) -> None:
    path = tmp_path / "pool"
    with tpwallet.open(path) as pool:
        pool.open_account(
            BANK, asset="EUR", kind="asset"
        )  # two events: 3 and 4, after the marker's
    journal = open_journal(PoolDirectory(path), read_only=True)
    ends = [commit.header.last_position for commit in journal.read()]
    journal.close()
    assert ends == [2, 4]
    assert archive_segment(PoolDirectory(path), 3).last_position == 2
    assert archive_segment(PoolDirectory(path), 4).first_position == 3


def test_segment_may_end_at_the_head(path: Path) -> None:
    writer = Writer(PoolDirectory(path))
    end = writer.position
    writer.close()
    archive(path, end)
    assert verify_pool(PoolDirectory(path)).ok


def test_journal_says_what_was_archived(path: Path) -> None:
    segment = archive_segment(PoolDirectory(path), 10)
    with tpwallet.open(path) as pool:
        [event] = [
            one for one in pool.events(limit=100).events if one.name == "kernel.segment_archived@1"
        ]
    assert event.body == {
        "through": 10,
        "commit_hash": segment.commit_hash,
        "sha256": segment.sha256,
    }
    assert list_segments(PoolDirectory(path)).segments == [segment]


def test_room_in_the_database_is_used_again(path: Path) -> None:
    database = PoolDirectory(path).journal_path
    with tpwallet.open(path) as pool:
        for _ in range(300):
            pool.transfer(
                debit=BANK, credit=ADA, amount="1.00", asset="EUR", metadata={"x": "y" * 4000}
            )
        end = pool.position
    before = database.stat().st_size
    archive(path, end)
    with tpwallet.open(path) as pool:
        for _ in range(250):
            pool.transfer(
                debit=BANK, credit=ADA, amount="1.00", asset="EUR", metadata={"x": "y" * 4000}
            )
    assert database.stat().st_size < before + before // 2


# The file elsewhere


def test_pool_opens_and_pays_without_the_file_and_names_it_when_it_is_wanted(
    path: Path, tmp_path: Path
) -> None:
    segment = archive_segment(PoolDirectory(path), 17, folder=tmp_path / "tape")
    file = Path(segment.file)
    assert file.parent == tmp_path / "tape"
    assert segment.at_hand
    hidden = hide(file, tmp_path)
    assert not list_segments(PoolDirectory(path)).segments[0].at_hand
    with tpwallet.open(path) as pool:
        assert pool.balance(ADA).posted == f"{PAYMENTS}.00"
        pay(pool, PAYMENTS)
        with pytest.raises(SegmentNotAtHand) as caught:
            pay(pool, 3)  # an answer that lies in the segment
        assert caught.value.facts["file"] == str(file)
        assert pay(pool, PAYMENTS - 1)  # one that does not
    for use in (
        lambda: verify_pool(PoolDirectory(path)),
        lambda: export_pool(PoolDirectory(path), tmp_path / "pool.tpwx"),
    ):
        with pytest.raises(SegmentNotAtHand):
            use()
    shutil.move(hidden, file)
    assert verify_pool(PoolDirectory(path)).ok
    with tpwallet.open(path) as pool:
        assert pay(pool, 3)


def test_reads_go_on_without_the_file_when_they_had_come_past_it(
    path: Path, tmp_path: Path
) -> None:
    with tpwallet.open(path) as pool:
        pool.checkpoint()
    file = archive(path, 17)
    hide(file, tmp_path)
    with tpwallet.open(path) as pool:
        assert len(pool.transactions(account=ADA, limit=3, is_reversed=True).transfers) == 3
        assert pool.checkpoint().position == pool.position


# What is refused


@pytest.mark.parametrize("through", [0, -1, 10_000])
def test_position_that_is_not_in_the_journal_is_refused(path: Path, through: int) -> None:
    with pytest.raises(Malformed):
        archive(path, through)


def test_what_was_archived_is_not_archived_again(path: Path, tmp_path: Path) -> None:
    file = archive(path, 17)
    for through in (5, 16):
        with pytest.raises(Malformed, match="archived through 17"):
            archive(path, through)
    hide(file, tmp_path)
    assert archive(path, 17) == file  # nothing is left to do, and nothing is wanted of the file


def test_first_commit_has_nothing_before_it_to_archive(tmp_path: Path) -> None:
    path = tmp_path / "pool"
    tpwallet.open(path).close()
    with pytest.raises(Malformed, match="no commit ends"):
        archive(path, 1)


def test_file_that_is_not_what_the_journal_was_told_is_refused(path: Path) -> None:
    """After a crash between record and drop, somebody put another file in its place."""
    run_victim(path, "kept")
    [file] = (path / "segments").glob("*.tpws")
    content = file.read_bytes()
    file.write_bytes(content[:500] + b"!" + content[501:])
    with pytest.raises(JournalCorrupt):
        archive(path, 17)
    assert trimmed(path) == 0
    file.write_bytes(content)
    archive(path, 17)
    assert trimmed(path) == 16


# Killed


def run_victim(path: Path, moment: str) -> None:
    victim = [sys.executable, "-m", "tests.faces.operations.archiving_victim", str(path), "17"]
    assert subprocess.run([*victim, moment], check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("moment", "dropped"),
    [
        ("writing", 0),
        ("written", 0),
        ("recorded", 0),
        ("kept", 0),
        ("dropping", 4),
        ("dropped", 16),
    ],
)
def test_kill_between_the_steps_loses_nothing(path: Path, moment: str, dropped: int) -> None:
    run_victim(path, moment)
    assert trimmed(path) == dropped
    assert verify_pool(PoolDirectory(path)).ok
    with tpwallet.open(path) as pool:
        places = [pay(pool, number) for number in range(PAYMENTS)]
        assert len(set(places)) == PAYMENTS
        assert pool.balance(ADA).posted == f"{PAYMENTS}.00"
    segment = archive_segment(PoolDirectory(path), 17)  # asked again, it goes on where it stopped
    assert (segment.first_position, segment.last_position, trimmed(path)) == (1, 17, 16)
    assert len(list_segments(PoolDirectory(path)).segments) == 1
    with tpwallet.open(path) as pool:
        archived = [
            one for one in pool.events(limit=100).events if one.name == "kernel.segment_archived@1"
        ]
    assert len(archived) == 1
    report = verify_pool(PoolDirectory(path))
    assert report.ok
    assert not list((path / "segments").glob("*.part"))


# Beside the journal


def test_backup_of_an_archived_pool_is_whole_and_restores(path: Path, tmp_path: Path) -> None:
    archive(path, 17)
    directory = PoolDirectory(path)
    secrets = tmp_path / "secrets.json"
    back_up(directory, tmp_path / "backup", secrets_to=secrets)
    restored = restore(tmp_path / "backup", tmp_path / "again", secrets=secrets)
    assert restored.report.ok
    again = PoolDirectory(tmp_path / "again")
    assert list_segments(again).trimmed == 0  # the whole journal is in its database
    with tpwallet.open(again.path) as pool:
        assert pool.balance(ADA).posted == f"{PAYMENTS}.00"


def test_snapshot_beyond_the_segment_is_kept(path: Path) -> None:
    archive(path, 17)
    snapshots = SnapshotDirectory(PoolDirectory(path).snapshots_path)
    assert snapshots.positions()[-1] >= 17
