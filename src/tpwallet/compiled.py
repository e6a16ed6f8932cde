"""Compiled loops: the one decorator every compiled function of tpwallet wears.

Functions are compiled by numba on first use, release the interpreter while they run, and are kept
on disk so that the next process starts at once. Numba's own cache looks only at the file a
function stands in and at its time of change: a caller compiled against an older callee, or an
upgrade that keeps file times, would silently run old code. So the cache lies in a folder named by
the digest of every source that has compiled functions or gives them names, and a change to any of
them starts a new one.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core import config

Loop = Callable[..., Any]  # numba infers types from what a loop is called with

_IMPORT = re.compile(r"^from tpwallet\.([\w.]+) import", re.MULTILINE)
_KEPT = 4  # folders of other releases that may still be in use


def _imported(source: Path, root: Path) -> list[Path]:
    """The modules of ours that a source imports names from."""
    found = []
    for module in _IMPORT.findall(source.read_text()):
        path = root.joinpath(*module.split("."))
        found += [p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()]
    return found


def _sources() -> list[Path]:
    """Every source with compiled functions, and all they take names from."""
    root = Path(__file__).parent
    waiting = [path for path in root.rglob("*.py") if "@compiled" in path.read_text()]
    known: set[Path] = set()
    while waiting:
        source = waiting.pop()
        if source not in known:
            known.add(source)
            waiting += _imported(source, root)
    return sorted(known)


def _sources_digest() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for source in _sources():
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


@cache
def cache_folder() -> Path:
    """Where compiled functions are kept: under `XDG_CACHE_HOME`, `~/.cache`, or a temporary
    folder.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    base = home / "tpwallet"
    if not _usable(base):
        base = Path(tempfile.gettempdir()) / f"tpwallet-{os.getuid()}"
    folder = base / f"loops-{_sources_digest()}"
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    others = sorted(base.glob("loops-*"), key=lambda path: path.stat().st_mtime)
    for old in others[: -_KEPT - 1]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def inlined(function: Loop) -> Any:  # noqa: ANN401
    """Like `compiled`, and always put into its callers."""
    return _decorated(function, forceinline=True)


def compiled(function: Loop) -> Any:  # noqa: ANN401
    """Compile a function on first use, without the interpreter's lock, and keep the result on
    disk.
    """
    return _decorated(function)


def _decorated(function: Loop, **options: bool) -> Any:  # noqa: ANN401
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        return numba.njit(cache=True, nogil=True, **options)(function)
    finally:
        config.CACHE_DIR = before
