"""Whose twin an account is: one account's balance must never become another's.

A twin's address follows from its account's, but not the other way round: `customer/1`, which has no
code in its address, and `customer/1/OLD` would both be `customer/1/NEW`. So no two accounts of one
run may meet in a twin, and an account that is there already is a twin only of the one account it
can come from: by its address, under the same guard, with no other account of the asset leading to
it. An account without an address has a twin whose id no other leads to.
"""

from collections.abc import Iterator, Sequence

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.decide import Past
from tpwallet.domains.ledger.limits import ADDRESS_LENGTH_MAX
from tpwallet.domains.ledger.naming import name_of
from tpwallet.domains.ledger.records import Account
from tpwallet.domains.ledger.rescaling import (
    Rescaling,
    Twin,
    conversion_account,
    twin_address,
)
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.errors import Rejected


def check_twins_differ(rescaling: Rescaling, twins: Sequence[Twin]) -> None:
    """**Rejects** `rescale_twin_taken` when two accounts lead to one twin, or one leads to a
    conversion account.
    """
    assets = (rescaling.asset, rescaling.successor)
    taken = {conversion_account(asset)[0].id for asset in assets}
    for twin in twins:
        if twin.twin.id in taken:
            raise _taken(twin, "another account's twin has this address")
        taken.add(twin.twin.id)


def check_twin_is_its_own(
    rescaling: Rescaling, ledger: LedgerState, past: Past, twin: Twin
) -> None:
    """An account in the twin's place is the twin, when it can be no other account's.

    **Rejects** `rescale_twin_taken`.
    """
    if twin.account_name is None or twin.twin_name is None:
        return
    name = name_of(ledger, past, twin.twin_name.account_id)
    if name is None:
        raise _taken(twin, "a raw batch has opened an account in the twin's place")
    if name.guarded != twin.twin_name.guarded:
        raise _taken(twin, "the account in the twin's place has another guard")
    for address in sources_of(rescaling, twin.twin_name.address):
        source = _account_at(ledger, address)
        if source is None or source.id == twin.account.id:
            continue
        if source.ledger == rescaling.asset.ledger:
            raise _taken(twin, f"{address} leads to this twin too")


def sources_of(rescaling: Rescaling, address: str) -> Iterator[str]:
    """The addresses whose twin in this rescaling is at an address; most of them name no account."""
    code, successor = rescaling.asset.code, rescaling.successor.code
    segments = address.split("/")
    for place, segment in enumerate(segments):
        if segment == successor:
            before, after = segments[:place], segments[place + 1 :]
            for source in ([*before, code, *after], [*before, *after]):
                found = "/".join(source)
                if twin_address(found, code, successor) == address:
                    yield found


def _account_at(ledger: LedgerState, address: str) -> Account | None:
    if len(address) > ADDRESS_LENGTH_MAX:
        return None
    return ledger.account(account_id_of(address))


def _taken(twin: Twin, detail: str) -> Rejected:
    source, taken = twin.account_name, twin.twin_name
    return Rejected(
        "rescale_twin_taken",
        detail,
        account=f"#{twin.account.id}" if source is None else source.address,
        twin=f"#{twin.twin.id}" if taken is None else taken.address,
    )
