"""Access words: one number an account, one a caller, and who may move what where they meet.

What the bits mean is written where they are checked (`loops.access`). An account's word follows
from facts alone, its recorded name and the grants in force, so a replay makes it again.
"""

from collections.abc import Iterable

from tpwallet.domains.ledger.events import AccountNamed, Grant
from tpwallet.domains.ledger.reserved import is_reserved

FLOW_ACCESS = 1 << 63  # an ordinary account, a plain flow
OPEN_ACCESS = FLOW_ACCESS | 1
SYSTEM_ACCESS = 1 << 62  # an account of the hub's own
OWNING_ACCESS = FLOW_ACCESS | SYSTEM_ACCESS  # a flow that owns such accounts


def covers(grant: Grant, address: str, ledger: int) -> bool:
    """Whether a grant covers the account at an address, unless it is the hub's own."""
    inside = any(address == path or address.startswith(path + "/") for path in grant.subtrees)
    return inside and (not grant.ledgers or ledger in grant.ledgers)


def access_of(name: AccountNamed, ledger: int, grants: Iterable[Grant]) -> int:
    """The access word of a named account in a ledger, under the grants in force."""
    if is_reserved(name.address):
        return SYSTEM_ACCESS
    access = FLOW_ACCESS if name.guarded else OPEN_ACCESS
    for grant in grants:
        if covers(grant, name.address, ledger):
            access |= 1 << grant.bit
    return access
