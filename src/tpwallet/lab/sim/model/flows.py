"""What friendly calls should do."""

from datetime import UTC, date, datetime

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.flows import accounts, transfers
from tpwallet.lab.oracle import (
    U128_MAX,
    AccountFlag,
    OracleAccount,
    OracleTransfer,
    TransferFlag,
    UnitRefused,
)
from tpwallet.lab.sim.clocks import SECOND_NS
from tpwallet.lab.sim.model.books import Attempt, Named, Refused, Rules, Unfit, is_kept
from tpwallet.lab.sim.model.records import account_id, derived_id, minor_units
from tpwallet.money import standard_catalogue

_DEBITS_LIMITED = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
_CREDITS_LIMITED = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
_KINDS = {
    AccountKind.ASSET: (1000, _CREDITS_LIMITED),
    AccountKind.LIABILITY: (2000, _DEBITS_LIMITED),
    AccountKind.EQUITY: (3000, _DEBITS_LIMITED),
    AccountKind.INCOME: (4000, _DEBITS_LIMITED),
    AccountKind.EXPENSE: (5000, _CREDITS_LIMITED),
    AccountKind.CLEARING: (9000, AccountFlag(0)),
}


def _open_account(attempt: Attempt, command: accounts.OpenAccount) -> None:
    _, ledger = attempt.books.asset(command.asset)
    first_code, limit = _KINDS[command.kind]
    code = first_code if command.code is None else command.code
    if not first_code <= code < first_code + 1000:
        raise Unfit
    flags = AccountFlag.HISTORY | (0 if command.allow_opposite_balance else limit)
    if is_kept(command.address):
        raise Refused("address_reserved", account=command.address, parameter="address")
    metadata = tuple(sorted(command.metadata.items()))
    name = Named(command.address, command.guarded, ledger, metadata)
    _create(attempt, name, code, flags)


def _create(attempt: Attempt, name: Named, code: int, flags: int) -> int:
    """Create an account unless the very same one is there, with this name; returns its id."""
    address, ledger = name.address, name.ledger
    new = OracleAccount(id=account_id(address), ledger=ledger, code=code, flags=flags)
    [result] = attempt.books.oracle.create_accounts([new], attempt.now)
    if result.status == "created":
        attempt.books.named[new.id] = name
        attempt.record("ledger.accounts_created", "ledger.account_named")
    elif result.status != "exists":
        raise Refused(result.status, parameter=_part_at_fault(attempt, new, result.status))
    else:
        known = attempt.books.named.get(new.id)
        if known is None:
            raise Refused("account_exists_unnamed", account=address)
        if known.guarded != name.guarded:
            raise Refused("exists_with_different_guard", account=address)
        if known.metadata != name.metadata:
            raise Refused("exists_with_different_metadata", account=address)
    return new.id


def _part_at_fault(attempt: Attempt, new: OracleAccount, status: str) -> str | None:
    """What an account that is there already has another of."""
    there = attempt.books.oracle.account(new.id)
    if there is not None and there.code // 1000 != new.code // 1000:
        return "kind"
    parts = {"code": "code", "flags": "allow_opposite_balance", "ledger": "asset"}
    return parts.get(status.removeprefix("exists_with_different_"))


def _account(attempt: Attempt, reference: str) -> OracleAccount:
    account = attempt.books.oracle.account(account_id(reference))
    if account is None:
        raise Refused("account_not_found", account=reference)
    return account


def _ordinary(attempt: Attempt, reference: str, parameter: str = "account") -> OracleAccount:
    """An account that is not the hub's own."""
    account = _account(attempt, reference)
    if attempt.books.is_the_hubs(account.id):
        raise Refused("address_reserved", account=reference, parameter=parameter)
    return account


def _minor(attempt: Attempt, text: str, asset: str) -> tuple[int, int]:
    """Minor units and ledger number of an amount."""
    scale, ledger = attempt.books.asset(asset)
    minor = minor_units(text, scale)
    if minor is None:
        raise Unfit
    return minor, ledger


