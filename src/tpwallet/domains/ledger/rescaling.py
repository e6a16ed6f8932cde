"""Rescaling: balances of one asset become balances of another at an exact ratio, loss-free.

An asset's scale is for ever, because every record ever stored is read with it. So a token that
splits, or a currency that drops three zeros, is a new asset; each account of the old one gets a
twin in the new one, and its balance moves there through two conversion accounts. The ratio is of
whole units: `1/1000` makes 1 new unit of 1,000 old ones, whatever the two scales are.

Nothing is ever rounded here: a balance whose worth is no whole number of the successor's minor
units is refused with its remainder, and somebody decides what becomes of the rest before it is
tried again. When every balance has moved, the old ledger's conversion account holds nothing,
because debits equalled credits all along; then the asset can be delisted.
"""

import hashlib
import re
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.delisting import holding
from tpwallet.domains.ledger.events import AccountNamed, CreditLineSet
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import AccountFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.limits import RATIO_LENGTH_MAX
from tpwallet.domains.ledger.records import U128_MAX, Account, unpack_account
from tpwallet.domains.ledger.reserved import CREDIT_LINE, conversion_address, line_address
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.errors import InvariantBroken, Malformed, Rejected
from tpwallet.money import Asset

_RATIO = re.compile(r"[1-9][0-9]*(?:/[1-9][0-9]*)?", re.ASCII)
_TWIN = b"tpwallet twin account\0"
_INHERITED = (
    AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
    | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS
    | AccountFlags.HISTORY
)


class Rescaling(NamedTuple):
    """From which asset into which, and how many whole units one whole unit becomes."""

    asset: Asset
    successor: Asset
    ratio: Fraction


class Twin(NamedTuple):
    """An account on its way: what moves, into which account, and what is known of that one.

    `balance` (credits less debits) is in minor units of the asset, `value` of the successor.
    """

    account: Account
    account_name: AccountNamed | None
    twin: Account
    twin_name: AccountNamed | None
    balance: int
    value: int


def parse_ratio(text: str) -> Fraction:
    """An exact ratio above zero. **Rejects** with `Malformed` all but digits, or two runs of them
    with a slash between.

    >>> parse_ratio("1/1000000")
    Fraction(1, 1000000)
    """
    if len(text) > RATIO_LENGTH_MAX or not _RATIO.fullmatch(text):
        raise Malformed("a ratio is a whole number or a fraction such as 1/1000", parameter="ratio")
    return Fraction(text)


def convert_exactly(rescaling: Rescaling, minor: int, *, account: str) -> int:
    """What minor units of the asset are in minor units of the successor.

    **Rejects** `rescale_not_exact`, naming the account and the part of a minor unit that is left
    over, and `amount_out_of_range`.
    """
    asset, successor, ratio = rescaling
    worth = minor * ratio * successor.minor_per_unit / asset.minor_per_unit
    value, rest = divmod(worth.numerator, worth.denominator)
    if rest:
        raise Rejected(
            "rescale_not_exact",
            f"{minor} minor units of {asset.code} are {worth} of {successor.code}",
            account=account,
            balance=str(minor),
            remainder=str(Fraction(rest, worth.denominator)),
        )
    if abs(value) > U128_MAX:
        raise Rejected("amount_out_of_range", account=account)
    return value


def rows_to_rescale(
    ledger: LedgerState, facts: LedgerFacts, asset: Asset, *, after: int | None
) -> np.ndarray:
    """The rows of an asset's accounts that still have something to be moved, in order, behind the
    account with the id `after`. **Rejects** `account_not_found`.
    """
    wanted = holding(ledger, asset.ledger)
    for account_id, line in facts.credit_lines:
        row = ledger.row_of(int.from_bytes(account_id, "little"))
        if row is not None and line.limit_minor != "0":
            wanted[row] |= unpack_account(ledger.accounts[row].tobytes()).ledger == asset.ledger
    conversion = ledger.row_of(account_id_of(conversion_address(asset.code)))
    if conversion is not None:
        wanted[conversion] = False
    if after is not None:
        row = ledger.row_of(after)
        if row is None:
            raise Rejected("account_not_found", account=f"#{after}")
        wanted[: row + 1] = False
    return np.flatnonzero(wanted)


