"""Which accounts of a pool are asked for; it needs no database to be said."""

from typing import NamedTuple

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.marks import Marks


class Wanted(NamedTuple):
    """Accounts of a ledger and a kind, with some marks, that were opened after position `since` and
    up to `until`; None and no marks mean any.
    """

    ledger: int | None = None
    kind: AccountKind | None = None
    marks: Marks = Marks()
    since: int | None = None
    until: int | None = None
