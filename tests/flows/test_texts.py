"""Whatever text a command is given, the journal keeps none that has not its form.

A refusal is recorded, and what is recorded stays for ever. So a name, a telephone number or a text
of megabytes given in the place of something else is told to be malformed, and leaves no trace.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.flows.desk import Desk
from tests.hub.test_routes import GOLDEN
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.flows.clock import OverrideClock
from tpwallet.flows.transfers import Post
from tpwallet.kernel.command import Command
from tpwallet.kernel.errors import Malformed, Poisoned, TpwalletError

STRAY = ("Ada Lovelace, 12 St James Sq", "+44 20 7946 0000", "x" * 300_000, "EUR\n", "a b", "")
RECORDED_BYTES_MAX = 4_096


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a command: field names and indexes. Metadata is text by agreement."""
    match value:
        case AccountKind():
            pass
        case str():
            yield path
        case msgspec.Struct():
            for field in value.__struct_fields__:
                if field not in {"metadata", "sealed"}:
                    yield from places(getattr(value, field), (*path, field))
        case tuple():
            for index, one in enumerate(value):
                yield from places(one, (*path, index))
        case _:
            pass


def put(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """The same command with another text in one place."""
    if not path:
        return text
    first, *rest = path
    if isinstance(first, str):
        inner = put(getattr(value, first), tuple(rest), text)
        return msgspec.structs.replace(value, **{first: inner})
    return (*value[:first], put(value[first], tuple(rest), text), *value[first + 1 :])


CASES = [(command, path) for command, _ in GOLDEN for path in places(command)]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk().opened("bank/main/EUR", AccountKind.ASSET).opened("customer/42/EUR")


@pytest.mark.parametrize("text", STRAY, ids=lambda text: text[:12])
@pytest.mark.parametrize(("command", "path"), CASES, ids=lambda one: str(one)[:40])
def test_a_text_without_its_form_is_told_and_not_recorded(
    desk: Desk, command: Command, path: tuple[Any, ...], text: str
) -> None:
    before = len(desk.entries)
    try:
        answer = desk.answer(put(command, path, text))
    except Malformed as refusal:  # judged when the command is made
        answer = refusal
    assert isinstance(answer, TpwalletError)
    assert not isinstance(answer, Poisoned)
    if isinstance(answer, Malformed):
        named = str(answer.facts["parameter"])
        assert named in {str(one) for one in path}
        assert len(desk.entries) == before
        assert len(str(answer)) < RECORDED_BYTES_MAX
    for entry in desk.entries[before:]:
        recorded = b"".join(entry.event_bytes)
        assert len(recorded) < RECORDED_BYTES_MAX
        assert not text or text.encode() not in recorded


def test_every_command_with_texts_is_asked() -> None:
    asked = {type(command) for command, _ in CASES}
    assert OverrideClock in asked
    assert len(asked) > 15
    assert any(path[-1] == "asset" for _, path in CASES)
    assert any(path[0] == "legs" for _, path in CASES)


def test_metadata_is_bounded_whatever_it_says(desk: Desk) -> None:
    note = Note(metadata={"k": "x" * 1_000_000})
    leg = Leg(debit="bank/main/EUR", credit="customer/42/EUR", amount="1", asset="EUR")
    answer = desk.answer(Post(legs=(leg,), note=note))
    assert isinstance(answer, Malformed)
    assert answer.facts["parameter"] == "metadata"
