"""The first start is told of: whoever waits for the compiler knows what for."""

import subprocess
import sys
from pathlib import Path

import pytest

import tpwallet
from tpwallet.compiled import cache_folder
from tpwallet.faces.embedded.opening import tell_of_compiling
from tpwallet.kernel.errors import NotAPool

_SAID = "compiling the ledger's loops, once, about 30 seconds\n"
_TELL = "from tpwallet.faces.embedded.opening import tell_of_compiling as tell; tell()"


def _standard_error(cache: Path, program: str = _TELL) -> str:
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={"XDG_CACHE_HOME": str(cache), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stderr


def test_the_first_start_is_told_of_on_standard_error(tmp_path: Path) -> None:
    assert _standard_error(tmp_path) == _SAID


def test_a_program_can_have_it_said_elsewhere_or_not_at_all(tmp_path: Path) -> None:
    quiet = f"import logging; logging.getLogger('tpwallet').setLevel('ERROR'); {_TELL}"
    assert _standard_error(tmp_path, quiet) == ""


def test_later_starts_are_silent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with tpwallet.open(tmp_path / "pool"):
        assert list(cache_folder().rglob("*.nbi"))
    caplog.clear()
    tell_of_compiling()
    assert caplog.messages == []
    assert capsys.readouterr().err == ""


def test_a_folder_of_other_things_becomes_no_pool(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(NotAPool) as refused:
        tpwallet.open(tmp_path)
    assert refused.value.code == "not_a_pool"
    with pytest.raises(NotAPool):
        tpwallet.open(tmp_path, create=False)
    with pytest.raises(NotAPool), tpwallet.read(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
