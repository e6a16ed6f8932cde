"""Every parameter of every method, with a value that is right, and all values of other kinds.

What a parameter takes is told here once more, by hand and apart from its annotation: an annotation
that lets too much through is what the tests are to find. A parameter that is not told of is an
error (`KeyError`), so that a new method is held to this as well.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from tests.faces.http.served import ALICE, BANK
from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.bodies import Personal

HALF = "\ud800"  # of a surrogate pair: a str that is no text
NAN = math.nan
LEG: dict[str, Any] = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}

TEXT, NUMBER, CLAIM, TEXTS, NOTES, LEGS, PERSON, BYTES, RECORDS, MOMENT = range(10)

# What is of no kind that any parameter takes.
_STRANGE: list[Any] = [1.5, NAN, Decimal(1), datetime(2026, 1, 31, tzinfo=UTC), object(), {1}, 1j]
WRONG: Mapping[int, list[Any]] = {
    TEXT: [*_STRANGE, 0, 1, 2**128, True, b"x", ["x"], {"x": "x"}, HALF],
    NUMBER: [*_STRANGE, "1", "", 2**128, -(2**128), True, b"1", [1], {"x": 1}],
    CLAIM: [*_STRANGE[:-1], 0, 1, "true", "", b"1", [True]],
    TEXTS: [*_STRANGE[:-2], 0, "EUR", b"x", {"x": "x"}, [1], [None], [b"x"], [True], [HALF]],
    NOTES: [
        *_STRANGE,
        *(1, "x", b"x", ["x"], [("a", "b")], True),
        *({"a": 1}, {"a": None}, {"a": 1.5}, {1: "a"}, {"a": HALF}, {HALF: "a"}, {"a": ["b"]}),
    ],
    LEGS: [
        *_STRANGE,
        *(1, "x", b"x", LEG, [], [None], ["x"], [1]),
        *([Leg(**{**LEG, name: 1.5})] for name in LEG),
        *([Leg(**{**LEG, name: None})] for name in LEG),
        [Leg(**LEG, code=True)],
        [Leg(**{**LEG, "code": 1.0})],
        [Leg(**LEG), Leg(**{**LEG, "amount": Decimal(1)})],
    ],
    PERSON: [
        *_STRANGE,
        *(1, "x", b"x", ["x"], {"subject": "s"}, True),
        Personal(cast("Any", 1), {"name": "x"}),
        Personal("", {"name": "x"}),
        Personal("s", {}),
        Personal("s", cast("Any", {"name": 1})),
        Personal("s", {"name": HALF}),
        Personal("s", cast("Any", {1: "x"})),
        Personal("s", cast("Any", "x")),
        Personal(HALF, {"name": "x"}),
    ],
    BYTES: [*_STRANGE, "x", "", 1, True, ["x"], {"x": "x"}],
    RECORDS: [*_STRANGE, "x", "", 1, True, [1], ["x"], [None], {"x": "x"}],
    MOMENT: [*_STRANGE, True, 2**128, -(2**128), b"1", [1], {"x": 1}, HALF],
}


class Taken(NamedTuple):
    """What a parameter takes: a value that is right, and of which kind it is."""

    right: Any
    kind: int


PARAMETERS: Mapping[str, Taken] = {
    "account": Taken(ALICE, TEXT),
    "accounts": Taken([ALICE], TEXTS),
    "address": Taken("customer/77/available/EUR", TEXT),
    "after": Taken(0, NUMBER),
    "allow_opposite_balance": Taken(False, CLAIM),
    "amount": Taken("1.00", TEXT),
    "asset": Taken("EUR", TEXT),
    "assets": Taken(["EUR"], TEXTS),
    "at": Taken(1, MOMENT),
    "at_least": Taken(0, NUMBER),
    "away_ms_max": Taken(1000, NUMBER),
    "bit": Taken(1, NUMBER),
    "code": Taken(1, NUMBER),
    "command_id": Taken("here", TEXT),
    "content": Taken(b"{}", BYTES),
    "credit": Taken(ALICE, TEXT),
    "cursor": Taken(None, TEXT),
    "debit": Taken(BANK, TEXT),
    "dry_run": Taken(True, CLAIM),
    "effective_at": Taken("2099-01-31T12:00:00Z", TEXT),
    "effective_date": Taken("2026-01-31", TEXT),
    "expires_at": Taken("2099-01-31T12:00:00Z", TEXT),
    "form": Taken("csv", TEXT),
    "guarded": Taken(True, CLAIM),
    "holder": Taken("key:x", TEXT),
    "index": Taken(0, NUMBER),
    "is_expanded": Taken(False, CLAIM),
    "is_reversed": Taken(True, CLAIM),
    "key_id": Taken("nobody", TEXT),
    "kind": Taken("fees", TEXT),
    "ledger": Taken(4_000, NUMBER),
    "legs": Taken([Leg(**LEG)], LEGS),
    "limit": Taken(10, NUMBER),
    "metadata": Taken({"order": "7"}, NOTES),
    "name": Taken("card", TEXT),
    "new": Taken(None, MOMENT),
    "old": Taken(1, MOMENT),
    "path": Taken("customer", TEXT),
    "pending_id": Taken("7", TEXT),
    "personal": Taken(Personal("s", {"name": "x"}), PERSON),
    "position": Taken(1, NUMBER),
    "prefix": Taken("customer", TEXT),
    "ratio": Taken("1/10", TEXT),
    "reason": Taken("INC-7", TEXT),
    "records": Taken(bytes(128), RECORDS),
    "reference": Taken("0" * 32, TEXT),
    "scale": Taken(2, NUMBER),
    "schema": Taken(1, NUMBER),
    "scopes": Taken(["ledger:read"], TEXTS),
    "since": Taken(1, MOMENT),
    "side": Taken("debit", TEXT),
    "subject": Taken("s", TEXT),
    "subtrees": Taken(["customer"], TEXTS),
    "successor": Taken("USD", TEXT),
    "through": Taken("2026-01-31", TEXT),
    "timeout_seconds": Taken(60, NUMBER),
    "transfer_id": Taken("7", TEXT),
    "transfer_ids": Taken(["7"], TEXTS),
    "until": Taken(9, MOMENT),
    "user_data_128": Taken("7", TEXT),
    "user_data_32": Taken(7, NUMBER),
    "user_data_64": Taken("7", TEXT),
    "version": Taken(1, NUMBER),
}
# Where the same name means something else.
OF_METHODS: Mapping[tuple[str, str], Taken] = {
    ("set_credit_line", "limit"): Taken("1.00", TEXT),
    ("set_credit_line", "address"): Taken(ALICE, TEXT),
    ("register_asset", "code"): Taken("POINTS", TEXT),
    ("delist_asset", "code"): Taken("EUR", TEXT),
    ("rescale_accounts", "code"): Taken("EUR", TEXT),
    ("rescale_accounts", "after"): Taken("7", TEXT),
    ("error_code", "code"): Taken("halted", TEXT),
    ("open_account", "code"): Taken(2_001, NUMBER),
    ("open_account", "kind"): Taken("liability", TEXT),
    ("accounts", "kind"): Taken("liability", TEXT),
    ("each_account", "kind"): Taken("liability", TEXT),
    ("transactions", "kind"): Taken("posted", TEXT),
    ("each_transaction", "kind"): Taken("posted", TEXT),
    ("feed", "after"): Taken("0", TEXT),
    ("each_change", "after"): Taken("0", TEXT),
    ("follow_changes", "after"): Taken("0", TEXT),
}
# Texts that are refused where they are read, with the first line or by the hub, or that may be
# empty: the beginning of every address.
MAY_BE_EMPTY = {"after", "cursor", "prefix", "ratio", "side", "user_data_128", "user_data_64"}
KINDS_READ_LATER = {"accounts", "each_account", "transactions", "each_transaction"}


class Case(NamedTuple):
    """A method called with one wrong argument among right ones."""

    method: str
    parameter: str
    arguments: Mapping[str, Any]


def taken(method: str, parameter: str) -> Taken:
    """What a parameter of a method takes. **Rejects** with `KeyError` one that is not told of."""
    return OF_METHODS.get((method, parameter)) or PARAMETERS[parameter]


def methods_of(owner: type) -> dict[str, Callable[..., Any]]:
    """The public methods of a class."""
    found = {name: getattr(owner, name) for name in dir(owner) if not name.startswith("_")}
    return {name: method for name, method in found.items() if inspect.isfunction(method)}


def parameters_of(method: Callable[..., Any]) -> list[inspect.Parameter]:
    """What a method takes beside `self`."""
    return list(inspect.signature(method).parameters.values())[1:]


def cases_of(name: str, method: Callable[..., Any]) -> Iterator[Case]:
    """A method with every wrong value of every parameter, one at a time."""
    parameters = parameters_of(method)
    right = {
        one.name: taken(name, one.name).right
        for one in parameters
        if one.default is inspect.Parameter.empty
    }
    for one in parameters:
        kind = taken(name, one.name).kind
        wrong = list(WRONG[kind])
        if one.default is not None:
            wrong.append(None)
        is_read_later = one.name == "kind" and name in KINDS_READ_LATER
        if kind == TEXT and not (one.name in MAY_BE_EMPTY or is_read_later):
            wrong.append("")
        for value in wrong:
            yield Case(name, one.name, {**right, one.name: value})
