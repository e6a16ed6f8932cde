"""Law: no floats where money is decided (house style, rule 4).

Not the float literal, not the conversion, not the annotation, not numpy's float types, and not
`/` between literals. A guard such as `isinstance(value, float)` that refuses floats is welcome.
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

ROOMS = ("money", "domains", "flows")
INSTEAD = "use integers, Fraction or the exact types of tpwallet.money"


def annotations(node: ast.AST) -> Iterator[ast.expr]:
    """Give the annotations that belong to a node itself."""
    match node:
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
            yield annotation
        case ast.FunctionDef(returns=ast.expr() as returns):
            yield returns
        case _:
            pass


def floats(source: Source) -> Iterator[Offence]:
    """Find floats in one file."""
    for node in source.nodes:
        match node:
            case ast.Constant(value=float() | complex() as value):
                yield source.offence(node, f"float literal {value!r}: {INSTEAD}")
            case ast.Call(func=ast.Name(id="float" | "complex" as name)):
                yield source.offence(node, f"{name}(...): {INSTEAD}")
            case ast.Attribute(attr=attr) if attr.startswith(("float", "complex")):
                yield source.offence(node, f".{attr}: {INSTEAD}")
        for annotation in annotations(node):
            if any(dotted(part) == "float" for part in ast.walk(annotation)):
                yield source.offence(annotation, f"annotated as float: {INSTEAD}")


def test_rooms_that_decide_money_hold_no_float() -> None:
    expect_none(offences_in(floats, package_sources(*ROOMS)))


def test_floats_are_found() -> None:
    sample = "fee = 0.1\nrate = float('1')\nkind = numpy.float64\nx: list[float]\nok = 1\n"
    assert lines_of(floats, sample) == {1, 2, 3, 4}
    assert lines_of(floats, "def fee(share: float) -> float: ...") == {1}


def test_refusing_a_float_is_allowed() -> None:
    assert not lines_of(floats, "if isinstance(value, float):\n    raise TypeError(value)\n")
