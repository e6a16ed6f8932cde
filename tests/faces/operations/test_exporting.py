"""What is exported stands without us: a stranger's program accepts it, and any change is found."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify_tpwallet
from tests.faces.operations.damage import remove_commit
from tests.verifier.samples import fault, verify
from tpwallet.faces.operations.exporting import Exported, export_pool
from tpwallet.faces.operations.reading import reading
from tpwallet.faces.operations.verifying import verify_export
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.processes.verification.verdict import Verdict


@pytest.fixture(scope="module")
def exported(template: PoolDirectory, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export_pool(template, tmp_path_factory.mktemp("export") / "pool.tpwx")


@pytest.fixture(scope="module")
def content(exported: Exported) -> bytes:
    return Path(exported.path).read_bytes()


def signed_through(content: bytes, *keys: str) -> object:
    """The position of an export's last checkpoint, by the stranger's account."""
    last = verify(content, *keys).facts["last_checkpoint"]
    assert isinstance(last, dict)
    return last["position"]


def with_one_bit_changed(content: bytes, seed: int) -> tuple[int, int, bytes]:
    """A byte's offset and a bit, chosen evenly, and the content with that bit changed."""
    chance = random.Random(seed)
    offset, bit = chance.randrange(len(content)), chance.randrange(8)
    changed = bytearray(content)
    changed[offset] ^= 1 << bit
    return offset, bit, bytes(changed)


def test_a_stranger_accepts_an_export_under_the_pools_key(
    template: PoolDirectory, exported: Exported, content: bytes
) -> None:
    report = verify(content, exported.vkey)
    assert report.facts["keys_pinned"] is True
    with reading(template) as journal:
        assert exported.position == journal.head().position
    assert f"signed up to position {exported.position}" in report.summary


def test_an_export_ends_on_a_signed_checkpoint(exported: Exported, content: bytes) -> None:
    assert signed_through(content) == exported.position


def test_the_house_and_the_stranger_come_to_the_same(exported: Exported, content: bytes) -> None:
    ours = verify_export(Path(exported.path), vkeys=[exported.vkey]).verdict
    theirs = verify(content, exported.vkey)
    assert ours.ok
    assert ours.first_bad_position is None
    assert ours.signed_through == exported.position
    assert f"{ours.events} events in {ours.commits} commits" in theirs.summary
    assert f"{ours.transfers} transfers between {ours.accounts} accounts" in theirs.summary


@settings(max_examples=25)
@given(st.integers(0, 2**64))
def test_one_changed_bit_is_named_by_the_stranger(content: bytes, seed: int) -> None:
    offset, bit, changed = with_one_bit_changed(content, seed)
    failure = fault(changed)
    assert failure.facts["first_bad_byte"] == offset
    assert failure.facts["bits"] == [bit]


@settings(max_examples=15)
@given(st.integers(0, 2**64))
def test_one_changed_bit_is_found_by_the_house(
    exported: Exported, content: bytes, seed: int
) -> None:
    file = Path(exported.path).with_name("changed.tpwx")
    file.write_bytes(with_one_bit_changed(content, seed)[2])
    found = judged(file)
    if found is None:
        return  # its very beginning was changed: it is no export any more
    assert not found.ok
    assert found.first_bad_position is not None
    assert found.trusted_through == found.first_bad_position - 1


def judged(file: Path) -> Verdict | None:
    """What the house says of a file; None when it will not look at it."""
    try:
        return verify_export(file).verdict
    except Malformed:
        return None


def test_another_key_is_not_taken_for_the_pools(content: bytes) -> None:
    stranger = "pool.example/main+3ecb693f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    with pytest.raises(verify_tpwallet.VerificationFailed):
        verify(content, stranger)


def test_an_export_may_end_early_and_is_then_signed_there(
    template: PoolDirectory, tmp_path: Path
) -> None:
    found = export_pool(template, tmp_path / "part.tpwx", through=10)
    assert 0 < found.position <= 10
    assert signed_through(Path(found.path).read_bytes(), found.vkey) == found.position
    with pytest.raises(Malformed, match="reaches from 0"):
        export_pool(template, tmp_path / "more.tpwx", through=10**9)
    assert not (tmp_path / "more.tpwx").exists()


def test_an_export_never_replaces_a_file(template: PoolDirectory, tmp_path: Path) -> None:
    (tmp_path / "mine.tpwx").write_text("mine")
    with pytest.raises(Malformed, match="not replaced"):
        export_pool(template, tmp_path / "mine.tpwx")
    assert (tmp_path / "mine.tpwx").read_text() == "mine"


def test_a_damaged_journal_is_not_exported_but_what_comes_before_is(
    pool: PoolDirectory, tmp_path: Path
) -> None:
    missing = remove_commit(pool, at_least=20)
    with pytest.raises(JournalCorrupt) as damage:
        export_pool(pool, tmp_path / "all.tpwx")
    assert damage.value.position == missing
    assert not (tmp_path / "all.tpwx").exists()
    found = export_pool(pool, tmp_path / "part.tpwx", through=missing - 1)
    assert found.position == missing - 1
    verify((tmp_path / "part.tpwx").read_bytes(), found.vkey)


def test_an_export_is_for_its_owner_alone(exported: Exported) -> None:
    assert Path(exported.path).stat().st_mode & 0o077 == 0
