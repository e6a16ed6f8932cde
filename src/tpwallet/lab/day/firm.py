"""Who takes part in the day: the firm's customers and merchants, and all their accounts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.flows.accounts import OpenAccount
from tpwallet.lab.day import addresses
from tpwallet.lab.day.limits import (
    CUSTOMERS_MAX,
    CUSTOMERS_MIN,
    CUSTOMERS_PER_MERCHANT,
    MERCHANTS_MIN,
)
from tpwallet.lab.day.prices import COINS, CURRENCIES, TRADED

FEE_KINDS = ("payments", "conversion", "network")
_HOME_WEIGHTS = (45, 25, 18, 12)  # of CURRENCIES, in order
_SECOND_CURRENCY = (1, 3)  # chance
_COIN = (2, 5)  # chance


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer: a number, and the assets they keep, the home currency first."""

    number: int
    assets: tuple[str, ...]

    def account(self, asset: str) -> str:
        """The address of their account in an asset."""
        return addresses.customer(self.number, asset)


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant: a number, and the assets they take."""

    number: int
    assets: tuple[str, ...]

    def account(self, asset: str) -> str:
        """The address of their account in an asset."""
        return addresses.merchant(self.number, asset)


@dataclass(frozen=True, slots=True)
class Firm:
    """A wallet firm: its customers and its merchants."""

    customers: tuple[Customer, ...]
    merchants: tuple[Merchant, ...]

    def takers(self, asset: str) -> tuple[Merchant, ...]:
        """The merchants who take an asset."""
        return tuple(merchant for merchant in self.merchants if asset in merchant.assets)

    def holders(self, asset: str) -> tuple[Customer, ...]:
        """The customers who keep an asset."""
        return tuple(customer for customer in self.customers if asset in customer.assets)

    def accounts(self) -> Iterator[OpenAccount]:
        """Every account, the firm's own first."""
        for asset in TRADED:
            yield from _own_accounts(asset)
        parties: tuple[Customer | Merchant, ...] = (*self.merchants, *self.customers)
        for party in parties:
            for asset in party.assets:
                yield _open(party.account(asset), asset, AccountKind.LIABILITY)


def found(source: random.Random, *, customers: int) -> Firm:
    """A firm of so many customers, and a merchant for every eight.

    **Rejects** (`ValueError`) fewer than `CUSTOMERS_MIN` or more than `CUSTOMERS_MAX`.
    """
    if not CUSTOMERS_MIN <= customers <= CUSTOMERS_MAX:
        raise ValueError(f"a firm has {CUSTOMERS_MIN} to {CUSTOMERS_MAX} customers")
    merchants = max(MERCHANTS_MIN, customers // CUSTOMERS_PER_MERCHANT)
    return Firm(
        tuple(Customer(number, _kept(source)) for number in range(1, customers + 1)),
        tuple(Merchant(number, _taken(source, number)) for number in range(1, merchants + 1)),
    )


def house_account(asset: str) -> str:
    """Where an asset itself lies: at the bank, or on its chain."""
    return addresses.treasury(asset) if asset in COINS else addresses.bank(asset)


def _kept(source: random.Random) -> tuple[str, ...]:
    (home,) = source.choices(CURRENCIES, _HOME_WEIGHTS)
    kept = [home]
    if _happens(source, _SECOND_CURRENCY):
        kept.append(source.choice([code for code in CURRENCIES if code != home]))
    if _happens(source, _COIN):
        kept.append(source.choice(COINS))
    return tuple(kept)


def _taken(source: random.Random, number: int) -> tuple[str, ...]:
    """Every merchant takes euros and two more; the first ones between them take everything."""
    certain = TRADED[number % len(TRADED)]
    return tuple(dict.fromkeys(("EUR", certain, *source.sample(TRADED, 2))))


def _happens(source: random.Random, chance: tuple[int, int]) -> bool:
    times, of = chance
    return source.randrange(of) < times


def _own_accounts(asset: str) -> Iterator[OpenAccount]:
    yield _open(house_account(asset), asset, AccountKind.ASSET)
    yield _open(addresses.capital(asset), asset, AccountKind.EQUITY)
    yield _open(addresses.conversion(asset), asset, AccountKind.CLEARING)
    for kind in FEE_KINDS:
        yield _open(addresses.fees(kind, asset), asset, AccountKind.INCOME)


def _open(address: str, asset: str, kind: AccountKind) -> OpenAccount:
    return OpenAccount(address=address, asset=asset, kind=kind)
