"""A backup's directory: it appears complete or not at all, and any change of it is found."""

import shutil
from pathlib import Path

import apsw
import msgspec
import pytest

from tpwallet.gateways.backup import (
    BackupDamaged,
    Manifest,
    check_files,
    copy_vault,
    describe_files,
    new_directory,
    read_manifest,
    write_manifest,
)
from tpwallet.kernel.errors import Malformed


def manifest_of(directory: Path) -> Manifest:
    return Manifest(
        release="1.0.0",
        made_at="2026-01-01T00:00:00Z",
        pool_id="ab" * 16,
        name="main",
        origin="tpwallet/ab",
        position=3,
        commit_hash="00" * 32,
        secrets_fingerprint="00" * 16,
        files=describe_files(directory),
    )


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of two files."""
    with new_directory(tmp_path / "backup") as part:
        (part / "a").write_bytes(b"alpha")
        (part / "b").write_bytes(b"")
        write_manifest(part, manifest_of(part))
    return tmp_path / "backup"


def test_a_directory_appears_complete(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "backup"
    with new_directory(target) as part:
        (part / "a").touch()
        assert not target.exists()
    assert [file.name for file in target.iterdir()] == ["a"]
    assert target.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in target.parent.iterdir()] == ["backup"]


class Interrupted(Exception):
    """What stops a backup halfway."""


def begin(target: Path) -> None:
    with new_directory(target) as part:
        (part / "a").touch()
        raise Interrupted


def test_a_directory_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        begin(tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_behind_is_begun_anew(tmp_path: Path) -> None:
    with new_directory(tmp_path / "crashed") as part:
        (part / "old").touch()
        shutil.copytree(part, tmp_path / "backup.part")
    with new_directory(tmp_path / "backup") as part:
        (part / "a").touch()
    assert [file.name for file in (tmp_path / "backup").iterdir()] == ["a"]


@pytest.mark.parametrize("kind", ["file", "full", "link"])
def test_what_somebody_else_calls_so_is_not_cleared_away(tmp_path: Path, kind: str) -> None:
    part, mine = tmp_path / "backup.part", tmp_path / "mine"
    mine.mkdir()
    (mine / "file").touch()
    match kind:
        case "file":
            part.write_text("mine")
        case "full":
            shutil.copytree(mine, part)
        case _:
            part.symlink_to(mine)
    with pytest.raises(Malformed, match="in the way"):
        begin(tmp_path / "backup")
    assert part.exists()
    assert (mine / "file").exists()


def test_a_directory_may_be_named_by_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with new_directory(Path()) as part:
        (part / "a").touch()
    assert [file.name for file in (tmp_path / "here").iterdir()] == ["a"]


@pytest.mark.parametrize("kind", ["file", "full"])
def test_nothing_is_replaced_except_an_empty_directory(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "backup"
    if kind == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").touch()
    with pytest.raises(Malformed, match="not replaced"):
        begin(target)
    assert target.exists()


def test_a_whole_backup_is_accepted_and_told_file_by_file(backup: Path) -> None:
    told: list[int] = []
    check_files(backup, read_manifest(backup), progress=told.append)
    assert told == [1, 2]


@pytest.mark.parametrize("change", [b"alphb", b"alph", b"alphaa", b""])
def test_a_changed_file_is_named(backup: Path, change: bytes) -> None:
    (backup / "a").write_bytes(change)
    with pytest.raises(BackupDamaged) as refused:
        check_files(backup, read_manifest(backup))
    assert refused.value.facts["file"] == "a"


def test_a_missing_file_and_one_too_many_are_named(backup: Path) -> None:
    (backup / "b").unlink()
    with pytest.raises(BackupDamaged, match="missing"):
        check_files(backup, read_manifest(backup))
    (backup / "b").touch()
    (backup / "c").touch()
    with pytest.raises(BackupDamaged) as refused:
        check_files(backup, read_manifest(backup))
    assert refused.value.facts["file"] == "c"


def test_a_manifest_names_nothing_outside_its_directory(backup: Path) -> None:
    manifest = read_manifest(backup)
    (backup.parent / "outside").write_bytes(b"alpha")
    outside = msgspec.structs.replace(manifest.files[0], name="../outside")
    changed = msgspec.structs.replace(manifest, files=[outside, manifest.files[1]])
    (backup / "a").unlink()
    with pytest.raises(BackupDamaged, match="missing"):
        check_files(backup, changed)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"format":"tpwallet-backup-2"}', b'"\xff"']
)
def test_a_manifest_that_cannot_be_read_is_refused(backup: Path, content: bytes) -> None:
    (backup / "manifest.json").write_bytes(content)
    with pytest.raises(Malformed, match="manifest"):
        read_manifest(backup)


def test_a_vault_is_copied_while_it_is_written(tmp_path: Path) -> None:
    vault = apsw.Connection(str(tmp_path / "vault.db"))
    vault.pragma("journal_mode", "wal")
    vault.execute("CREATE TABLE fields (name TEXT)")
    vault.execute("BEGIN IMMEDIATE; INSERT INTO fields VALUES ('under way')")
    copy_vault(tmp_path / "vault.db", tmp_path / "copy.db")
    vault.execute("COMMIT")
    vault.close()
    copy = apsw.Connection(str(tmp_path / "copy.db"))
    assert copy.execute("SELECT count(*) FROM fields").get == 0
    copy.close()


def test_a_vault_that_is_none_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "vault.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(BackupDamaged, match="vault"):
        copy_vault(tmp_path / "vault.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    shutil.rmtree(tmp_path)
