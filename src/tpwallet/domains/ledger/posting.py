"""Friendly postings: legs with addresses and decimal amounts, turned into a chain of transfers."""

import re
from datetime import UTC, date, datetime

import msgspec

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.events import TransferNoted
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.forms import ASSET_PATTERN
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.records import U128_MAX, Transfer
from tpwallet.domains.ledger.references import parse_account
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.money import Asset, MoneyError, parse_minor
from tpwallet.money.limits import ASSET_CODE_LENGTH_MAX

_ASSET_CODE = re.compile(ASSET_PATTERN, re.ASCII)


class Note(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What a posting means beside its amounts."""

    effective_date: str | None = None  # ISO 8601; None: the day it is booked
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    sealed: dict[str, bytes] = msgspec.field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to note."""
        return self.effective_date is None and not self.metadata and not self.sealed


def check_asset_code(code: str, *, parameter: str) -> str:
    """The code itself when it is written like one. **Rejects** with `Malformed` all else, and does
    not repeat it.

    >>> check_asset_code("EUR", parameter="asset")
    'EUR'
    """
    if len(code) > ASSET_CODE_LENGTH_MAX or not _ASSET_CODE.fullmatch(code):
        raise Malformed(
            f"an asset's code has 1 to {ASSET_CODE_LENGTH_MAX} capital letters, digits and hyphens "
            "between them",
            parameter=parameter,
        )
    return code


def find_asset(facts: LedgerFacts, code: str, *, parameter: str = "asset") -> Asset:
    """The asset of a code. **Rejects** `unknown_asset` and `asset_delisted`; with `Malformed` what
    is no asset's code, which is not recorded.
    """
    try:
        asset = facts.catalogue.by_code(code)
    except MoneyError:
        check_asset_code(code, parameter=parameter)
        raise Rejected("unknown_asset", f"no asset {code!r}", parameter=parameter) from None
    if code in facts.delisted:
        raise Rejected("asset_delisted", asset=code, parameter=parameter)
    return asset


def parse_amount(text: str, asset: Asset, *, parameter: str = "amount") -> int:
    """Minor units of a decimal amount. **Rejects** with `Malformed` what is no amount of the
    asset.
    """
    try:
        minor = parse_minor(text, asset)
    except MoneyError as error:
        raise Malformed(str(error), parameter=parameter, reason=error.code) from None
    if not 0 <= minor <= U128_MAX:
        raise Malformed("an amount is at least 0 and fits 128 bits", parameter=parameter)
    return minor


def check_code(code: int) -> int:
    """A transfer code. **Rejects** with `Malformed` one outside 1 to 65,535."""
    if not 1 <= code <= 0xFFFF:
        raise Malformed("a code is 1 to 65535", parameter="code")
    return code


def transfer_of(facts: LedgerFacts, leg: Leg, transfer_id: int, *, flags: int = 0) -> Transfer:
    """The transfer a leg asks for."""
    asset = find_asset(facts, leg.asset)
    return Transfer(
        id=transfer_id,
        debit_account_id=parse_account(leg.debit, parameter="debit"),
        credit_account_id=parse_account(leg.credit, parameter="credit"),
        amount=parse_amount(leg.amount, asset),
        ledger=asset.ledger,
        code=check_code(leg.code),
        flags=flags,
    )


def chain_of(transfers: list[Transfer]) -> list[Transfer]:
    """The transfers as one chain: all of them or none."""
    linked = [
        msgspec.structs.replace(transfer, flags=transfer.flags | TransferFlags.LINKED)
        for transfer in transfers[:-1]
    ]
    return [*linked, *transfers[-1:]]


def check_timeout(seconds: int) -> int:
    """How long a reservation holds. **Rejects** with `Malformed` what does not fit its field."""
    if not 0 <= seconds <= limits.TIMEOUT_SECONDS_MAX:
        raise Malformed("a timeout is 0 (never) to 2^32 - 1 seconds", parameter="timeout_seconds")
    return seconds


def day_of(now: int) -> date:
    """The UTC day of a time in nanoseconds."""
    return datetime.fromtimestamp(now // 1_000_000_000, UTC).date()


def parse_day(text: str, *, parameter: str) -> date:
    """A day written YYYY-MM-DD. **Rejects** with `Malformed` all else, other forms of ISO 8601
    included, so that one day is always the same text.

    >>> parse_day("2024-02-29", parameter="through")
    datetime.date(2024, 2, 29)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Malformed("a date is YYYY-MM-DD", parameter=parameter) from None
    if day.isoformat() != text:
        raise Malformed("a date is YYYY-MM-DD", parameter=parameter)
    return day


def check_effective_date(facts: LedgerFacts, text: str | None, now: int) -> None:
    """Nothing is booked into a closed period.

    **Rejects** `period_closed` a day up to the end of the last closed period, and
    `effective_date_in_the_future`; with `Malformed` what is no date.
    """
    closed = facts.closed_through
    if text is None and closed is None:
        return
    day = day_of(now) if text is None else parse_day(text, parameter="effective_date")
    if closed is not None and day <= closed:
        raise Rejected("period_closed", effective_date=str(day), closed_through=str(closed))
    if day > day_of(now):
        raise Rejected("effective_date_in_the_future", effective_date=str(day))


def check_metadata(metadata: dict[str, str]) -> None:
    """**Rejects** with `Malformed` metadata that is too much. It is public: no personal data."""
    size = sum(len(k.encode()) + len(v.encode()) for k, v in metadata.items())
    if len(metadata) > limits.METADATA_ENTRIES_MAX or size > limits.METADATA_BYTES_MAX:
        raise Malformed(
            f"metadata has at most {limits.METADATA_ENTRIES_MAX} entries and "
            f"{limits.METADATA_BYTES_MAX} bytes",
            parameter="metadata",
        )


def note_of(transfer_id: int, note: Note) -> TransferNoted:
    """The event that keeps a note."""
    return TransferNoted(
        transfer_id.to_bytes(16, "little"), note.effective_date, note.metadata, note.sealed
    )
