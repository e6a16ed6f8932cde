"""Export, verify, prove, replay, back up and restore, as an operator types it."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line, clean_environment, python
from tests.faces.operations.damage import change_body, remove_commit
from tpwallet.faces.cli import exits
from tpwallet.gateways.pool_directory import PoolDirectory

VERIFIER = Path(__file__).parents[3] / "verify_tpwallet.py"


def test_the_line_of_the_manual_ends_in_ok(books: Line) -> None:
    """`tpwallet backup DIR && tpwallet restore DIR NEW && tpwallet verify NEW`, by a shell."""
    tpwallet = f"{sys.executable} -c 'from tpwallet.faces.cli.main import main; main()'"
    shell = (
        f'tpwallet() {{ {tpwallet} "$@"; }}\n'
        "tpwallet backup saved && tpwallet restore saved new && tpwallet verify new"
    )
    ran = subprocess.run(
        ["bash", "-c", shell],
        cwd=books.folder,
        env=clean_environment({"TPWALLET_POOL": "", "LC_ALL": "C.UTF-8"}),  # ./pool is the default
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran
    assert ran.stdout.splitlines()[-1].startswith("OK pool 'pool': ")


def test_the_keys_are_kept_apart_from_the_backup(books: Line) -> None:
    told = books.ok("backup", books.folder / "saved")
    keys = books.folder / "saved.secrets.json"
    assert f"The keys are in {keys}" in told.out
    assert keys.stat().st_mode & 0o077 == 0
    assert not (books.folder / "saved" / "secrets.json").exists()
    (books.folder / "elsewhere").mkdir()
    keys.rename(books.folder / "elsewhere" / "keys")
    alone = books("restore", books.folder / "saved", books.folder / "new")
    assert (alone.status, "the secrets cannot be read" in alone.err) == (2, True)
    told = books.ok(
        *("restore", books.folder / "saved", books.folder / "new"),
        *("--secrets", books.folder / "elsewhere" / "keys"),
    )
    assert told.out.startswith("OK The pool 'pool' is restored")
    assert "Never run it beside" in told.out


def test_the_keys_are_sealed_with_a_passphrase(books: Line) -> None:
    secret = {"TPWALLET_PASSPHRASE": "correct horse"}
    saved, new = books.folder / "saved", books.folder / "new"
    made = books.json("backup", saved, "--encrypt", "--unverified", **secret)
    assert made["secrets_sealed"] is True
    assert books("restore", saved, new, TPWALLET_PASSPHRASE="wrong").status == 2
    assert books.json("restore", saved, new, **secret)["report"]["verdict"]["ok"] is True


def test_a_damaged_backup_is_not_restored(books: Line) -> None:
    saved = books.folder / "saved"
    books.ok("backup", saved, "--unverified")
    with (saved / "journal.db").open("r+b") as file:
        file.seek(5_000)
        file.write(b"damage")
    ran = books("restore", saved, books.folder / "new")
    assert ran.status == exits.DAMAGED
    assert "file=journal.db" in ran.err
    assert not (books.folder / "new").exists()


def test_what_was_proven_and_what_was_not_is_said(books: Line) -> None:
    saved, new = books.folder / "saved", books.folder / "new"
    vkey = books.json("backup", saved, "--unverified")["vkey"]
    told = books.ok("restore", saved, new).out
    assert told.startswith("OK The pool 'pool' is restored")
    assert "signed by" in told
    assert vkey in told
    assert "use --vkey" in told
    assert "no newer backup" in told
    pinned = books.ok("restore", saved, books.folder / "pinned", "--vkey", vkey).out
    assert "use --vkey" not in pinned


def test_an_unsigned_backup_is_restored_only_when_asked_for_and_never_called_ok(
    books: Line,
) -> None:
    saved, new = books.folder / "saved", books.folder / "new"
    books.ok("backup", saved, "--unverified")
    (saved / "manifest.sig").unlink()
    ran = books("restore", saved, new)
    assert (ran.status, new.exists()) == (exits.DAMAGED, False)
    assert books("restore", saved, new, "--unsigned", "--vkey", "x").status == exits.USAGE
    told = books.ok("restore", saved, new, "--unsigned").out
    assert told.startswith("UNSIGNED The pool 'pool' is restored")
    assert "OK" not in told
    assert "everything in it verifies" not in told


def test_a_flipped_bit_in_the_newest_checkpoint_is_damage_whatever_the_command(
    books: Line,
) -> None:
    books.ok("proof", "checkpoint")
    latest = books.pool / "log" / "latest-checkpoint"
    content = bytearray(latest.read_bytes())
    content[3] ^= 0x80
    latest.write_bytes(content)
    ran = books("verify")
    assert (ran.status, "FAILED" in ran.out) == (exits.DAMAGED, True)
    assert books("export", "--out", books.folder / "out.tpwx").status == exits.DAMAGED
    assert books("backup", books.folder / "saved").status == exits.DAMAGED


def test_a_backup_is_made_and_restored_where_one_stands(books: Line) -> None:
    for name in ("saved", "new"):
        (books.folder / name).mkdir()
    with contextlib.chdir(books.folder / "saved"):
        books.ok("backup", ".", "--unverified")
    with contextlib.chdir(books.folder / "new"):
        books.ok("restore", "../saved", ".")
    assert books.json("verify", books.folder / "new")["verdict"]["ok"] is True


def test_a_whole_pool_verifies_with_one_line_that_begins_with_ok(read: Line) -> None:
    read.ok("proof", "checkpoint")
    ran = read.ok("verify")
    assert ran.out.splitlines()[-1].startswith("OK pool 'pool': ")
    assert ran.out.count(" ok ") == 6 + 2, "six checks of the journal, and two read models"
    assert read.json("verify")["verdict"]["ok"] is True
    assert read.ok("verify", "--lang", "zh").out.splitlines()[-1].startswith("OK 资金池“pool”")


def test_a_damaged_read_model_is_named_and_puts_no_position_in_doubt(books: Line) -> None:
    books.ok("statement", ADA)
    movements = books.pool / "views" / "history" / "movements"
    content = bytearray(movements.read_bytes())
    content[9] ^= 1
    movements.write_bytes(content)
    ran = books("verify")
    assert ran.status == exits.DAMAGED
    assert "FAILED: movements, block 0 is not what was written" in ran.out
    assert "every position can be trusted" in ran.out.splitlines()[-2]
    assert books("doctor", "--deep").status == exits.REFUSED
    books.ok("views", "rebuild")
    books.ok("verify")


@pytest.mark.parametrize("hurt", [remove_commit, change_body])
def test_damage_is_named_reported_and_what_comes_before_it_is_saved(
    books: Line, hurt: object
) -> None:
    assert callable(hurt)
    bad = hurt(PoolDirectory(books.pool), at_least=8)
    report = books.folder / "report.json"
    ran = books("verify", "--report", report)
    assert ran.status == exits.DAMAGED
    last = ran.out.splitlines()
    assert f"the first bad position is {bad}; positions 1 to {bad - 1} can be trusted" in last[-2]
    assert f"--through {bad - 1}" in last[-1]
    written = json.loads(report.read_bytes())
    assert written["verdict"]["first_bad_position"] == bad
    assert written["verdict"]["trusted_through"] == bad - 1
    assert books("backup", books.folder / "all").status == exits.DAMAGED
    books.ok("backup", books.folder / "saved", "--through", bad - 1)
    books.ok("restore", books.folder / "saved", books.folder / "new")
    assert books.json("verify", books.folder / "new")["verdict"]["position"] == bad - 1


def test_a_report_replaces_an_earlier_one(read: Line) -> None:
    report = read.folder / "nightly.json"
    for _ in range(2):
        read.ok("verify", "--report", report)
    assert json.loads(report.read_bytes())["verdict"]["ok"] is True
    assert [file.name for file in read.folder.glob("nightly.json*")] == ["nightly.json"]


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_journal_that_is_gone_is_damage_whatever_the_command(books: Line, is_empty: bool) -> None:
    (books.pool / "journal.db").unlink()
    if is_empty:
        (books.pool / "journal.db").touch()
    report = books.folder / "report.json"
    for command in (
        ("verify", "--report", report),
        ("balance", ADA),
        ("account", "open", "new/EUR", "--asset", "EUR", "--kind", "asset"),
        ("export", "--out", books.folder / "out.tpwx"),
        ("backup", books.folder / "saved"),
        ("replay",),
    ):
        ran = books(*command)
        assert ran.status == exits.DAMAGED, command
        assert "gone or empty" in ran.out + ran.err, command
    assert json.loads(report.read_bytes())["verdict"]["first_bad_position"] == 1


def test_a_report_never_replaces_another_file(read: Line) -> None:
    report = read.folder / "kept.json"
    report.write_text("mine")
    assert read("verify", "--report", report).status == exits.USAGE
    assert report.read_text() == "mine"


def test_an_export_is_accepted_by_the_program_that_shares_nothing(read: Line) -> None:
    told = read.ok("export", "--out", read.folder / "books.tpwx").out
    key = re.search(r"--key '(.+)'", told)
    assert key is not None
    ran = python(read.folder, VERIFIER, "books.tpwx", "--key", key[1])
    assert ran.status == 0
    assert ran.out.startswith("OK journal 'pool': ")
    content = bytearray((read.folder / "books.tpwx").read_bytes())
    content[1_234] ^= 8
    (read.folder / "bad.tpwx").write_bytes(content)
    bad = python(read.folder, VERIFIER, "bad.tpwx")
    assert bad.status == 1
    assert "first bad byte: 1234 (0x4d2), bit 3" in bad.out + bad.err
    assert read("verify", read.folder / "bad.tpwx").status == exits.DAMAGED
    assert read.ok("verify", read.folder / "books.tpwx", "--vkey", key[1]).out.count("FAILED") == 0


def test_an_export_has_the_pools_name_by_default(books: Line) -> None:
    assert books.apart("export").status == 0
    assert (books.folder / "pool.tpwx").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("transfer", "7"), "OK proof: transfer 0x7 stands at position"),
        (("event", "3"), "OK proof: event kernel."),
        (("consistency", "3"), "only adds to the one at position 3"),
    ],
)
def test_a_proof_is_accepted_by_the_program_that_shares_nothing(
    read: Line, arguments: tuple[str, ...], said: str
) -> None:
    name = f"{arguments[0]}.json"
    read.ok("proof", *arguments, "--out", read.folder / name)
    ran = python(read.folder, VERIFIER, name)
    assert ran.status == 0
    assert said in ran.out
    assert json.loads(read.ok("proof", *arguments).out)["vkeys"]


def test_a_checkpoint_is_shown(read: Line) -> None:
    note = read.ok("proof", "checkpoint").out
    assert note.splitlines()[0] == PoolDirectory(read.pool).settings.origin
    assert read.json("proof", "checkpoint")["note"] == note


def test_what_cannot_be_proven_is_refused(read: Line) -> None:
    assert read("proof", "transfer", "99").status == exits.REFUSED
    assert read("proof", "event", "99999").status != exits.OK


def test_replay_arrives_at_the_state_that_verify_names(read: Line) -> None:
    whole = read.json("replay")
    assert whole["state_hash"] == read.json("verify")["verdict"]["state_hash"]
    part = read.json("replay", "--to", "5")
    assert (part["position"], part["state_hash"] != whole["state_hash"]) == (5, True)
    assert "events" in read.ok("replay").out
    assert read("replay", "--to", "99999").status == exits.USAGE


def test_views_are_built_again_and_say_the_same(books: Line) -> None:
    before = books.json("statement", ADA)
    books.ok("views", "rebuild")
    assert books.json("statement", ADA)["postings"] == before["postings"]


def test_who_sits_at_a_terminal_sees_progress(books: Line) -> None:
    """Run with a terminal for standard error: a bar is drawn there, none of it in the answer."""
    for _ in range(3):
        books.ok("transfer", "new", BANK, BEN, "1.00", "EUR")
    mine, theirs = pty.openpty()
    environment = clean_environment(
        {"TPWALLET_POOL": str(books.pool), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", "from tpwallet.faces.cli.main import main; main()", "verify"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    assert ran.stdout is not None
    drawn = b""
    while True:
        try:
            piece = os.read(mine, 65_536)
        except OSError:
            break
        if not piece:
            break
        drawn += piece
    with ran.stdout:
        out = ran.stdout.read().decode()
    assert ran.wait() == 0
    os.close(mine)
    assert "Verifying" in drawn.decode()
    assert "Verifying" not in out
    assert out.splitlines()[-1].startswith("OK")


def test_without_a_terminal_a_passphrase_is_asked_for_by_name(books: Line, tmp_path: Path) -> None:
    saved = tmp_path / "sealed"
    refused = books.apart("backup", saved, "--encrypt")
    assert (refused.status, "TPWALLET_PASSPHRASE" in refused.err) == (exits.USAGE, True)
    assert "Warning" not in refused.err
    books.ok("backup", saved, "--encrypt", TPWALLET_PASSPHRASE="correct horse")
    ran = books.apart("restore", saved, tmp_path / "new")
    assert (ran.status, "Warning" in ran.err) == (exits.USAGE, False)