def twin_of(rescaling: Rescaling, account: Account, name: AccountNamed | None) -> Twin:
    """The twin of an account, and what moves there.

    **Rejects** `account_has_reservations`, `account_already_closed` (a frozen account is reopened
    first) and `rescale_not_exact`.
    """
    called = f"#{account.id}" if name is None else name.address
    if account.debits_pending or account.credits_pending:
        raise Rejected(
            "account_has_reservations",
            "post, void or await its reservations first",
            account=called,
        )
    if account.flags & AccountFlags.CLOSED:
        raise Rejected("account_already_closed", "reopen it first", account=called)
    balance = account.credits_posted - account.debits_posted
    value = convert_exactly(rescaling, balance, account=called)
    twin_name = None if name is None else _twin_name(rescaling, name)
    twin = Account(
        id=_raw_twin_id(rescaling, account.id)
        if twin_name is None
        else int.from_bytes(twin_name.account_id, "little"),
        ledger=rescaling.successor.ledger,
        code=account.code,
        flags=account.flags & _INHERITED,
        user_data_128=account.user_data_128,
        user_data_64=account.user_data_64,
        user_data_32=account.user_data_32,
    )
    return Twin(account, name, twin, twin_name, balance, value)


def moved_credit_line(
    rescaling: Rescaling, facts: LedgerFacts, twin: Twin
) -> tuple[CreditLineSet, ...]:
    """What becomes of an account's credit line: the twin has it from now on, beside what it may
    have had before, and the account none.

    **Rejects** `rescale_not_exact` for the limit.
    """
    account_id = twin.account.id.to_bytes(16, "little")
    line = facts.credit_lines.get(account_id)
    if line is None or line.limit_minor == "0":
        return ()
    if twin.account_name is None or twin.twin_name is None:
        raise InvariantBroken("an account without an address has a credit line")
    limit = convert_exactly(rescaling, int(line.limit_minor), account=twin.account_name.address)
    before = facts.credit_lines.get(twin.twin_name.account_id)
    limit += 0 if before is None else int(before.limit_minor)
    twin_line = account_id_of(line_address(twin.twin_name.address))
    return (
        CreditLineSet(account_id, line.line_account_id, "0"),
        CreditLineSet(twin.twin_name.account_id, twin_line.to_bytes(16, "little"), str(limit)),
    )


def twin_address(address: str, code: str, successor: str) -> str:
    """The address with the asset's code replaced, where it is last named, or the successor's
    appended; a credit line stays below the account it lends to.

    >>> twin_address("customer/42/OLD/available", "OLD", "NEW")
    'customer/42/NEW/available'
    >>> twin_address("bank/main/credit-line", "OLD", "NEW")
    'bank/main/NEW/credit-line'
    """
    segments = address.split("/")
    for place in reversed(range(len(segments))):
        if segments[place] == code:
            return "/".join([*segments[:place], successor, *segments[place + 1 :]])
    below = segments[-1:] if segments[-1] == CREDIT_LINE else []
    return "/".join([*segments[: len(segments) - len(below)], successor, *below])


def conversion_account(asset: Asset) -> tuple[Account, AccountNamed]:
    """The account an asset's side of every rescaling is booked on; opened when first needed."""
    address = conversion_address(asset.code)
    account = Account(
        id=account_id_of(address),
        ledger=asset.ledger,
        code=AccountKind.CLEARING.code,
        flags=AccountFlags.HISTORY,
    )
    return account, AccountNamed(account.id.to_bytes(16, "little"), address, True)


def _twin_name(rescaling: Rescaling, name: AccountNamed) -> AccountNamed:
    address = twin_address(name.address, rescaling.asset.code, rescaling.successor.code)
    account_id = account_id_of(address).to_bytes(16, "little")
    return AccountNamed(account_id, address, name.guarded, name.metadata, name.sealed)


def _raw_twin_id(rescaling: Rescaling, account_id: int) -> int:
    """The id of the twin of an account that has no address."""
    data = _TWIN + account_id.to_bytes(16, "little") + rescaling.successor.code.encode()
    return int.from_bytes(hashlib.sha256(data).digest()[:16], "little")
