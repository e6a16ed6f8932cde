"""A pool's directory: it is durable before anything is promised, and made once."""

import os
import re
from pathlib import Path

import pytest

from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.errors import Malformed, NotAPool


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files and folders that were made durable, in order."""
    found: list[str] = []
    fsync = os.fsync

    def watch(descriptor: int) -> None:
        fsync(descriptor)
        name = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        found.append(re.sub(r"\.[0-9a-f]{16}\.part$", ".part", name))

    monkeypatch.setattr(os, "fsync", watch)
    return found


def test_a_new_pool_is_durable_with_every_folder_above_it(
    tmp_path: Path, synced: list[str]
) -> None:
    path = tmp_path / "shelf" / "pool"
    create_pool(path, name="pool", base_asset="EUR")
    wanted = [tmp_path, tmp_path / "shelf", path / "secrets.json", path / "pool.json.part", path]
    assert set(synced) >= set(map(str, wanted))
    assert synced[-2:] == [str(path / "pool.json.part"), str(path)]  # no pool before it is whole


def test_a_writer_makes_names_durable_before_it_appends(tmp_path: Path, synced: list[str]) -> None:
    directory = create_pool(tmp_path / "pool", name="pool", base_asset="EUR")
    synced.clear()
    Writer(directory).close()
    assert str(directory.path) in synced


def test_a_pool_may_be_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = create_pool("pool", name="pool", base_asset="EUR")
    assert PoolDirectory(tmp_path / "pool").pool_id == made.pool_id


def test_a_pool_is_made_once(tmp_path: Path) -> None:
    create_pool(tmp_path, name="pool", base_asset="EUR")
    with pytest.raises(Malformed, match="already"):
        create_pool(tmp_path, name="pool", base_asset="EUR")


@pytest.mark.parametrize("left", ["journal.db", "vault.db"])
def test_the_keys_of_a_pool_that_lost_its_settings_are_not_written_over(
    tmp_path: Path, left: str
) -> None:
    path = create_pool(tmp_path / "pool", name="pool", base_asset="EUR").path
    keys = (path / "secrets.json").read_bytes()
    (path / "pool.json").unlink()
    (path / left).touch()
    with pytest.raises(Malformed, match="holds a pool already"):
        create_pool(path, name="pool", base_asset="EUR")
    assert (path / "secrets.json").read_bytes() == keys


def test_a_pool_that_was_never_whole_is_made_again(tmp_path: Path) -> None:
    path = create_pool(tmp_path / "pool", name="pool", base_asset="EUR").path
    (path / "pool.json").unlink()
    assert create_pool(path, name="pool", base_asset="EUR").pool_id


@pytest.mark.parametrize("name", ["pool.json", "secrets.json"])
def test_settings_that_are_no_text_are_malformed(tmp_path: Path, name: str) -> None:
    path = create_pool(tmp_path / "pool", name="pool", base_asset="EUR").path
    content = (path / name).read_bytes()
    (path / name).write_bytes(content.replace(b'": "', b'": "\xff', 1))
    with pytest.raises(Malformed, match="settings"):
        PoolDirectory(path)


def test_a_pool_is_not_made_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(NotAPool, match="new or an empty directory"):
        create_pool(tmp_path, name="pool", base_asset="EUR")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_pool_and_becomes_none(tmp_path: Path) -> None:
    file = tmp_path / "thesis.txt"
    file.write_text("all of it")
    with pytest.raises(NotAPool):
        create_pool(file, name="pool", base_asset="EUR")
    with pytest.raises(NotAPool):
        PoolDirectory(file)
    assert file.read_text() == "all of it"


def test_a_pool_is_made_on_an_empty_volume_and_after_a_crash(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "secrets.json").touch()
    (tmp_path / f"pool.json.{16 * '0'}.part").touch()
    assert create_pool(tmp_path, name="pool", base_asset="EUR").pool_id
