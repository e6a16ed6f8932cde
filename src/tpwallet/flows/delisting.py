"""Taking an asset out of use."""

from tpwallet.domains.ledger.delisting import delist_asset
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import ADMIN
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.unit import Unit


class DelistAsset(Command, frozen=True, kw_only=True):
    """Let an asset that nobody holds be used no more; `successor` is what replaces it."""

    code: str
    successor: str | None = None


def _decide(unit: Unit, command: DelistAsset) -> None:
    facts, ledger = unit.part(LedgerFacts), unit.part(LedgerState)
    unit.record(*delist_asset(facts, ledger, code=command.code, successor=command.successor))


ROUTES = (Route("ledger.delist_asset", DelistAsset, ADMIN, _decide, receipt_of),)
