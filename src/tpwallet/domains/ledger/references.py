"""Naming accounts, their kinds, and transfers: by address, by name or by number.

An account is named by its address, or by `#` and its 128-bit id in decimal; a transfer by its id
in decimal. Friendly calls that name no transfer id get one from the command they are part of, so
a repeated command leads to the same transfers.
"""

import hashlib

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import U128_MAX
from tpwallet.kernel.errors import Malformed

_TRANSFER = b"tpwallet transfer\0"


def parse_id(text: str, *, parameter: str) -> int:
    """A 128-bit id from decimal. **Rejects** with `Malformed` anything else, 0 and 2^128 - 1.

    >>> parse_id("42", parameter="id")
    42
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 39):
        raise Malformed("an id is a decimal number below 2^128 - 1", parameter=parameter)
    value = int(text)
    if not 0 < value < U128_MAX:
        raise Malformed("an id is above 0 and below 2^128 - 1", parameter=parameter)
    return value


def parse_kind(text: str, *, parameter: str) -> AccountKind:
    """An account's kind by its name. **Rejects** with `Malformed` all else.

    >>> parse_kind("liability", parameter="kind").value
    'liability'
    """
    try:
        return AccountKind(text)
    except ValueError:
        kinds = ", ".join(kind.value for kind in AccountKind)
        raise Malformed(f"a kind is one of {kinds}", parameter=parameter) from None


def parse_account(reference: str, *, parameter: str) -> int:
    """The id of an account named by address or `#id`. **Rejects** with `Malformed` all else."""
    if reference.startswith("#"):
        return parse_id(reference[1:], parameter=parameter)
    try:
        return account_id_of(reference)
    except Malformed as error:
        raise Malformed(str(error), parameter=parameter) from None


def derived_transfer_id(actor: str, command_id: str, leg: int) -> int:
    """The id of a command's transfer that names none: 128 bits of SHA-256."""
    data = b"\0".join((_TRANSFER, actor.encode(), command_id.encode(), str(leg).encode()))
    return int.from_bytes(hashlib.sha256(data).digest()[:16], "little") or 1
