"""An erased key is in no file of the vault any more, or it is said that it still is."""

import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateways.test_vault import ADA, BOB, KEY, SECRET
from tpwallet.gateways.vault import SqliteVault
from tpwallet.kernel.errors import ErasureUnfinished, Rejected
from tpwallet.kernel.sealed import SubjectId


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path) -> SqliteVault:
    return SqliteVault(path, KEY)


class Reader:
    """Another connection to the vault, which may be reading it."""

    def __init__(self, path: Path) -> None:
        self.database = apsw.Connection(str(path))

    def begins(self) -> "Reader":
        self.database.execute("begin")
        self.wrapped_keys()
        return self

    def ends(self) -> None:
        self.database.execute("commit")

    def wrapped_keys(self) -> dict[str, bytes]:
        rows = self.database.execute("select subject, wrapped_key from subjects").fetchall()
        return {str(subject): wrapped for subject, wrapped in rows if isinstance(wrapped, bytes)}


def folder_holds(path: Path, found: bytes) -> bool:
    """Whether any file beside the vault has these bytes."""
    return any(found in file.read_bytes() for file in path.parent.rglob("*") if file.is_file())


def test_an_erased_key_leaves_no_trace_while_others_have_the_vault_open(
    path: Path, vault: SqliteVault
) -> None:
    vault.seal(ADA, SECRET)
    other, another = SqliteVault(path, KEY), Reader(path)
    wrapped = another.wrapped_keys()[ADA]
    assert folder_holds(path, wrapped)
    other.erase(ADA)
    assert not folder_holds(path, wrapped)
    assert path.stat().st_size > 0


def test_a_process_that_is_killed_leaves_no_erased_key(path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom tpwallet.gateways.vault import SqliteVault\n"
        "vault = SqliteVault(Path(sys.argv[1]), bytes(range(32)))\n"
        "vault.seal('customer/ada', 'x'); print('sealed', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"sealed\n"
        wrapped = Reader(path).wrapped_keys()[ADA]
        assert SqliteVault(path, KEY).erase(ADA) == 1
        child.kill()
    assert not folder_holds(path, wrapped)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tpwallet.gateways.vault._CUTS_MAX", 2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("opportunity", ["seal", "erase", "erase again", "open", "close"])
def test_an_erasure_that_a_reader_holds_up_says_so_and_is_finished_later(
    path: Path, vault: SqliteVault, opportunity: str
) -> None:
    reference = vault.seal(ADA, SECRET)
    reader = Reader(path)
    wrapped = reader.wrapped_keys()[ADA]
    reader.begins()
    with pytest.raises(ErasureUnfinished, match="still has a copy") as told:
        vault.erase(ADA)
    assert told.value.facts == {"texts": 1}
    assert vault.open(reference) is None
    assert folder_holds(path, wrapped)
    with pytest.raises(ErasureUnfinished):
        vault.erase(ADA)
    vault.seal(BOB, "goes on")  # whoever reads holds nobody up
    reader.ends()
    match opportunity:
        case "seal":
            vault.seal(BOB, "y")
        case "erase":
            assert vault.erase(BOB) == 1
        case "erase again":
            assert vault.erase(ADA) == 0
        case "open":
            SqliteVault(path, KEY)
        case _:
            vault.close()
    assert not folder_holds(path, wrapped)


@pytest.mark.usefixtures("impatient")
def test_an_erasure_on_a_failing_disk_does_not_read_as_if_nothing_was_done(
    path: Path, vault: SqliteVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = vault.seal(ADA, SECRET)
    wrapped = Reader(path).wrapped_keys()[ADA]

    def fail(_path: Path) -> None:
        raise OSError("input/output error")

    monkeypatch.setattr("tpwallet.gateways.vault.sync", fail)
    with pytest.raises(ErasureUnfinished):
        vault.erase(ADA)
    assert vault.open(reference) is None
    monkeypatch.undo()
    assert vault.erase(ADA) == 0
    assert not folder_holds(path, wrapped)


def test_an_erasure_waits_for_a_reader_that_ends(path: Path, vault: SqliteVault) -> None:
    vault.seal(ADA, SECRET)
    reader = Reader(path)
    wrapped = reader.wrapped_keys()[ADA]
    reader.begins()
    erasing = threading.Thread(target=vault.erase, args=(ADA,))
    erasing.start()
    time.sleep(0.2)
    assert erasing.is_alive()
    vault.seal(BOB, "others are not held up meanwhile")
    reader.ends()
    erasing.join(10)
    assert not folder_holds(path, wrapped)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), min_size=20, max_size=80))
@settings(max_examples=15, deadline=None)
def test_no_history_of_a_vault_keeps_an_erased_key(history: list[tuple[bool, int]]) -> None:
    """Rows that move from page to page leave no copies behind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault.db"
        vault = SqliteVault(path, KEY)
        vault._database.execute("pragma synchronous = off")
        reader, erased = Reader(path), set[bytes]()
        for erases, number in history:
            subject = SubjectId(f"person-{number}-{'x' * 97 * (number % 7)}")
            if erases:
                erased.add(reader.wrapped_keys().get(subject) or KEY)
                vault.erase(subject)
            else:
                with suppress(Rejected):
                    vault.seal(subject, SECRET, purpose=(b"p",))
        vault.erase(BOB)
        assert not any(folder_holds(path, wrapped) for wrapped in erased)
