"""The command line keeps its promises: exit statuses, first lines, and no traceback ever."""

import ast
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import verify_tpwallet as verifier
from tests.verifier.export_writer import TRANSFERS, Signer, frames_of, mended, sealed_again, sha
from tests.verifier.samples import small_journal

PROGRAM = Path(verifier.__file__)
JOURNAL = small_journal()
SMALL = JOURNAL.export()
PROOF = json.dumps(JOURNAL.item_proof(2, 1, TRANSFERS)).encode()


@pytest.fixture
def books(tmp_path: Path) -> Path:
    path = tmp_path / "books.tpwx"
    path.write_bytes(SMALL)
    return path


def alone(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the program as an auditor would, with nothing installed in sight."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def test_it_imports_the_standard_library_alone() -> None:
    for node in ast.walk(ast.parse(PROGRAM.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert all(alias.name in sys.stdlib_module_names for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert (node.module or "").partition(".")[0] in {
                *sys.stdlib_module_names,
                "__future__",
            }


def test_a_sound_journal_exits_with_0_and_ok(books: Path) -> None:
    ran = alone(str(books), "--key", JOURNAL.signer.vkey)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith(b"OK journal 'Main pool': 6 events in 3 commits")
    assert b"key (pinned by you)" in ran.stdout


@pytest.mark.parametrize("content", [SMALL, PROOF])
def test_standard_input_is_read_through_a_pipe(content: bytes) -> None:
    ran = alone("-", stdin=content)
    assert ran.returncode == 0
    assert ran.stdout.startswith(b"OK ")


def test_a_damaged_journal_exits_with_1_and_the_byte(books: Path) -> None:
    books.write_bytes(SMALL[:100] + bytes([SMALL[100] ^ 8]) + SMALL[101:])
    ran = alone(str(books))
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert ran.stdout.splitlines()[:2] == [
        f"FAILED {books}".encode(),
        b"first bad byte: 100 (0x64), bit 3",
    ]


def test_quiet_prints_one_line(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main([str(books), "--quiet"]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    books.write_bytes(SMALL[:-1])
    assert verifier.main([str(books), "--quiet"]) == 1
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert f"cut short: the file ends at byte {len(SMALL) - 1}" in told


def test_json_prints_one_object(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main([str(books), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["ok"], facts["events"]) == (True, 6)
    books.write_bytes(SMALL[:100] + bytes([SMALL[100] ^ 8]) + SMALL[101:])
    assert verifier.main([str(books), "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert (facts["ok"], facts["first_bad_byte"], facts["bits"]) == (False, 100, [3])
    books.write_bytes(mended(SMALL.replace(b"journal-1", b"journal-2")))
    assert verifier.main([str(books), "--json"]) == 2
    assert "unusable" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments",
    [[], ["--unknown"], ["a", "b"], ["--key", "x", "FILE"], ["missing.tpwx"], ["FOLDER"]],
)
def test_unusable_arguments_exit_with_2(arguments: list[str], books: Path) -> None:
    named = {"FILE": str(books), "FOLDER": str(books.parent)}
    ran = alone(*[named.get(argument, argument) for argument in arguments])
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr
    assert ran.stderr


@pytest.mark.parametrize("content", [b"plain text", b"\x89PNG\r\n", b"\0" * 100, b"[]"])
def test_an_unknown_format_exits_with_2(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    assert verifier.main([str(path)]) == 2
    assert "unknown format" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"{", b"{}x", PROOF[:-1], b'{"format": 1e999999}'])
def test_a_proof_that_is_no_json_never_exits_with_0(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_bytes(content)
    assert verifier.main([str(path)]) in (1, 2)


@pytest.mark.parametrize("damaged", range(8))
def test_a_journal_is_known_by_content_with_any_of_its_first_bytes_damaged(
    damaged: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "renamed.bin"
    path.write_bytes(SMALL[:damaged] + bytes([SMALL[damaged] ^ 0x80]) + SMALL[damaged + 1 :])
    assert verifier.main([str(path)]) == 1
    assert f"first bad byte: {damaged} " in capsys.readouterr().out


def test_a_reader_that_leaves_early_changes_nothing(books: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(books)]
    with os.fdopen(writing, "wb") as closed:
        ran = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    assert verifier.main([str(books)]) == 0
    assert "100 %, 6 events, 4 transfers" in shown.getvalue()
    assert shown.getvalue().endswith("\x1b[K")
    silent = Terminal()
    monkeypatch.setattr("sys.stderr", silent)
    assert verifier.main([str(books), "--quiet"]) == 0
    assert silent.getvalue() == ""


def verdict(content: bytes, name: str = "file") -> int:
    """Verify any bytes in memory; anything but the two documented failures escapes."""
    try:
        verifier.verify_file(io.BytesIO(content), name)
    except verifier.VerificationFailed:
        return 1
    except verifier.Unusable:
        return 2
    return 0


@given(st.binary(max_size=400), st.sampled_from(["x", "x.tpwx", "x.json"]))
def test_any_bytes_are_refused_without_a_crash(content: bytes, name: str) -> None:
    assert verdict(content, name) in (1, 2)


edits = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "copy", "grow"]),
        st.integers(0, len(SMALL)),
        st.binary(min_size=1, max_size=20),
    ),
    min_size=1,
    max_size=6,
)


def edited(content: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    out = bytearray(content)
    for kind, offset, piece in changes:
        match kind:
            case "set":
                out[offset : offset + len(piece)] = piece
            case "cut":
                del out[offset : offset + len(piece)]
            case "copy":
                out[offset:offset] = out[: len(piece) * 20]
            case _:
                out[offset:offset] = piece
    return bytes(out)


@given(edits)
def test_an_edited_journal_is_refused_without_a_crash(
    changes: list[tuple[str, int, bytes]],
) -> None:
    content = edited(SMALL, changes)
    assert verdict(content) in (1, 2) or content == SMALL


@given(st.data(), st.booleans())
def test_a_journal_edited_within_its_frames_and_mended_never_crashes(
    data: st.DataObject, sealed: bool
) -> None:
    """CRCs (and the digest in DONE) are made to fit, so that the changes reach every parser."""
    out = bytearray(SMALL)
    frames = [one for one in frames_of(SMALL) if one[1] != b"DONE" or not sealed]
    for _ in range(data.draw(st.integers(1, 4))):
        start, _, length = data.draw(st.sampled_from(frames))
        offset = start + 16 + data.draw(st.integers(0, length - 1))
        out[offset] = data.draw(st.integers(0, 255))
    content = sealed_again(bytes(out)) if sealed else mended(bytes(out))
    verdict(content)


def resealed(out: bytes) -> bytes:
    """Make every hash fit that a forger without the signing key can make fit."""
    previous = bytes(32)
    header_at = 0
    made = bytearray(out)
    for start, kind, length in frames_of(out):
        if kind == b"CMIT":
            header_at = start + 16
        elif kind == b"BODY":
            digest = sha(bytes(made[start + 16 : start + 16 + length]))
            made[header_at + 64 : header_at + 128] = previous + digest
            previous = sha(bytes(made[header_at : header_at + 128]))
    return sealed_again(bytes(made))


@given(st.data())
def test_a_body_edited_and_resealed_never_crashes_and_never_passes_its_checkpoint(
    data: st.DataObject,
) -> None:
    out = bytearray(SMALL)
    bodies = [one for one in frames_of(SMALL) if one[1] == b"BODY"]
    for _ in range(data.draw(st.integers(1, 3))):
        start, _, length = data.draw(st.sampled_from(bodies[:2]))
        out[start + 16 + data.draw(st.integers(0, length - 1))] ^= data.draw(st.integers(1, 255))
    if bytes(out) != SMALL:
        assert verdict(resealed(bytes(out))) == 1


UNSIGNED = small_journal()
UNSIGNED.parts = [part for part in UNSIGNED.parts if part[4:8] != b"NOTE"]


@given(st.data())
def test_a_body_edited_and_resealed_without_any_checkpoint_never_crashes(
    data: st.DataObject,
) -> None:
    """Every hash fits, so the changes reach the entries, the records and the books."""
    out = bytearray(UNSIGNED.export())
    bodies = [one for one in frames_of(bytes(out)) if one[1] == b"BODY"]
    for _ in range(data.draw(st.integers(1, 3))):
        start, _, length = data.draw(st.sampled_from(bodies))
        out[start + 16 + data.draw(st.integers(0, length - 1))] ^= data.draw(st.integers(1, 255))
    verdict(resealed(bytes(out)))


def test_a_key_of_another_signer_is_refused(
    books: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verifier.main([str(books), "--key", Signer(seed=bytes(32)).vkey]) == 1
    assert "signed by none of the pinned keys" in capsys.readouterr().out
