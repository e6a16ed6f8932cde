"""The planner's desk: what it knows while it writes the day down.

It draws from the seed, reads prices at the second it has reached, and keeps for each account what
it expects to be free there, so that a plan carried out in order is refused only where it means to
be. It knows nothing of the hub: carried out by many hands at once, an intent may still come too
early and be refused, as in life.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from tpwallet.lab.day.firm import Customer, Firm, Merchant
from tpwallet.lab.day.intents import Kind, Operation
from tpwallet.lab.day.prices import Prices
from tpwallet.money import Amount, Asset, standard_catalogue

Party: TypeAlias = Customer | Merchant
_Choice = TypeVar("_Choice")
_QUANTUM = {"ETH": 10**12}  # nobody sends single wei
_SKEW = 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An intent to be: it gets its number and its time when it is taken from the errand."""

    kind: Kind
    command: Operation


@dataclass(frozen=True, slots=True)
class Wait:
    """The errand goes on so many seconds of the day later."""

    seconds: int


Errand: TypeAlias = Iterator[Draft | Wait]


@dataclass
class Desk:
    """Who takes part, the prices, the source of chance, the second reached, and what is free."""

    firm: Firm
    prices: Prices
    source: random.Random
    second: int = 0
    free: dict[str, int] = field(default_factory=dict)  # minor units, by address

    def asset(self, code: str) -> Asset:
        """An asset by its code."""
        return standard_catalogue().by_code(code)

    def choose(self, among: Sequence[_Choice]) -> _Choice:
        """One of them, any."""
        return self.source.choice(among)

    def weighted(self, weights: dict[_Choice, int]) -> _Choice:
        """One of the keys, as often as its weight says."""
        (chosen,) = self.source.choices(list(weights), list(weights.values()))
        return chosen

    def happens(self, percent: int) -> bool:
        """Whether something that happens so often happens now."""
        return self.source.randrange(100) < percent

    def pause(self, seconds_min: int, seconds_max: int) -> Wait:
        """A wait of some length in between."""
        return Wait(self.source.randint(seconds_min, seconds_max))

    def transfer_id(self) -> str:
        """An id for a reservation, so that what settles it can name it."""
        return str(self.source.getrandbits(127) | 1)

    def sized(self, asset: str, low: int, high: int) -> Amount:
        """An amount worth `low` to `high` minor units of the base currency, small ones more often.

        It is at least one minor unit of `asset`.
        """
        drawn = low + (high - low) * self.source.randint(0, _SKEW) ** 2 // _SKEW**2
        amount = self.prices.sized(drawn, self.asset(asset), second=self.second)
        quantum = _QUANTUM.get(asset, 1)
        return Amount(max(amount.minor // quantum, 1) * quantum, amount.asset)

    def affordable(self, address: str, asset: str, low: int, high: int) -> Amount | None:
        """As `sized`, but never more than half of what is free; None when that is too little."""
        wanted = self.sized(asset, low, high)
        half = self.free.get(address, 0) // 2
        least = self.prices.sized(low, self.asset(asset), second=self.second).minor
        if half < max(least, 1):
            return None
        return min(wanted, Amount(half, wanted.asset))

    def give(self, address: str, amount: Amount) -> None:
        """Expect more to be free at an address."""
        self.free[address] = self.free.get(address, 0) + amount.minor

    def take(self, address: str, amount: Amount) -> None:
        """Expect less to be free at an address."""
        self.free[address] = self.free.get(address, 0) - amount.minor
