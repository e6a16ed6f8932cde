"""Small days for tests, at the reference rates of one fixed day."""

from datetime import date

from tpwallet.lab.day.day import Day, plan_day
from tpwallet.lab.day.ecb import ReferenceRates
from tpwallet.lab.day.prices import Prices
from tpwallet.money import standard_catalogue

REFERENCE = ReferenceRates(date(2024, 6, 28), {"USD": "1.0705", "CNY": "7.7748", "JPY": "171.94"})


def prices(seed: int = 1, base: str = "EUR") -> Prices:
    return Prices(REFERENCE, base=standard_catalogue().by_code(base), seed=seed)


def day(seed: int = 1, *, customers: int = 24, errands: int = 150, base: str = "EUR") -> Day:
    return plan_day(
        seed=seed,
        customers=customers,
        errands=errands,
        base=standard_catalogue().by_code(base),
        reference=REFERENCE,
    )
