"""The vault: what is sealed is durable, opens for its subject only, and is gone once erased."""

import shutil
from pathlib import Path

import pytest

from tpwallet.gateways.vault import SqliteVault
from tpwallet.kernel import limits
from tpwallet.kernel.errors import Malformed, Rejected, VaultUnavailable
from tpwallet.kernel.sealed import SealedReference, SubjectId, Vault
from tpwallet.keys.sealing import SealBroken

KEY = bytes(range(32))
ADA, BOB = SubjectId("customer/ada"), SubjectId("customer/bob")
PURPOSE = (b"owner", b"c1", b"name")
SECRET = "Ada Lovelace, St James's Square"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path) -> SqliteVault:
    return SqliteVault(path, KEY)


def bytes_of(path: Path) -> bytes:
    """The file and its log, as a thief finds them."""
    return b"".join(found.read_bytes() for found in sorted(path.parent.glob(path.name + "*")))


def test_a_vault_is_what_the_kernel_asks_for(vault: SqliteVault) -> None:
    port: Vault = vault
    assert port.open(port.seal(ADA, "x")) == "x"


@pytest.mark.parametrize("text", ["", "a", SECRET, "陳大文 🏦", "x" * limits.SEALED_BYTES_MAX])
def test_a_sealed_text_opens_again(vault: SqliteVault, text: str) -> None:
    assert vault.open(vault.seal(ADA, text)) == text


