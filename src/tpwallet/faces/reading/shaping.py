"""From what views and totals hold to the shapes that reading answers with."""

from typing import TYPE_CHECKING

import msgspec

from tpwallet.domains.ledger.flags import AccountFlags
from tpwallet.domains.ledger.kinds import kind_of_code
from tpwallet.domains.ledger.records import Account
from tpwallet.domains.ledger.sums import Group, Sums
from tpwallet.domains.ledger.totals import AssetTotals
from tpwallet.domains.ledger.tree import own_side
from tpwallet.faces import present, reading_shapes, shapes
from tpwallet.faces.reading.listing import EXPIRED, Item
from tpwallet.flows.receipts import BookedTransfer
from tpwallet.money import Asset, Catalogue
from tpwallet.views.directory.rows import NamedAccount, TransferNote
from tpwallet.views.history.moments import Balances

if TYPE_CHECKING:
    from tpwallet.faces.reading.statements import Line


def hexadecimal(references: dict[str, bytes]) -> dict[str, str]:
    """Sealed references as text."""
    return {name: reference.hex() for name, reference in references.items()}


def with_balances(account: Account, balances: Balances) -> Account:
    """An account with the balances it had at another moment."""
    return msgspec.structs.replace(
        account,
        debits_pending=balances.debits_pending,
        debits_posted=balances.debits_posted,
        credits_pending=balances.credits_pending,
        credits_posted=balances.credits_posted,
    )


def account(
    found: Account,
    named: NamedAccount | None,
    *,
    asset: Asset,
    opened_position: int,
    guarded: bool,
    closed_reason: str | None,
    credit_limit_minor: int | None,
) -> reading_shapes.Account:
    """An account and what is known of it."""
    posted, available = present.own_side(found)
    kind = kind_of_code(found.code)
    limit = credit_limit_minor
    return reading_shapes.Account(
        account=f"#{found.id}" if named is None else named.address,
        account_id=str(found.id),
        asset=asset.code,
        code=found.code,
        kind=None if kind is None else kind.value,
        posted=present.decimal(posted, asset),
        available=present.decimal(available, asset),
        opened_at=present.time_text(found.timestamp),
        opened_position=opened_position,
        guarded=guarded,
        closed=bool(found.flags & AccountFlags.CLOSED),
        closed_reason=closed_reason,
        credit_limit=None if limit is None else present.decimal(limit, asset),
        user_data_128=str(found.user_data_128),
        user_data_64=str(found.user_data_64),
        user_data_32=found.user_data_32,
        metadata={} if named is None else named.metadata,
        sealed={} if named is None else hexadecimal(named.sealed),
    )


def item(found: Item, *, catalogue: Catalogue, naming: present.Naming) -> shapes.Transfer:
    """A transfer of a list; of an expiry, its own place and time."""
    booked = BookedTransfer(found.position, found.number, found.transfer)
    shown = present.transfer(booked, catalogue=catalogue, naming=naming)
    if found.expired_at is None:
        return shown
    time = present.time_text(found.expired_at)
    return msgspec.structs.replace(shown, kind=EXPIRED, time=time, expires_at=None)


def with_note(
    shown: shapes.Transfer, note: TransferNote | None, state: str | None
) -> shapes.Transfer:
    """A transfer with its note and how it stands."""
    if note is None:
        return msgspec.structs.replace(shown, state=state)
    return msgspec.structs.replace(
        shown,
        state=state,
        effective_date=note.effective_date,
        metadata=note.metadata,
        sealed=hexadecimal(note.sealed),
    )


def posting(line: "Line", *, of: Account, asset: Asset, naming: present.Naming) -> shapes.Posting:
    """A line of the statement of account `of`."""
    found, transfer = line.posting, line.transfer
    posted, available = present.own_side(with_balances(of, found.after))
    is_debit = transfer.debit_account_id == of.id
    other = transfer.credit_account_id if is_debit else transfer.debit_account_id
    return shapes.Posting(
        place=f"{found.position}.{found.index}",
        time=present.time_text(found.time),
        kind=line.kind,
        side=found.side.value,
        transfer_id=str(transfer.id),
        counterparty=naming(other),
        amount=present.decimal(transfer.amount, asset),
        posted=present.decimal(posted, asset),
        available=present.decimal(available, asset),
        code=transfer.code,
        user_data_128=str(transfer.user_data_128),
        user_data_64=str(transfer.user_data_64),
        user_data_32=transfer.user_data_32,
    )


def changed(
    of: Account, balances: Balances, *, asset: Asset, naming: present.Naming
) -> reading_shapes.ChangedBalance:
    """An account's balance after a change."""
    posted, available = present.own_side(with_balances(of, balances))
    return reading_shapes.ChangedBalance(
        account=naming(of.id),
        account_id=str(of.id),
        posted=present.decimal(posted, asset),
        available=present.decimal(available, asset),
    )


def asset_totals(found: AssetTotals, asset: Asset) -> reading_shapes.AssetTotals:
    """One asset's totals."""
    amounts = {
        name: present.decimal(getattr(found, name), asset)
        for name in reading_shapes.AssetTotals.__struct_fields__
        if name not in ("asset", "checked")
    }
    return reading_shapes.AssetTotals(asset=asset.code, checked=found.is_balanced, **amounts)


def branch_balance(group: Group, sums: Sums, asset: Asset) -> reading_shapes.BranchBalance:
    """What one kind's accounts under a path come to."""
    posted, available = own_side(group, sums)
    return reading_shapes.BranchBalance(
        asset=asset.code,
        kind=None if group.kind is None else group.kind.value,
        accounts=sums.accounts,
        posted=present.decimal(posted, asset),
        available=present.decimal(available, asset),
        debits_pending=present.decimal(sums.debits_pending, asset),
        credits_pending=present.decimal(sums.credits_pending, asset),
    )
