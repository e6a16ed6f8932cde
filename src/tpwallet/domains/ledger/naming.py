"""The name an account was opened under: its address, who may move it, what is known of it.

An account's id follows from its address by a public hash, so whoever may send raw batches can open
an account in an address's place before its owner does. Such an account has no name, and nothing
gives it one: a friendly call that finds it there refuses it rather than taking it for its own.
"""

from tpwallet.domains.ledger.decide import Past
from tpwallet.domains.ledger.events import AccountNamed
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.errors import InvariantBroken, Rejected


def name_at(ledger: LedgerState, past: Past, row: int) -> AccountNamed | None:
    """The recorded name of the account in a row; None: it was opened by a raw batch."""
    position = int(ledger.named_at[row])
    if not position:
        return None
    name = past.event_at(position)
    if not isinstance(name, AccountNamed):
        raise InvariantBroken("an account's name leads to another kind of event")
    return name


def name_of(ledger: LedgerState, past: Past, account_id: bytes) -> AccountNamed | None:
    """The recorded name of an account that exists, by its id in 16 bytes."""
    row = ledger.row_of(int.from_bytes(account_id, "little"))
    if row is None:
        raise InvariantBroken("an account that exists is not there")
    return name_at(ledger, past, row)


def require_name(ledger: LedgerState, past: Past, account_id: bytes, address: str) -> AccountNamed:
    """The recorded name of the account that exists at an address.

    **Rejects** `account_exists_unnamed`.
    """
    name = name_of(ledger, past, account_id)
    if name is None:
        raise Rejected(
            "account_exists_unnamed",
            "a raw batch has opened an account in this address's place",
            account=address,
        )
    return name


def check_same_name(ledger: LedgerState, past: Past, wanted: AccountNamed) -> None:
    """An account that exists may stand for the one that is wanted only under the very same name.

    **Rejects** `account_exists_unnamed`, `exists_with_different_guard`,
    `exists_with_different_metadata` and `exists_with_different_sealed`.
    """
    name = require_name(ledger, past, wanted.account_id, wanted.address)
    if name.guarded != wanted.guarded:
        raise Rejected("exists_with_different_guard", account=wanted.address)
    if name.metadata != wanted.metadata:
        raise Rejected("exists_with_different_metadata", account=wanted.address)
    if name.sealed != wanted.sealed:
        raise Rejected("exists_with_different_sealed", account=wanted.address)
