"""Law: the pure rooms reach for nothing; time, entropy and the world are arguments.

import-linter forbids the modules (pyproject.toml, contract "pure"). This law forbids what needs no
forbidden module: the calls, and the imports written in a room's own `__init__`.
"""

import ast
from collections.abc import Iterator

from tests.house.reading import (
    Offence,
    Source,
    dotted,
    expect_none,
    lines_of,
    offences_in,
    package_sources,
)

ROOMS = ("money", "proofs", "keys", "formats", "domains", "flows")
MODULES = {"apsw", "asyncio", "logging", "os", "psycopg", "random", "secrets", "socket"} | {
    "sqlite3",
    "structlog",
    "threading",
    "time",
}
CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}
ENDINGS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "uuid.uuid1",
    "uuid.uuid4",
)


def imported(node: ast.AST) -> set[str]:
    """Name the top-level modules a statement imports."""
    match node:
        case ast.Import(names=names):
            return {name.name.partition(".")[0] for name in names}
        case ast.ImportFrom(module=str(module)):
            return {module.partition(".")[0]}
        case _:
            return set()


def impure(source: Source) -> Iterator[Offence]:
    """Find what reaches out of a pure room."""
    for node in source.nodes:
        for module in sorted(imported(node) & MODULES):
            yield source.offence(node, f"imports {module}: take what you need as an argument")
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in CALLS or f".{name}".endswith(tuple(f".{end}" for end in ENDINGS)):
                yield source.offence(node, f"calls {name}: take what it gives as an argument")
        elif isinstance(node, ast.Attribute) and dotted(node) in {"np.random", "numpy.random"}:
            yield source.offence(node, "draws numbers: take the entropy as an argument")


def test_pure_rooms_reach_for_nothing() -> None:
    expect_none(offences_in(impure, package_sources(*ROOMS)))


def test_reaching_out_is_found() -> None:
    for line in (
        "import time",
        "import os.path",
        "from secrets import token_bytes",
        "datetime.datetime.now()",
        "date.today()",
        "uuid4 = uuid.uuid4()",
        "open('x')",
        "print(1)",
        "np.random.default_rng()",
    ):
        assert lines_of(impure, f"\n{line}\n") == {2}, line


def test_typing_a_moment_is_allowed() -> None:
    assert not lines_of(impure, "from datetime import datetime\ndef due(at: datetime): ...\n")
