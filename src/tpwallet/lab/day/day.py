"""The day itself: errands begun as the hours ask for, and their intents in the order they are due.

After midnight it does not end: errands follow one another every second, for as long as anybody
asks. That is the rush hour of the demo and the load of a test.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from tpwallet.domains.ledger.leg import Leg
from tpwallet.flows.transfers import Post
from tpwallet.lab.day import addresses
from tpwallet.lab.day.desk import Desk, Draft, Errand, Wait
from tpwallet.lab.day.ecb import ReferenceRates
from tpwallet.lab.day.errands import MIX, deposit_of
from tpwallet.lab.day.firm import Firm, found, house_account
from tpwallet.lab.day.intents import Intent, Kind
from tpwallet.lab.day.limits import SECONDS_PER_DAY
from tpwallet.lab.day.prices import TRADED, Prices
from tpwallet.money import Amount, Asset

# How busy each hour is: quiet nights, lunch, the evening.
HOURS = (2, 1, 1, 1, 1, 2, 4, 9, 13, 14, 13, 14, 19, 17, 13, 12, 13, 16, 19, 17, 12, 8, 5, 3)
_SECONDS_PER_HOUR = SECONDS_PER_DAY // len(HOURS)
_CAPITAL_BASE_UNITS = 2_000_000  # per asset, so that the bank can pay what the desk converts


@dataclass(frozen=True, slots=True)
class Day:
    """One business day: the firm, the prices, and how many errands are run before midnight.

    Everything is a function of these; each call tells the same story again from its beginning.
    """

    seed: int
    firm: Firm
    prices: Prices
    errands: int

    def accounts(self) -> Iterator[Intent]:
        """Open every account; in any order, before anything else."""
        for number, command in enumerate(self.firm.accounts()):
            command_id = f"{self._prefix}-open-{number:06d}"
            yield Intent(command_id=command_id, kind=Kind.OPENING, due_second=0, command=command)

    def funding(self) -> Iterator[Intent]:
        """The owners' capital, and what the customers have brought; before the first errand."""
        return iter(self._funding(self._desk()))

    def intents(self) -> Iterator[Intent]:
        """What happens then, in the order it is due; without end."""
        desk = self._desk()
        self._funding(desk)
        beginnings = self._beginnings(random.Random(f"hours {self.seed}"))
        order = count()
        numbers = count(1)
        under_way: list[tuple[int, int, Errand, str | None]] = []
        begins = next(beginnings)
        while True:
            if under_way and under_way[0][0] <= begins:
                desk.second, _, errand, after = heapq.heappop(under_way)
            else:
                desk.second, after = begins, None
                errand = desk.weighted(MIX)(desk)
                begins = next(beginnings)
            for step in errand:
                if isinstance(step, Wait):
                    due = desk.second + step.seconds
                    heapq.heappush(under_way, (due, next(order), errand, after))
                    break
                intent = self._intent(desk, step, next(numbers), after)
                after = intent.command_id
                yield intent

    def _desk(self) -> Desk:
        return Desk(self.firm, self.prices, random.Random(f"errands {self.seed}"))

    @property
    def _prefix(self) -> str:
        return f"day{self.seed}"

    def _intent(self, desk: Desk, draft: Draft, number: int, after: str | None) -> Intent:
        return Intent(
            command_id=f"{self._prefix}-{number:07d}",
            kind=draft.kind,
            due_second=desk.second,
            command=draft.command,
            after=after,
        )

    def _funding(self, desk: Desk) -> list[Intent]:
        drafts = [_capital(desk, asset) for asset in TRADED]
        for customer in self.firm.customers:
            for asset in customer.assets:
                amount = desk.sized(asset, 150_00, 6_000_00)
                drafts.append(deposit_of(desk, customer.account(asset), amount))
        return [
            Intent(
                command_id=f"{self._prefix}-fund-{number:06d}",
                kind=draft.kind,
                due_second=0,
                command=draft.command,
            )
            for number, draft in enumerate(drafts)
        ]

    def _beginnings(self, source: random.Random) -> Iterator[int]:
        """The seconds at which errands begin: as the hours ask, then one every second."""
        for hour, weight in enumerate(HOURS):
            begun = self.errands * sum(HOURS[:hour]) // sum(HOURS)
            until = self.errands * sum(HOURS[: hour + 1]) // sum(HOURS)
            first = hour * _SECONDS_PER_HOUR
            if weight:
                yield from sorted(
                    first + source.randrange(_SECONDS_PER_HOUR) for _ in range(until - begun)
                )
        yield from count(SECONDS_PER_DAY)


def plan_day(
    *, seed: int, customers: int, errands: int, base: Asset, reference: ReferenceRates
) -> Day:
    """Plan a day of a new firm.

    **Rejects** (`ValueError`) too few or too many customers.
    """
    firm = found(random.Random(f"firm {seed}"), customers=customers)
    return Day(seed, firm, Prices(reference, base=base, seed=seed), errands)


def _capital(desk: Desk, asset: str) -> Draft:
    base_minor = _CAPITAL_BASE_UNITS * desk.prices.base.minor_per_unit
    amount: Amount = desk.prices.sized(base_minor, desk.asset(asset), second=0)
    movement = Leg(
        debit=house_account(asset),
        credit=addresses.capital(asset),
        amount=amount.decimal(),
        asset=asset,
    )
    return Draft(Kind.CAPITAL, Post(legs=(movement,)))
