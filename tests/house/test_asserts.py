"""Law: no `assert` guards the package, because `python -O` removes it (house style, rule 6)."""

import ast
from collections.abc import Iterator

from tests.house.reading import (
    Offence,
    Source,
    expect_none,
    lines_of,
    offences_in,
    package_sources,
)


def asserts(source: Source) -> Iterator[Offence]:
    """Find assert statements."""
    for node in source.nodes:
        if isinstance(node, ast.Assert):
            yield source.offence(node, "assert dies under -O: raise InvariantBroken")


def test_the_package_has_no_assert() -> None:
    expect_none(offences_in(asserts, package_sources()))


def test_asserts_are_found() -> None:
    assert lines_of(asserts, "x = 1\nassert x\n") == {2}
    assert not lines_of(asserts, "text = 'assert x'\n")
