"""Law: what is public says what it is (house style, rule 10).

Every module, and every public class and function of the package, one-line commands included. A
public method needs a docstring too, unless its class extends another: then it may keep the promise
documented there. What lies inside a function or a private class is not public.
"""

import ast
from collections.abc import Iterator

from tests.house.reading import (
    Definition,
    Offence,
    Source,
    dotted,
    expect_none,
    lines_of,
    offences_in,
    package_sources,
)

SPOKEN_FOR = {"overload", "override", "setter", "deleter"}
PLAIN_BASES = {"Struct", "Protocol", "Enum", "IntEnum", "StrEnum", "IntFlag", "NamedTuple", "ABC"}


def extends_another(definition: ast.ClassDef) -> bool:
    """Tell whether a class has a base that may document its methods."""
    bases = {dotted(base).rpartition(".")[2] for base in definition.bases}
    return bool(bases - PLAIN_BASES)


def public_members(body: list[ast.stmt]) -> Iterator[Definition]:
    """Give the public definitions of a body that must speak for themselves."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            marks = {dotted(mark).rpartition(".")[2] for mark in node.decorator_list}
            if not marks & SPOKEN_FOR:
                yield node


def undocumented(source: Source) -> Iterator[Offence]:
    """Find public names without a docstring."""
    if source.text.strip() and not ast.get_docstring(source.tree):
        yield source.offence(source.tree, "the module says nothing: what it is, what it is not")
    for definition in public_members(source.tree.body):
        if not ast.get_docstring(definition):
            yield source.offence(definition, f"{definition.name} has no docstring")
        if isinstance(definition, ast.ClassDef) and not extends_another(definition):
            for member in public_members(definition.body):
                if not ast.get_docstring(member):
                    name = f"{definition.name}.{member.name}"
                    yield source.offence(member, f"{name} has no docstring")


def test_every_public_name_is_documented() -> None:
    expect_none(offences_in(undocumented, package_sources()))


def test_undocumented_names_are_found() -> None:
    assert lines_of(undocumented, "x = 1\n") == {1}
    assert lines_of(undocumented, "'M.'\ndef pay(): ...\nclass Quote: ...\n") == {2, 3}
    assert lines_of(undocumented, "'M.'\nclass Q:\n    'D.'\n    def price(self): ...\n") == {4}


def test_private_and_inherited_names_may_be_silent() -> None:
    assert not lines_of(undocumented, "'M.'\ndef _pay(): ...\n")
    assert not lines_of(undocumented, "'M.'\nclass Q(Base):\n    'D.'\n    def price(self): ...\n")
