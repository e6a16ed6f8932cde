"""What the ledger keeps beside its arrays, as tables: assets, periods, grants, freezes."""

from datetime import date

import msgspec

from tpwallet.domains.ledger.events import (
    AccountClosed,
    AccountNamed,
    AccountReopened,
    AccountsRescaled,
    AssetDelisted,
    AssetRegistered,
    BulkGranted,
    BulkGrantEnded,
    CreditLineSet,
    Grant,
    PeriodClosed,
    TransferNoted,
)
from tpwallet.domains.ledger.records import Transfer
from tpwallet.kernel.memory import Dumped
from tpwallet.kernel.state import TableState
from tpwallet.kernel.table import Table
from tpwallet.kernel.wire import Event
from tpwallet.money import Asset, AssetKind, Catalogue, standard_catalogue


class Delisted(msgspec.Struct, frozen=True, array_like=True):
    """An asset that is no longer used."""

    successor: str | None


class Closing(msgspec.Struct, frozen=True, array_like=True):
    """Why an account is closed, and by which reservation."""

    transfer_id: bytes
    reason: str


class CreditLine(msgspec.Struct, frozen=True, array_like=True):
    """What an account may be overdrawn by, and the account that lends it."""

    line_account_id: bytes
    limit_minor: str


class _Period(msgspec.Struct, frozen=True, array_like=True):
    through: str


class LedgerFacts(TableState):
    """Assets, closed periods and bulk grants of a pool."""

    def __init__(self) -> None:
        self.assets: Table[str, AssetRegistered] = Table("ledger.assets", str, AssetRegistered)
        self.delisted: Table[str, Delisted] = Table("ledger.delisted", str, Delisted)
        self.periods: Table[str, _Period] = Table("ledger.periods", str, _Period)
        self.grants: Table[int, Grant] = Table("ledger.grants", int, Grant)
        self.closings: Table[bytes, Closing] = Table("ledger.closings", bytes, Closing)
        self.credit_lines: Table[bytes, CreditLine] = Table(
            "ledger.credit_lines", bytes, CreditLine
        )
        self._catalogue: Catalogue | None = None
        self._delisted_ledgers: dict[int, str] | None = None
        super().__init__(
            self.assets,
            self.delisted,
            self.periods,
            self.grants,
            self.closings,
            self.credit_lines,
        )

    def handles(self, event: Event) -> bool:
        """Assets, periods, grants; and the notes of accounts and transfers, which views keep."""
        return isinstance(
            event,
            AssetRegistered
            | AssetDelisted
            | AccountsRescaled
            | PeriodClosed
            | BulkGranted
            | BulkGrantEnded
            | AccountNamed
            | AccountClosed
            | AccountReopened
            | CreditLineSet
            | TransferNoted,
        )

    def apply(self, event: Event, position: int) -> None:
        """Write what an event says."""
        match event:
            case AssetRegistered(code):
                self.assets.put(code, event)
                self._catalogue = None
            case AssetDelisted(code, successor):
                self.delisted.put(code, Delisted(successor))
                self._delisted_ledgers = None
            case PeriodClosed(through):
                self.periods.put("closed", _Period(through))
            case BulkGranted(grant):
                self.grants.put(grant.bit, grant)
            case BulkGrantEnded(bit):
                self.grants.delete(bit)
            case AccountClosed(account_id, transfer_id, reason):
                self.closings.put(account_id, Closing(transfer_id, reason))
            case AccountReopened(account_id):
                self.closings.delete(account_id)
            case CreditLineSet(account_id, line_account_id, limit_minor):
                self.credit_lines.put(account_id, CreditLine(line_account_id, limit_minor))
            case _:
                pass

    def rollback(self, mark: int) -> None:
        """Take back everything since the mark."""
        super().rollback(mark)
        self._catalogue = self._delisted_ledgers = None

    def load(self, parts: Dumped) -> None:
        """Replace the tables by a dump."""
        super().load(parts)
        self._catalogue = self._delisted_ledgers = None

    @property
    def catalogue(self) -> Catalogue:
        """Every asset the pool knows, the standard ones and its own."""
        if self._catalogue is None:
            catalogue = standard_catalogue()
            for _, asset in sorted(self.assets):
                catalogue = catalogue.with_asset(
                    Asset(asset.code, asset.scale, asset.ledger, AssetKind(asset.kind))
                )
            self._catalogue = catalogue
        return self._catalogue

    @property
    def delisted_ledgers(self) -> dict[int, str]:
        """The codes of delisted assets, by ledger number."""
        if self._delisted_ledgers is None:
            codes = [code for code, _ in self.delisted]
            by_code = self.catalogue.by_code
            self._delisted_ledgers = {by_code(code).ledger: code for code in codes}
        return self._delisted_ledgers

    @property
    def closed_through(self) -> date | None:
        """The last day of the last closed period."""
        period = self.periods.get("closed")
        return None if period is None else date.fromisoformat(period.through)

    def keeps_closed(self, reservation: Transfer) -> bool:
        """Whether freezing or closing an account made this open reservation, so that reopening the
        account is what ends it.
        """
        closing = self.closings.get(reservation.debit_account_id.to_bytes(16, "little"))
        return closing is not None and closing.transfer_id == reservation.id.to_bytes(16, "little")

    def granted_bits(self, holder: str) -> int:
        """The access word of a bulk caller: open accounts, and what it was granted."""
        bits = 1
        for bit, grant in self.grants:
            if grant.holder == holder:
                bits |= 1 << bit
        return bits
