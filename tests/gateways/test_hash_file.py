"""A hash file behaves as the hash store in memory, and survives being cut."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.gateways.hash_file import HashFile
from tpwallet.proofs.hash_store import MemoryHashStore

runs = st.lists(st.integers(0, 5).map(lambda count: bytes(range(32)) * count), max_size=10)


@given(runs)
def test_it_holds_what_a_store_in_memory_holds(
    tmp_path_factory: pytest.TempPathFactory, appended: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("hashes") / "hashes"
    file, memory = HashFile(path), MemoryHashStore()
    for run in appended:
        file.append(run)
        memory.append(run)
    file.flush()
    file.close()
    again = HashFile(path)
    assert again.count() == memory.count()
    found = [again.read(number) for number in range(again.count())]
    assert found == [memory.read(number) for number in range(memory.count())]
    again.close()


def test_part_of_a_hash_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "hashes").write_bytes(bytes(32) + b"torn")
    file = HashFile(tmp_path / "hashes")
    assert file.count() == 1
    file.append(b"\1" * 32)
    assert file.read(1) == b"\1" * 32
    file.close()


def test_it_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    file = HashFile(tmp_path / "hashes")
    file.append(b"\1" * 96)
    file.truncate(1)
    file.append(b"\2" * 32)
    assert [file.read(number)[0] for number in range(file.count())] == [1, 2]
    file.close()
    file.close()


@pytest.mark.parametrize("number", [-1, 1])
def test_a_hash_that_is_not_there_is_an_index_error(tmp_path: Path, number: int) -> None:
    file = HashFile(tmp_path / "hashes")
    file.append(bytes(32))
    with pytest.raises(IndexError):
        file.read(number)
    file.close()


def test_what_is_not_whole_hashes_is_refused(tmp_path: Path) -> None:
    file = HashFile(tmp_path / "hashes")
    with pytest.raises(ValueError, match="whole"):
        file.append(bytes(31))
    assert file.count() == 0
    file.close()
