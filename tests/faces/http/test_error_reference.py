"""Every code that can reach a caller is listed, with its status and facts, in the table and in the
reference.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import tpwallet
from tpwallet.domains.ledger.status import Status
from tpwallet.faces.http.app import create_app
from tpwallet.faces.http.codes import CODES, Code
from tpwallet.faces.http.problems import problem_of
from tpwallet.kernel.errors import Rejected, TpwalletError
from tpwallet.money import CatalogueFull, DuplicateAsset, InvalidAsset

PACKAGE = Path(tpwallet.__file__).parent
REFERENCE = PACKAGE.parent.parent / "docs" / "reference" / "errors.md"
# Rooms whose refusals a caller can meet. The others have refusals of their own kind.
ROOMS = ("kernel", "domains", "flows", "gateways", "processes", "views", "faces")
# Whose refusals no server tells: they are met where a client, a terminal or a backup is.
ELSEWHERE = ("tpwallet.faces.client", "tpwallet.faces.cli", "tpwallet.gateways.backup")
NEVER_TOLD = {"snapshot_unusable"}  # answered where it is met: another snapshot is taken
BESIDE_THE_FACTS = {"parameter", "code"}


def _trees() -> Iterator[ast.Module]:
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def _written() -> dict[str, set[str]]:
    """Codes written in the source, each with the facts it is written with."""
    found: dict[str, set[str]] = defaultdict(set)
    for tree in _trees():
        if _imports_another_rejected(tree):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Name(id="Rejected"), args=[ast.Constant(value=str(code)), *_]
                ):
                    found[code] |= {word.arg for word in node.keywords if word.arg}
                case _:
                    pass
    return found


def _imports_another_rejected(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module != "tpwallet.kernel.errors"
        and any(name.name == "Rejected" for name in node.names)
        for node in ast.walk(tree)
    )


def _classes(kind: type[TpwalletError]) -> Iterator[type[TpwalletError]]:
    """The kinds a server has, whatever else is loaded."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("tpwallet.") and not one.__module__.startswith(ELSEWHERE):
            yield one
        yield from _classes(one)


def _row(name: str, code: Code) -> str:
    facts = ", ".join(f"`{fact}`" for fact in code.facts)
    parameter = f"`{code.parameter}`" if code.parameter else ""
    again = "yes" if code.is_temporary else ""
    return f"| `{name}` | {code.status} | {code.title} | {parameter} | {facts} | {again} |"


def test_every_code_of_the_source_is_in_the_table() -> None:
    create_app([])  # whose import defines every refusal of the door
    classes = {kind.code for kind in _classes(TpwalletError)} - {TpwalletError.code} - NEVER_TOLD
    statuses = {status.label for status in Status if status is not Status.CREATED}
    money = {kind.code for kind in (InvalidAsset, DuplicateAsset, CatalogueFull)}
    assert set(_written()) | classes | statuses | money <= set(CODES)


def test_every_fact_of_the_source_is_in_the_table() -> None:
    for code, facts in _written().items():
        told = set(CODES[code].facts) | BESIDE_THE_FACTS
        if code.startswith("idempotency"):
            told |= {"position"}
        assert facts <= told, code


def test_the_reference_lists_exactly_the_table() -> None:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if re.fullmatch(r"\| `[a-z0-9_]+` \| [45][0-9]{2} \|.*", line)]
    assert rows == [_row(name, code) for name, code in sorted(CODES.items())]


def test_statuses_say_what_kind_of_answer_it_is() -> None:
    for name, code in CODES.items():
        assert 400 <= code.status < 600
        is_waited_for = code.status in {429, 503} or name == "outcome_unknown"
        assert code.is_temporary == (is_waited_for and name != "clock_refused"), name
        if name.endswith("_not_found"):
            assert code.status == 404
        if name.startswith("exists"):
            assert code.status == 409


def test_unlisted_code_is_a_fault_of_ours() -> None:
    assert problem_of(Rejected("never_heard_of")).status == 500


def test_position_of_a_recorded_refusal_is_told_apart_from_its_facts() -> None:
    recorded = problem_of(Rejected("exceeds_credits", position=7, leg=0))
    assert (recorded.position, recorded.facts) == (7, {"leg": 0})
    asked = problem_of(Rejected("event_not_found", position=7))
    assert (asked.position, asked.facts) == (None, {"position": 7})
