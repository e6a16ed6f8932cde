"""How the laws of the house read the repository, and how they speak.

A law is a function from one `Source` (or one text) to the offences in it, so that a bad sample can
be given to it as easily as the repository. The files read are those git would commit: what is
tracked, and what is new and not ignored.
"""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "src/tpwallet"

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Offence(NamedTuple):
    """One place that breaks a law; `what` says what is there and what to do instead."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """Print as editors link it."""
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, with `/`, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Parse the text, once."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """List every node of the tree, once."""
        return tuple(ast.walk(self.tree))

    def offence(self, node: ast.AST, what: str) -> Offence:
        """Make an offence at the line of `node`."""
        return Offence(self.path, getattr(node, "lineno", 1), what)


def is_checkout() -> bool:
    """Tell whether there is a git checkout to read; a source archive has none."""
    return (ROOT / ".git").exists()


@cache
def tracked_paths() -> tuple[str, ...]:
    """List the paths git would commit; skips the test outside a git checkout."""
    if not is_checkout():
        pytest.skip("the laws of the house read a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = {path for path in listed.stdout.split("\0") if path}
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


@cache
def python_sources() -> tuple[Source, ...]:
    """Read every Python file git would commit."""
    return tuple(
        Source(path, (ROOT / path).read_text(encoding="utf-8"))
        for path in tracked_paths()
        if path.endswith(".py")
    )


def package_sources(*rooms: str) -> Iterator[Source]:
    """Read the files of the package, or only those of the named rooms."""
    folders = tuple(f"{PACKAGE}/{room}/" for room in rooms) or (f"{PACKAGE}/",)
    return (source for source in python_sources() if source.path.startswith(folders))


@cache
def tracked_texts() -> tuple[tuple[str, str], ...]:
    """Read every file git would commit that is UTF-8 text: (path, text)."""
    texts = []
    for path in tracked_paths():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            texts.append((path, content.decode("utf-8", errors="replace")))
    return tuple(texts)


def documented(node: ast.AST) -> Definition | None:
    """Give `node` when it is a public class or function, else nothing."""
    if isinstance(node, Definition) and not node.name.startswith("_"):
        return node
    return None


def dotted(node: ast.AST) -> str:
    """Spell a name or a chain of attributes: `datetime.datetime.now`; else the empty text.

    >>> dotted(ast.parse("a.b.c()", mode="eval").body.func)
    'a.b.c'
    """
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case _:
            return ""


def offences_in(
    law: Callable[[Source], Iterable[Offence]], sources: Iterable[Source]
) -> list[Offence]:
    """Apply one law to many files."""
    return [offence for source in sources for offence in law(source)]


def expect_none(offences: Iterable[Offence]) -> None:
    """Fail the test with one line for each offence."""
    found = sorted(set(offences))
    if found:
        pytest.fail("\n".join(map(str, found)), pytrace=False)


def lines_of(
    law: Callable[[Source], Iterable[Offence]], text: str, path: str = "sample.py"
) -> set[int]:
    """Give the lines at which a law fires in a sample."""
    return {offence.line for offence in law(Source(path, text))}
