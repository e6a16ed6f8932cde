"""Checkpoints in files: the newest replaced, the kept ones only ever added to."""

from pathlib import Path

import pytest

from tests.proofs.signers import ORIGIN, signer
from tpwallet.faces.cli.exits import DAMAGED, status_of
from tpwallet.gateways.checkpoint_file import CheckpointFile, kept_notes, latest_note
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.proofs.checkpoint import Checkpoint, signed_checkpoint


def note(position: int) -> str:
    stated = Checkpoint(
        origin=ORIGIN, position=position, root=bytes(32), commit=bytes(32), time_ns=position
    )
    return signed_checkpoint(stated, [signer(1)])


def test_the_newest_note_is_the_one_put_last(tmp_path: Path) -> None:
    notes = CheckpointFile(tmp_path)
    assert notes.latest() is None
    for position in (7, 9):
        text = note(position)
        notes.replace_latest(text)
        assert (notes.latest(), latest_note(tmp_path)) == (text, text)


@pytest.mark.parametrize("content", [b"", b"no note", b"\xff\xfe", b"tpwallet/x\n9\n"])
def test_a_newest_note_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "latest-checkpoint").write_bytes(content)
    with pytest.raises(JournalCorrupt):
        latest_note(tmp_path)


def test_kept_notes_are_found_again(tmp_path: Path) -> None:
    notes = CheckpointFile(tmp_path)
    for position in (3, 9, 27):
        notes.keep(position, f"note\nat {position} —\n")
    again = CheckpointFile(tmp_path)
    assert again.kept_positions() == [3, 9, 27]
    assert [again.kept(position) for position in (9, 10)] == ["note\nat 9 —\n", None]
    again.keep(81, "late\n")
    assert again.kept(81) == "late\n"
    assert again.kept(28) is None
    assert again.kept(100) is None


def test_a_line_that_was_cut_short_is_cut_off(tmp_path: Path) -> None:
    notes = CheckpointFile(tmp_path)
    notes.keep(3, "whole\n")
    with (tmp_path / "checkpoints.jsonl").open("ab") as file:
        file.write(b'[9,"torn')
    again = CheckpointFile(tmp_path)
    assert again.kept_positions() == [3]
    again.keep(9, "again\n")
    assert CheckpointFile(tmp_path).kept(9) == "again\n"


@pytest.mark.parametrize(
    "damaged", [b"[9,damaged]", b'[9,"\xff"]', b"", b'[2,"back"]', b'[-1,"x"]', b'["9","x"]']
)
def test_a_damaged_line_is_damage_and_named(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "checkpoints.jsonl"
    content = b'[3,"whole"]\n' + damaged + b"\n" + b'[9,"whole"]\n'
    path.write_bytes(content)
    with pytest.raises(JournalCorrupt, match="line 2 of checkpoints") as caught:
        CheckpointFile(tmp_path)
    assert caught.value.facts == {"position": 1, "file": str(path), "line": 2, "byte": 12}
    assert status_of(caught.value.code) == DAMAGED
    assert path.read_bytes() == content


@pytest.mark.parametrize("changed", [b'{9,"late"]\n', b'[8,"late"]\n'])
def test_a_line_that_was_damaged_since_is_damage(tmp_path: Path, changed: bytes) -> None:
    notes = CheckpointFile(tmp_path)
    notes.keep(3, "early")
    notes.keep(9, "late")
    path = tmp_path / "checkpoints.jsonl"
    path.write_bytes(path.read_bytes()[: -len(changed)] + changed)
    with pytest.raises(JournalCorrupt, match="line 2") as caught:
        notes.kept(9)
    assert caught.value.position == 1
    assert notes.kept(3) == "early"


def test_a_folder_without_kept_notes_has_none(tmp_path: Path) -> None:
    assert list(kept_notes(tmp_path)) == []
