"""From the ledger's integers to the shapes people and programs read."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.kinds import is_debit_normal
from tpwallet.domains.ledger.records import Account, Transfer
from tpwallet.domains.ledger.references import parse_account
from tpwallet.faces import shapes
from tpwallet.flows.bulk import BatchReply
from tpwallet.flows.receipts import BookedTransfer, Receipt
from tpwallet.flows.rescaling import Rescaled
from tpwallet.money import Asset, AssetKind, Catalogue, MoneyError
from tpwallet.money.decimals import format_decimal

Naming = Callable[[int], str]  # an account's address, or its `#id`

_SECOND = 1_000_000_000
# Flags as plain numbers: an enum's own arithmetic costs more than the rest of a transfer.
_PENDING = int(TransferFlags.PENDING)
_POST = int(TransferFlags.POST_PENDING_TRANSFER)
_VOID = int(TransferFlags.VOID_PENDING_TRANSFER)
_LINKED = int(TransferFlags.LINKED)
_IMPORTED = int(TransferFlags.IMPORTED)
_CLOSING = int(TransferFlags.CLOSING_DEBIT | TransferFlags.CLOSING_CREDIT)
_BALANCING = int(TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT)


def naming_of(names: Iterable[str], others: Mapping[int, str] | None = None) -> Naming:
    """Call accounts what the caller called them, `others` by their addresses, and the rest by
    their id.

    >>> naming_of(["bank/main/EUR"])(42)
    '#42'
    """
    known = {**(others or {})}
    known.update((parse_account(name, parameter="account"), name) for name in names)
    return lambda account_id: known.get(account_id, f"#{account_id}")


@lru_cache(maxsize=256)
def _second_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


def time_text(nanoseconds: int) -> str:
    """RFC 3339 in UTC with nanoseconds.

    >>> time_text(1)
    '1970-01-01T00:00:00.000000001Z'
    """
    seconds, rest = divmod(nanoseconds, _SECOND)
    return f"{_second_text(seconds)}.{rest:09d}Z"


def asset_of(catalogue: Catalogue, ledger: int) -> Asset:
    """The asset of a ledger number; a raw ledger nobody registered counts in its smallest unit."""
    try:
        return catalogue.by_ledger(ledger)
    except MoneyError:
        return Asset(f"LEDGER-{ledger}", 0, ledger, AssetKind.CUSTOM)


def decimal(minor: int, asset: Asset) -> str:
    """A decimal string in the asset's scale."""
    return format_decimal(minor, asset.scale)


def own_side(account: Account) -> tuple[int, int]:
    """(posted, available) of an account on its own side, in minor units."""
    debit_normal = is_debit_normal(account.code)
    if account.flags & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS:
        debit_normal = True
    if debit_normal:
        posted = account.debits_posted - account.credits_posted
        return posted, posted - account.credits_pending
    posted = account.credits_posted - account.debits_posted
    return posted, posted - account.debits_pending


def balance(account: Account, *, name: str, asset: Asset, position: int) -> shapes.Balance:
    """An account's balance."""
    posted, available = own_side(account)
    return shapes.Balance(
        account=name,
        account_id=str(account.id),
        asset=asset.code,
        posted=decimal(posted, asset),
        available=decimal(available, asset),
        debits_posted=decimal(account.debits_posted, asset),
        credits_posted=decimal(account.credits_posted, asset),
        debits_pending=decimal(account.debits_pending, asset),
        credits_pending=decimal(account.credits_pending, asset),
        position=position,
        closed=bool(account.flags & AccountFlags.CLOSED),
    )


def kind_of(record: Transfer) -> str:
    """What a transfer does: posted, pending, post or void."""
    if record.flags & _PENDING:
        return "pending"
    if record.flags & _POST:
        return "post"
    if record.flags & _VOID:
        return "void"
    return "posted"


def transfer(booked: BookedTransfer, *, catalogue: Catalogue, naming: Naming) -> shapes.Transfer:
    """A booked transfer."""
    record = booked.transfer
    asset = asset_of(catalogue, record.ledger)
    expires_at = record.timestamp + record.timeout * _SECOND
    return shapes.Transfer(
        transfer_id=str(record.id),
        place=f"{booked.position}.{booked.index}",
        debit=naming(record.debit_account_id),
        credit=naming(record.credit_account_id),
        amount=decimal(record.amount, asset),
        asset=asset.code,
        time=time_text(record.timestamp),
        code=record.code,
        kind=kind_of(record),
        pending_id=str(record.pending_id) if record.pending_id else None,
        expires_at=time_text(expires_at) if record.timeout else None,
        linked=bool(record.flags & _LINKED),
        balancing=bool(record.flags & _BALANCING),
        closing=bool(record.flags & _CLOSING),
        imported=bool(record.flags & _IMPORTED),
        user_data_128=str(record.user_data_128),
        user_data_64=str(record.user_data_64),
        user_data_32=record.user_data_32,
    )


def receipt(found: Receipt, *, catalogue: Catalogue, naming: Naming) -> shapes.Receipt:
    """A receipt."""
    return shapes.Receipt(
        command_id=found.command_id,
        position=found.position,
        time=time_text(found.time),
        transfers=[transfer(t, catalogue=catalogue, naming=naming) for t in found.transfers],
    )


def rescaled(found: Rescaled) -> shapes.RescaledAccounts:
    """What came of moving accounts into an asset's successor."""
    return shapes.RescaledAccounts(
        command_id=found.command_id,
        position=found.position,
        accounts=found.accounts,
        next_cursor=found.cursor,
    )


def batch_receipt(reply: BatchReply) -> shapes.BatchReceipt:
    """What a batch led to."""
    refused = [
        shapes.BatchResult(index=index, status=status.label) for index, status in reply.refused()
    ]
    return shapes.BatchReceipt(
        position=reply.position, created=len(reply.statuses) - len(refused), refused=refused
    )
