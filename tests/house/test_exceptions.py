"""Law: an exception is answered, never swallowed (house style, rule 6)."""

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

BLIND = {"Exception", "BaseException"}


def caught(kind: ast.expr | None) -> set[str]:
    """Name what an `except` catches."""
    match kind:
        case None:
            return set()
        case ast.Tuple(elts=kinds):
            return {dotted(one) for one in kinds}
        case _:
            return {dotted(kind)}


def says_nothing(statement: ast.stmt) -> bool:
    """Tell whether a statement leaves no trace: pass, continue, `...` or a text."""
    match statement:
        case ast.Pass() | ast.Continue() | ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False


def swallowed_exceptions(source: Source) -> Iterator[Offence]:
    """Find bare excepts, and blind ones that do nothing."""
    for node in source.nodes:
        match node:
            case ast.ExceptHandler(type=None):
                yield source.offence(node, "bare except: name what is expected")
            case ast.ExceptHandler(type=kind, body=body) if caught(kind) & BLIND:
                if all(map(says_nothing, body)):
                    yield source.offence(node, "swallows every exception: name it, or let it rise")
            case ast.Call(func=func, args=args) if dotted(func).endswith("suppress"):
                if {dotted(argument) for argument in args} & BLIND:
                    yield source.offence(node, "suppresses every exception: name it")


def test_no_exception_is_swallowed() -> None:
    expect_none(offences_in(swallowed_exceptions, package_sources()))


def test_swallowed_exceptions_are_found() -> None:
    attempt = "try:\n    pay()\nexcept{}:\n    {}\n"
    assert lines_of(swallowed_exceptions, attempt.format("", "raise")) == {3}
    assert lines_of(swallowed_exceptions, attempt.format(" Exception", "pass")) == {3}
    assert lines_of(swallowed_exceptions, attempt.format(" (OSError, Exception)", "...")) == {3}
    assert lines_of(swallowed_exceptions, "with contextlib.suppress(Exception): pay()") == {1}


def test_answered_exceptions_are_allowed() -> None:
    attempt = "try:\n    pay()\nexcept {}:\n    {}\n"
    assert not lines_of(swallowed_exceptions, attempt.format("Exception", "halt()"))
    assert not lines_of(swallowed_exceptions, attempt.format("FileNotFoundError", "pass"))
