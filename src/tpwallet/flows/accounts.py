"""Accounts by friendly calls: open, freeze, close, reopen, lend."""

import hashlib

import msgspec

from tpwallet.domains.ledger.access import OWNING_ACCESS
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.decide import create_accounts, first_refusal
from tpwallet.domains.ledger.events import (
    AccountClosed,
    AccountNamed,
    AccountReopened,
    CreditLineSet,
)
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.kinds import AccountKind, kind_of_code
from tpwallet.domains.ledger.leg import DEFAULT_CODE
from tpwallet.domains.ledger.naming import check_same_name, require_name
from tpwallet.domains.ledger.posting import (
    Note,
    check_metadata,
    find_asset,
    parse_amount,
)
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, words_of
from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.reserved import closing_address, is_reserved, line_address
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.receipts import receipt_of
from tpwallet.flows.transfers import book_transfers
from tpwallet.kernel.access import LEDGER_WRITE
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.unit import Unit
from tpwallet.money import MoneyError


class OpenAccount(Command, frozen=True, kw_only=True):
    """Open an account at an address, in one asset."""

    address: str
    asset: str
    kind: AccountKind
    code: int | None = None  # within the kind's range; None: its first
    allow_opposite_balance: bool = False  # let the balance pass zero to the other side
    guarded: bool = True  # moved by flows and granted bulk callers only
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    sealed: dict[str, bytes] = msgspec.field(default_factory=dict)


class FreezeAccount(Command, frozen=True, kw_only=True):
    """Stop an account moving money, whatever it holds, until it is reopened."""

    account: str


class CloseAccount(Command, frozen=True, kw_only=True):
    """Close an account that holds nothing and has nothing reserved."""

    account: str


class ReopenAccount(Command, frozen=True, kw_only=True):
    """Let a frozen or closed account move money again."""

    account: str


class SetCreditLine(Command, frozen=True, kw_only=True):
    """Let an account be overdrawn up to `limit` (decimal, of its asset); 0 ends the line.

    The limit is lent to the account from a line account of its own, `<address>/credit-line`, so
    that every balance stays a plain balance: what is drawn is the limit less what is left of it.
    """

    address: str
    asset: str
    limit: str


_PARTS = {
    Status.EXISTS_WITH_DIFFERENT_CODE: "code",
    Status.EXISTS_WITH_DIFFERENT_FLAGS: "allow_opposite_balance",
    Status.EXISTS_WITH_DIFFERENT_LEDGER: "asset",
}


def _code_of(command: OpenAccount) -> int:
    if command.code is None:
        return command.kind.code
    if kind_of_code(command.code) is not command.kind:
        raise Malformed(
            f"codes of {command.kind.value} accounts are {command.kind.code} to "
            f"{command.kind.code + 999}",
            parameter="code",
        )
    return command.code


def _decide_open(unit: Unit, command: OpenAccount) -> None:
    asset = find_asset(unit.part(LedgerFacts), command.asset)
    check_metadata(command.metadata)
    flags = AccountFlags.HISTORY
    if not command.allow_opposite_balance:
        flags |= command.kind.flags
    account = Account(
        id=account_id_of(command.address),
        ledger=asset.ledger,
        code=_code_of(command),
        flags=flags,
    )
    if is_reserved(command.address):
        raise _reserved(command.address, parameter="address")
    name = AccountNamed(
        account.id.to_bytes(16, "little"),
        command.address,
        command.guarded,
        command.metadata,
        command.sealed,
    )
    _create(unit, account, name)


def _create(unit: Unit, account: Account, name: AccountNamed) -> None:
    """Create and name one account, unless the very same one is there under the same name.

    **Rejects** a different one, one that nobody named, and `too_many_addresses`.
    """
    ledger = unit.part(LedgerState)
    ledger.chart.require_room((name.address,))
    ledger.begin_undoable()
    words = words_of(pack_account(account))
    event = create_accounts(ledger, words, now=unit.now, position=unit.position)
    refusal = first_refusal(event)
    if refusal is None:
        unit.adopt(event)
        unit.record(name)
        return
    if refusal[1] is not Status.EXISTS:
        raise _different(ledger, account, refusal[1])
    check_same_name(ledger, unit, name)


def _different(ledger: LedgerState, account: Account, status: Status) -> Rejected:
    """The refusal of an account that is there already, and another one."""
    there = ledger.account(account.id)
    if there is not None and kind_of_code(there.code) is not kind_of_code(account.code):
        return Rejected(status.label, parameter="kind")
    return Rejected(status.label, parameter=_PARTS.get(status))


def _account(unit: Unit, reference: str, *, parameter: str = "account") -> Account:
    account = unit.part(LedgerState).account(parse_account(reference, parameter=parameter))
    if account is None:
        raise Rejected("account_not_found", account=reference)
    return account


def _reserved(reference: str, *, parameter: str) -> Rejected:
    return Rejected(
        "address_reserved",
        "this is an account of the hub's own",
        account=reference,
        parameter=parameter,
    )


