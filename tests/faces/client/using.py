"""What a scenario of the client's tests is, and what many of them begin with."""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.faces.http.served import ALICE, BANK
from tpwallet.domains.ledger.records import Account, Transfer, pack_account
from tpwallet.faces import shapes
from tpwallet.faces.client.operation import Operation

EUR = 978
Use = Callable[[Any], Any]
_numbers = itertools.count(1)


class Scenario(NamedTuple):
    """A method, the operation it asks, how it is used, and the kind of what is answered."""

    method: str
    operation: str
    use: Use
    shape: type[Any]


class Scenarios:
    """Scenarios of some methods."""

    def __init__(self) -> None:
        self.all: list[Scenario] = []

    def register(
        self, method: str, operation: Operation[Any], shape: type[Any] | None = None
    ) -> Callable[[Use], Use]:
        """Keep the use of a method; it answers in the operation's shape, or in another."""

        def keep(use: Use) -> Use:
            self.all.append(Scenario(method, operation.name, use, shape or operation.answer))
            return use

        return keep


def fresh() -> int:
    """A number nobody has."""
    return next(_numbers)


def pay(hub: Any, amount: str = "10.00", **rest: Any) -> shapes.Receipt:
    """Money from the bank for Alice."""
    found: shapes.Receipt = hub.transfer(
        debit=BANK, credit=ALICE, amount=amount, asset="EUR", **rest
    )
    return found


def opened(hub: Any, kind: str = "liability") -> str:
    """A new account's address."""
    address = f"customer/{fresh()}/EUR"
    hub.open_account(address, asset="EUR", kind=kind)
    return address


def held(hub: Any) -> str:
    """A new reservation's id."""
    found = hub.hold(debit=BANK, credit=ALICE, amount="3.00", asset="EUR")
    transfer_id: str = found.transfers[0].transfer_id
    return transfer_id


def position_of(place: str) -> int:
    """The position of a place."""
    return int(place.partition(".")[0])


def raw_accounts(count: int = 2) -> list[Account]:
    """Accounts nobody has."""
    return [Account(id=10_000 + fresh(), ledger=EUR, code=1) for _ in range(count)]


def raw_transfers(hub: Any, count: int = 3) -> list[Transfer]:
    """Transfers between two new accounts."""
    one, other = raw_accounts()
    hub.create_accounts(pack_account(one) + pack_account(other))
    return [
        Transfer(
            id=20_000 + fresh(),
            debit_account_id=one.id,
            credit_account_id=other.id,
            amount=1,
            ledger=EUR,
            code=1,
        )
        for _ in range(count)
    ]