def _book(
    attempt: Attempt,
    movements: list[OracleTransfer],
    note: Note | None = None,
    *,
    is_the_hubs: bool = False,
) -> None:
    """Book transfers, all of them or none; only the hub's own move what the hub keeps."""
    today = datetime.fromtimestamp(attempt.now // SECOND_NS, UTC).date()
    if note is not None and note.effective_date is not None:
        day = date.fromisoformat(note.effective_date)
        if str(day) <= attempt.books.closed_through:
            closed = attempt.books.closed_through
            raise Refused("period_closed", effective_date=str(day), closed_through=closed)
        if day > today:
            raise Refused("effective_date_in_the_future", effective_date=str(day))
    attempt.books.refuse_delisted(movements)
    books = attempt.books
    answer = books.oracle.create_transfers_as_unit(
        movements,
        attempt.now,
        lambda account_id: is_the_hubs or not books.is_the_hubs(account_id),
    )
    if isinstance(answer, UnitRefused):
        raise Refused(answer.status, leg=answer.event_index)
    attempt.record_transfers([movement.id for movement in movements])
    if note is not None and (note.effective_date or note.metadata or note.sealed):
        attempt.record_note(movements[0].id, note.effective_date, note.metadata)


def _new_id(attempt: Attempt, given: str | None, leg: int = 0) -> int:
    if given is not None and leg == 0:
        return int(given)
    return derived_id(b"tpwallet transfer\0", attempt.actor, attempt.request.command_id, str(leg))


def _movement(attempt: Attempt, leg: Leg, transfer_id: int, **fields: int) -> OracleTransfer:
    minor, ledger = _minor(attempt, leg.amount, leg.asset)
    if not 1 <= leg.code <= 0xFFFF:
        raise Unfit
    return OracleTransfer(
        id=transfer_id,
        debit_account_id=account_id(leg.debit),
        credit_account_id=account_id(leg.credit),
        amount=minor,
        ledger=ledger,
        code=leg.code,
        **fields,
    )


def _post(attempt: Attempt, command: transfers.Post) -> None:
    last = len(command.legs) - 1
    movements = []
    for number, leg in enumerate(command.legs):
        flags = TransferFlag.LINKED if number < last else 0
        try:
            transfer_id = _new_id(attempt, command.transfer_id, number)
            movements.append(_movement(attempt, leg, transfer_id, flags=flags))
        except Refused as refused:
            of_many = {"leg": number} if last else {}
            raise Refused(refused.code, **refused.facts, **of_many) from None
    _book(attempt, movements, command.note)


def _hold(attempt: Attempt, command: transfers.Hold) -> None:
    movement = _movement(
        attempt,
        command.leg,
        _new_id(attempt, command.transfer_id),
        flags=TransferFlag.PENDING,
        timeout=command.timeout_seconds,
    )
    _book(attempt, [movement], command.note)


def _post_hold(attempt: Attempt, command: transfers.PostHold) -> None:
    amount, ledger = U128_MAX, 0
    if command.asset is not None:
        _, ledger = attempt.books.asset(command.asset)
    if command.amount is not None:
        if command.asset is None:
            raise Unfit
        amount, ledger = _minor(attempt, command.amount, command.asset)
    end = OracleTransfer(
        id=_new_id(attempt, command.transfer_id),
        pending_id=int(command.pending_id),
        amount=amount,
        ledger=ledger,
        flags=TransferFlag.POST_PENDING_TRANSFER,
    )
    _book(attempt, [end], command.note)


def _void_hold(attempt: Attempt, command: transfers.VoidHold) -> None:
    if int(command.pending_id) in attempt.books.closings.values():
        raise Refused("closing_reservation")
    end = OracleTransfer(
        id=_new_id(attempt, command.transfer_id),
        pending_id=int(command.pending_id),
        flags=TransferFlag.VOID_PENDING_TRANSFER,
    )
    _book(attempt, [end], command.note)


def _follow_up_id(attempt: Attempt, purpose: bytes) -> int:
    return derived_id(purpose, attempt.actor, attempt.request.command_id)


def _shut(attempt: Attempt, account: OracleAccount) -> None:
    if account.has(AccountFlag.CLOSED):
        raise Refused("account_already_closed")
    codes = {asset.ledger: asset.code for asset in standard_catalogue()}
    codes |= {ledger: code for code, (_, ledger) in attempt.books.assets.items()}
    if account.ledger not in codes:
        raise Refused("unknown_asset", ledger=account.ledger)
    address = f"control/closing/{codes[account.ledger]}"
    first_code, _ = _KINDS[AccountKind.CLEARING]
    name = Named(address, True, account.ledger)
    control = _create(attempt, name, first_code, AccountFlag.HISTORY)
    closing = OracleTransfer(
        id=_follow_up_id(attempt, b"tpwallet closing"),
        debit_account_id=account.id,
        credit_account_id=control,
        ledger=account.ledger,
        code=1,
        flags=TransferFlag.PENDING | TransferFlag.CLOSING_DEBIT,
    )
    _book(attempt, [closing], is_the_hubs=True)
    attempt.books.closings[account.id] = closing.id
    attempt.record("ledger.account_closed")


def _freeze(attempt: Attempt, command: accounts.FreezeAccount) -> None:
    _shut(attempt, _ordinary(attempt, command.account))


def _close(attempt: Attempt, command: accounts.CloseAccount) -> None:
    account = _ordinary(attempt, command.account)
    if account.debits_pending or account.credits_pending:
        raise Refused("account_has_reservations")
    if account.debits_posted != account.credits_posted:
        raise Refused("account_not_empty")
    _shut(attempt, account)


def _reopen(attempt: Attempt, command: accounts.ReopenAccount) -> None:
    account = _account(attempt, command.account)
    if account.id not in attempt.books.closings:
        raise Refused("account_not_closed")
    end = OracleTransfer(
        id=_follow_up_id(attempt, b"tpwallet reopening"),
        pending_id=attempt.books.closings.pop(account.id),
        flags=TransferFlag.VOID_PENDING_TRANSFER,
    )
    _book(attempt, [end], is_the_hubs=True)
    attempt.record("ledger.account_reopened")


def _set_credit_line(attempt: Attempt, command: accounts.SetCreditLine) -> None:
    _, ledger = attempt.books.asset(command.asset)
    account = _ordinary(attempt, command.address, "address")
    if account.ledger != ledger:
        raise Refused("accounts_must_have_the_same_ledger")
    limit, _ = _minor(attempt, command.limit, command.asset)
    if account.id not in attempt.books.named:
        raise Refused("account_exists_unnamed", account=command.address)
    flags = AccountFlag.HISTORY | _CREDITS_LIMITED
    name = Named(f"{command.address}/credit-line", True, ledger)
    line = _create(attempt, name, 1000, flags)
    change = limit - attempt.books.credit_lines.get(account.id, 0)
    if change == 0:
        return
    lent, borrowed = (line, account.id) if change > 0 else (account.id, line)
    loan = OracleTransfer(
        id=_follow_up_id(attempt, b"tpwallet credit line"),
        debit_account_id=lent,
        credit_account_id=borrowed,
        amount=abs(change),
        ledger=ledger,
        code=1,
    )
    _book(attempt, [loan], is_the_hubs=True)
    attempt.books.credit_lines[account.id] = limit
    attempt.record("ledger.credit_line_set")


FLOWS: Rules = {
    accounts.OpenAccount: _open_account,
    accounts.FreezeAccount: _freeze,
    accounts.CloseAccount: _close,
    accounts.ReopenAccount: _reopen,
    accounts.SetCreditLine: _set_credit_line,
    transfers.Post: _post,
    transfers.Hold: _hold,
    transfers.PostHold: _post_hold,
    transfers.VoidHold: _void_hold,
}
