"""Rules of the pool: what nobody may bring. **tpwallet's own**, no part of the published model.

An asset may be out of use, the days up to one may be closed, and an account may be kept closed by a
reservation that only reopening it may end. The question is asked of an id that is new, before
anything else of its event is looked at: a retry of what is stored is still answered `exists`. None
of these refusals is transient: an event is refused for what it asks for, and what the accounts hold
at the moment makes no difference to it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tpwallet.lab.oracle.flags import TransferFlag
from tpwallet.lab.oracle.records import NANOSECONDS_PER_SECOND, OracleAccount, OracleTransfer
from tpwallet.lab.oracle.statuses import Status


@dataclass(frozen=True, slots=True)
class PoolRules:
    """What is out of use at the moment of a batch; `closing_reservations` are all still open."""

    delisted_ledgers: frozenset[int] = frozenset()
    closed_through: date | None = None
    closing_reservations: frozenset[int] = frozenset()


NO_RULES = PoolRules()


def account_rule_refusal(event: OracleAccount, rules: PoolRules) -> Status | None:
    """Refuse an account of an asset that is out of use.

    >>> account_rule_refusal(OracleAccount(id=1, ledger=7), PoolRules(frozenset((7,))))
    'asset_delisted'
    """
    return "asset_delisted" if event.ledger in rules.delisted_ledgers else None


def transfer_rule_refusal(event: OracleTransfer, rules: PoolRules) -> Status | None:
    """Refuse a transfer that names an asset out of use, brings a time of a closed day, or voids
    what keeps an account closed.
    """
    if event.ledger in rules.delisted_ledgers:
        return "asset_delisted"
    if event.imported and rules.closed_through is not None:
        moment = datetime.fromtimestamp(event.timestamp // NANOSECONDS_PER_SECOND, UTC)
        if moment.date() <= rules.closed_through:
            return "period_closed"
    voids = event.has(TransferFlag.VOID_PENDING_TRANSFER)
    if voids and event.pending_id in rules.closing_reservations:
        return "closing_reservation"
    return None