def test_a_text_has_a_limit_in_bytes(vault: SqliteVault) -> None:
    with pytest.raises(Malformed):
        vault.seal(ADA, "é" * (limits.SEALED_BYTES_MAX // 2) + "x")
    assert vault.references() == set()


def test_references_are_random_without_a_purpose(vault: SqliteVault) -> None:
    one, other = vault.seal(ADA, "x"), vault.seal(ADA, "x")
    assert one != other
    assert len(one) == 16
    assert vault.references() == {one, other}


def test_the_same_text_for_the_same_purpose_is_kept_once(path: Path, vault: SqliteVault) -> None:
    """A command that is repeated, by this process or another, seals and means the same again."""
    first = vault.seal(ADA, "x", purpose=PURPOSE)
    assert SqliteVault(path, KEY).seal(ADA, "x", purpose=PURPOSE) == first
    assert vault.references() == {first}
    assert vault.open(first) == "x"


def test_another_text_purpose_or_subject_has_another_reference(vault: SqliteVault) -> None:
    found = {
        vault.seal(ADA, "x", purpose=PURPOSE),
        vault.seal(ADA, "y", purpose=PURPOSE),
        vault.seal(ADA, "x", purpose=(b"owner", b"c2")),
        vault.seal(ADA, "c1x", purpose=(b"owner",)),
        vault.seal(BOB, "x", purpose=PURPOSE),
    }
    assert len(found) == 5


def test_texts_cannot_be_tried_against_the_references_of_who_was_erased(tmp_path: Path) -> None:
    """All that decides a reference beside the subject's key is the same in both vaults."""
    one, other = (SqliteVault(tmp_path / name, KEY) for name in ("one.db", "other.db"))
    assert one.seal(ADA, "x", purpose=PURPOSE) != other.seal(ADA, "x", purpose=PURPOSE)
    one.erase(ADA)
    with pytest.raises(Rejected, match="erased"):
        one.seal(ADA, "x", purpose=PURPOSE)


def test_what_is_sealed_is_there_when_another_process_looks(path: Path, vault: SqliteVault) -> None:
    reference = vault.seal(ADA, SECRET)
    copies = path.parent / "copy"
    copies.mkdir()
    for found in path.parent.glob("vault.db*"):  # as after a crash: nothing was closed
        shutil.copy(found, copies)
    assert SqliteVault(copies / "vault.db", KEY).open(reference) == SECRET


def test_no_plain_text_lies_in_the_file(path: Path, vault: SqliteVault) -> None:
    vault.seal(ADA, SECRET)
    vault.close()
    assert b"Lovelace" not in bytes_of(path)


def test_another_master_key_opens_nothing(path: Path, vault: SqliteVault) -> None:
    reference = vault.seal(ADA, SECRET)
    vault.close()
    other = SqliteVault(path, bytes(32))
    with pytest.raises(SealBroken):
        other.open(reference)
    with pytest.raises(SealBroken):
        other.seal(ADA, "more")


def test_a_text_that_was_moved_to_another_person_does_not_open(
    path: Path, vault: SqliteVault
) -> None:
    reference = vault.seal(ADA, SECRET)
    vault.seal(BOB, "x")
    vault._database.execute("update fields set subject = ?", (BOB,))
    with pytest.raises(SealBroken):
        vault.open(reference)


def test_a_text_that_was_moved_to_another_reference_does_not_open(vault: SqliteVault) -> None:
    reference = vault.seal(ADA, SECRET)
    vault._database.execute("update fields set reference = ?", (bytes(16),))
    assert vault.open(reference) is None
    with pytest.raises(SealBroken):
        vault.open(SealedReference(bytes(16)))


# Erasing


def test_an_erased_subject_is_gone_and_nobody_else(vault: SqliteVault) -> None:
    gone = [vault.seal(ADA, SECRET), vault.seal(ADA, "more")]
    kept = vault.seal(BOB, "stays")
    assert vault.erase(ADA) == 2
    assert [vault.open(reference) for reference in gone] == [None, None]
    assert vault.open(kept) == "stays"
    assert vault.references() == {kept}


def test_erasing_again_or_somebody_unknown_erases_nothing(vault: SqliteVault) -> None:
    vault.seal(ADA, SECRET)
    assert [vault.erase(ADA), vault.erase(ADA), vault.erase(BOB)] == [1, 0, 0]


@pytest.mark.parametrize("was_known", [True, False])
def test_nothing_more_is_sealed_for_who_was_erased(vault: SqliteVault, was_known: bool) -> None:
    if was_known:
        vault.seal(ADA, SECRET)
    vault.erase(ADA)
    with pytest.raises(Rejected) as refused:
        vault.seal(ADA, "again")
    assert refused.value.code == "subject_erased"
    assert refused.value.facts == {"subject": ADA}
    assert vault.references() == set()


def test_a_backup_of_the_fields_is_noise_without_the_key(path: Path, vault: SqliteVault) -> None:
    """What was copied before an erasure cannot be opened with what is left after it."""
    reference = vault.seal(ADA, SECRET)
    [kept] = vault._database.execute("select * from fields").fetchall()
    vault.erase(ADA)
    vault._database.execute(f"insert into fields values ({', '.join('?' * len(kept))})", kept)
    assert vault.open(reference) is None
    vault.close()
    assert SqliteVault(path, KEY).open(reference) is None


def test_an_erased_key_leaves_no_trace_in_the_file(path: Path, vault: SqliteVault) -> None:
    vault.seal(ADA, SECRET)
    wrapped = bytes(vault._database.execute("select wrapped_key from subjects").get)
    assert wrapped in bytes_of(path)
    vault.erase(ADA)
    vault.close()
    assert wrapped not in bytes_of(path)


# Orphans


def at(path: Path, time: int) -> SqliteVault:
    """The vault, opened when it is `time`."""
    return SqliteVault(path, KEY, wall=lambda: time)


def test_what_no_commit_refers_to_is_swept(vault: SqliteVault) -> None:
    kept, orphan = vault.seal(ADA, "kept"), vault.seal(ADA, "orphan")
    assert vault.discard(vault.references() - {kept}, sealed_before=2**62) == 1
    assert vault.open(orphan) is None
    assert vault.open(kept) == "kept"
    assert vault.discard(set(), sealed_before=2**62) == 0
    assert vault.references() == {kept}


def test_what_may_still_be_on_its_way_is_not_swept(path: Path) -> None:
    old, young = at(path, 99).seal(ADA, "old"), at(path, 100).seal(ADA, "young")
    vault = at(path, 200)
    assert vault.references(sealed_before=100) == {old}
    assert vault.discard({old, young}, sealed_before=100) == 1
    assert vault.references() == {young}


def test_what_was_sealed_again_is_on_its_way_again(path: Path) -> None:
    sealed = at(path, 99).seal(ADA, "x", purpose=PURPOSE)
    vault = at(path, 100)
    orphans = vault.references(sealed_before=100)
    vault.seal(ADA, "x", purpose=PURPOSE)  # while somebody sweeps
    assert vault.discard(orphans, sealed_before=100) == 0
    assert vault.open(sealed) == "x"


def test_a_reference_nobody_sealed_opens_nothing(vault: SqliteVault) -> None:
    assert vault.open(SealedReference(bytes(16))) is None


def test_texts_of_one_command_are_sealed_all_or_none(vault: SqliteVault) -> None:
    with pytest.raises(Malformed):
        vault.seal_all(ADA, {"a": "a", "b": "b" * (limits.SEALED_BYTES_MAX + 1)}, purpose=PURPOSE)
    assert vault.references() == set()
    sealed = vault.seal_all(ADA, {"a": "1", "b": "2"}, purpose=PURPOSE)
    assert [vault.open(sealed[name]) for name in "ab"] == ["1", "2"]
    assert vault.seal(ADA, "1", purpose=(*PURPOSE, b"a")) == sealed["a"]


def test_references_are_told_without_keeping_anything(vault: SqliteVault) -> None:
    texts = {"a": "1", "b": "2"}
    vault.references_for(ADA, texts, purpose=PURPOSE)
    assert vault.references() == set()
    sealed = vault.seal_all(ADA, texts, purpose=PURPOSE)
    assert vault.references_for(ADA, texts, purpose=PURPOSE) == sealed
    vault.erase(ADA)
    for asked in (vault.references_for, vault.seal_all):
        with pytest.raises(Rejected, match="erased"):
            asked(ADA, texts, purpose=PURPOSE)


def test_vault_that_cannot_be_written_is_told_and_recovers(path: Path) -> None:
    vault = at(path, 1)
    vault._database.execute("pragma max_page_count = 1")
    with pytest.raises(VaultUnavailable):
        vault.seal_all(ADA, dict.fromkeys("abcd", "x" * 10_000), purpose=PURPOSE)
    vault._database.execute("pragma max_page_count = 1000")
    assert vault.references() == set()
    assert vault.open(vault.seal(ADA, "x")) == "x"


def test_vault_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(VaultUnavailable):
        at(tmp_path / "nowhere" / "vault.db", 1)