def _ordinary_account(unit: Unit, reference: str, *, parameter: str) -> Account:
    """An account that is not the hub's own."""
    account = _account(unit, reference, parameter=parameter)
    if unit.part(LedgerState).is_system(account.id):
        raise _reserved(reference, parameter=parameter)
    return account


def _control_account(unit: Unit, ledger: int) -> int:
    """The clearing account closing reservations run against; opened when first needed."""
    try:
        asset = unit.part(LedgerFacts).catalogue.by_ledger(ledger)
    except MoneyError:
        raise Rejected("unknown_asset", f"ledger {ledger} is no asset's", ledger=ledger) from None
    address = closing_address(asset.code)
    account = Account(
        id=account_id_of(address),
        ledger=ledger,
        code=AccountKind.CLEARING.code,
        flags=AccountFlags.HISTORY,
    )
    _create(unit, account, AccountNamed(account.id.to_bytes(16, "little"), address, True))
    return account.id


def _derived_id(unit: Unit, purpose: bytes) -> int:
    data = b"\0".join((purpose, unit.actor.name.encode(), unit.command_id.encode()))
    return int.from_bytes(hashlib.sha256(data).digest()[:16], "little") or 1


def _shut(unit: Unit, account: Account, reason: str) -> None:
    if account.flags & AccountFlags.CLOSED:
        raise Rejected("account_already_closed")
    transfer = Transfer(
        id=_derived_id(unit, b"tpwallet closing"),
        debit_account_id=account.id,
        credit_account_id=_control_account(unit, account.ledger),
        ledger=account.ledger,
        code=DEFAULT_CODE,
        flags=TransferFlags.PENDING | TransferFlags.CLOSING_DEBIT,
    )
    book_transfers(unit, [transfer], Note(), access=OWNING_ACCESS)
    unit.record(
        AccountClosed(account.id.to_bytes(16, "little"), transfer.id.to_bytes(16, "little"), reason)
    )


def _decide_freeze(unit: Unit, command: FreezeAccount) -> None:
    account = _ordinary_account(unit, command.account, parameter="account")
    _shut(unit, account, "frozen")


def _decide_close(unit: Unit, command: CloseAccount) -> None:
    account = _ordinary_account(unit, command.account, parameter="account")
    if account.debits_pending or account.credits_pending:
        raise Rejected("account_has_reservations", "post, void or await its reservations first")
    if account.debits_posted != account.credits_posted:
        raise Rejected("account_not_empty", "move its balance first")
    _shut(unit, account, "closed")


def _decide_reopen(unit: Unit, command: ReopenAccount) -> None:
    account = _account(unit, command.account)
    account_id = account.id.to_bytes(16, "little")
    closing = unit.part(LedgerFacts).closings.get(account_id)
    if closing is None:
        raise Rejected("account_not_closed")
    transfer = Transfer(
        id=_derived_id(unit, b"tpwallet reopening"),
        pending_id=int.from_bytes(closing.transfer_id, "little"),
        flags=TransferFlags.VOID_PENDING_TRANSFER,
    )
    book_transfers(unit, [transfer], Note(), access=OWNING_ACCESS)
    unit.record(AccountReopened(account_id))


def _decide_credit_line(unit: Unit, command: SetCreditLine) -> None:
    facts = unit.part(LedgerFacts)
    asset = find_asset(facts, command.asset)
    account = _ordinary_account(unit, command.address, parameter="address")
    if account.ledger != asset.ledger:
        raise Rejected("accounts_must_have_the_same_ledger")
    limit = parse_amount(command.limit, asset, parameter="limit")
    account_id = account.id.to_bytes(16, "little")
    require_name(unit.part(LedgerState), unit, account_id, command.address)
    address = line_address(command.address)
    line = Account(
        id=account_id_of(address),
        ledger=asset.ledger,
        code=AccountKind.ASSET.code,
        flags=AccountFlags.HISTORY | AccountKind.ASSET.flags,
    )
    _create(unit, line, AccountNamed(line.id.to_bytes(16, "little"), address, True))
    before = facts.credit_lines.get(account_id)
    change = limit - (0 if before is None else int(before.limit_minor))
    if change == 0:
        return
    transfer = Transfer(
        id=_derived_id(unit, b"tpwallet credit line"),
        debit_account_id=line.id if change > 0 else account.id,
        credit_account_id=account.id if change > 0 else line.id,
        amount=abs(change),
        ledger=asset.ledger,
        code=DEFAULT_CODE,
    )
    book_transfers(unit, [transfer], Note(), access=OWNING_ACCESS)
    unit.record(CreditLineSet(account_id, line.id.to_bytes(16, "little"), str(limit)))


ROUTES = (
    Route("ledger.open_account", OpenAccount, LEDGER_WRITE, _decide_open, receipt_of),
    Route("ledger.freeze_account", FreezeAccount, LEDGER_WRITE, _decide_freeze, receipt_of),
    Route("ledger.close_account", CloseAccount, LEDGER_WRITE, _decide_close, receipt_of),
    Route("ledger.reopen_account", ReopenAccount, LEDGER_WRITE, _decide_reopen, receipt_of),
    Route("ledger.set_credit_line", SetCreditLine, LEDGER_WRITE, _decide_credit_line, receipt_of),
)
