"""What a client reads from a hub is what the library reads from the same pool's directory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import tpwallet
from tests.faces.http.hub import found
from tests.faces.http.hub import hub as running_hub
from tests.faces.http.served import ALICE, BANK
from tpwallet.faces.client import Client, Leg
from tpwallet.faces.shapes import Shape

Question = Callable[[Any], Any]

# As long as addresses get, and nearly as many as are looked up at once.
_LONGEST = [f"{number:04}/{'/'.join(['a' * 15] * 14)}/{'a' * 27}" for number in range(198)]

QUESTIONS: dict[str, Question] = {
    "balance": lambda pool: pool.balance(ALICE),
    "past balance": lambda pool: pool.balance(ALICE, at=8),
    "statement": lambda pool: pool.statement(ALICE, limit=2),
    "history": lambda pool: list(pool.history(ALICE)),
    "totals": lambda pool: pool.totals(),
    "past totals": lambda pool: pool.totals(at=9),
    "tree": lambda pool: pool.tree("customer"),
    "account": lambda pool: pool.account(BANK),
    "accounts": lambda pool: pool.accounts(prefix="customer/", kind="liability"),
    "transfer": lambda pool: pool.find_transfer("77"),
    "many transfers": lambda pool: pool.find_transfers(["78", "404", "77"]),
    "many accounts": lambda pool: pool.find_accounts([*_LONGEST, ALICE, BANK]),
    "some transfers": lambda pool: pool.transactions(code=5, side="credit", account=ALICE),
    "some accounts": lambda pool: pool.accounts(code=1000, since=3, user_data_128="0"),
    "transactions": lambda pool: pool.transactions(is_reversed=True),
    "events": lambda pool: pool.events(limit=16, is_expanded=True).events,
    "entry": lambda pool: pool.entry(10),
    "feed": lambda pool: pool.feed().changes,
    "proof of a transfer": lambda pool: pool.proof_of_transfer("77").item,
    "proof of an event": lambda pool: pool.proof_of_event(10).content,
}


def _spend(hub: Client) -> None:
    hub.transfer(debit=BANK, credit=ALICE, amount="9.00", asset="EUR", transfer_id="77")
    hub.hold(debit=BANK, credit=ALICE, amount="3.00", asset="EUR", metadata={"order": "7"})
    hub.post([Leg(debit=BANK, credit=ALICE, amount="0.50", asset="EUR", code=5)] * 3)
    hub.freeze(BANK)


@pytest.mark.slow
def test_answers_are_the_library_s(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    with (
        running_hub(folder := _founded(folder)) as hub,
        Client(hub.address, _key(folder)) as client,
    ):
        _spend(client)
        theirs = {name: ask(client) for name, ask in QUESTIONS.items()}
    with tpwallet.open(folder, create=False) as pool:
        ours = {name: ask(pool) for name, ask in QUESTIONS.items()}
    for name, answer in theirs.items():
        assert _timeless(answer) == _timeless(ours[name]), name


def _timeless(answer: Any) -> Any:
    """An answer without the position it reflects: opening the pool moves that on."""
    if isinstance(answer, Shape) and hasattr(answer, "position"):
        return msgspec.structs.replace(answer, position=0)
    return answer


def _founded(folder: Path) -> Path:
    found(folder)
    return folder


def _key(folder: Path) -> str:
    return (folder / "admin.key").read_text().strip()
