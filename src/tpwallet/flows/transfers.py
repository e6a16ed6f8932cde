"""Moving money by friendly calls: transfer, hold, post, void, and postings of many legs."""

import msgspec

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import FLOW_ACCESS
from tpwallet.domains.ledger.decide import book
from tpwallet.domains.ledger.delisting import refuse_delisted
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import (
    Note,
    chain_of,
    check_effective_date,
    check_metadata,
    check_timeout,
    find_asset,
    note_of,
    parse_amount,
    transfer_of,
)
from tpwallet.domains.ledger.records import U128_MAX, Transfer, pack_transfers, words_of
from tpwallet.domains.ledger.references import derived_transfer_id, parse_id
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import LEDGER_WRITE
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.unit import Unit


class Post(Command, frozen=True, kw_only=True):
    """Book one or many legs at once, all of them or none; across assets through clearing
    accounts.
    """

    legs: tuple[Leg, ...]
    transfer_id: str | None = None  # of the first leg; the others follow from the command
    note: Note = msgspec.field(default_factory=Note)


class Hold(Command, frozen=True, kw_only=True):
    """Reserve money: it can be posted in full or in part, voided, or expires."""

    leg: Leg
    timeout_seconds: int = 0  # 0: never
    transfer_id: str | None = None
    note: Note = msgspec.field(default_factory=Note)


class PostHold(Command, frozen=True, kw_only=True):
    """Post a reservation. `amount` (decimal, in `asset`): part of it, the rest is released."""

    pending_id: str
    amount: str | None = None
    asset: str | None = None
    transfer_id: str | None = None
    note: Note = msgspec.field(default_factory=Note)


class VoidHold(Command, frozen=True, kw_only=True):
    """Release a reservation."""

    pending_id: str
    transfer_id: str | None = None
    note: Note = msgspec.field(default_factory=Note)


def _transfer_id(unit: Unit, given: str | None, leg: int = 0) -> int:
    if given is not None and leg == 0:
        return parse_id(given, parameter="transfer_id")
    return derived_transfer_id(unit.actor.name, unit.command_id, leg)


def book_transfers(
    unit: Unit, transfers: list[Transfer], note: Note, *, access: int = FLOW_ACCESS
) -> None:
    """Book transfers with their note; used by every flow that moves money. Only a flow that owns
    system accounts passes `OWNING_ACCESS`.
    """
    check_effective_date(unit.part(LedgerFacts), note.effective_date, unit.now)
    check_metadata(note.metadata)
    ledger = unit.part(LedgerState)
    words = words_of(pack_transfers(chain_of(transfers)))
    refuse_delisted(unit.part(LedgerFacts), words)
    event = book(ledger, words, now=unit.now, position=unit.position, past=unit, access=access)
    unit.adopt(event)
    if not note.is_empty:
        unit.record(note_of(transfers[0].id, note))


def _decide_post(unit: Unit, command: Post) -> None:
    if not 0 < len(command.legs) <= limits.LEGS_MAX:
        raise Malformed(f"a posting has 1 to {limits.LEGS_MAX} legs", parameter="legs")
    transfers = [_transfer_of_leg(unit, command, number) for number in range(len(command.legs))]
    book_transfers(unit, transfers, command.note)


def _transfer_of_leg(unit: Unit, command: Post, number: int) -> Transfer:
    """The transfer that one leg asks for; of many, a refusal says which leg it is about."""
    facts, transfer_id = unit.part(LedgerFacts), _transfer_id(unit, command.transfer_id, number)
    try:
        return transfer_of(facts, command.legs[number], transfer_id)
    except (Malformed, Rejected) as refusal:
        if len(command.legs) > 1:
            refusal.facts["leg"] = number
        raise


def _decide_hold(unit: Unit, command: Hold) -> None:
    transfer = transfer_of(
        unit.part(LedgerFacts),
        command.leg,
        _transfer_id(unit, command.transfer_id),
        flags=TransferFlags.PENDING,
    )
    timeout = check_timeout(command.timeout_seconds)
    book_transfers(unit, [msgspec.structs.replace(transfer, timeout=timeout)], command.note)


def _amount_to_post(unit: Unit, command: PostHold) -> int:
    if command.amount is None:
        return U128_MAX
    if command.asset is None:
        raise Malformed("an amount needs its asset", parameter="asset")
    return parse_amount(command.amount, find_asset(unit.part(LedgerFacts), command.asset))


def _decide_post_hold(unit: Unit, command: PostHold) -> None:
    ledger_number = 0
    if command.asset is not None:
        ledger_number = find_asset(unit.part(LedgerFacts), command.asset).ledger
    transfer = Transfer(
        id=_transfer_id(unit, command.transfer_id),
        pending_id=parse_id(command.pending_id, parameter="pending_id"),
        amount=_amount_to_post(unit, command),
        ledger=ledger_number,
        flags=TransferFlags.POST_PENDING_TRANSFER,
    )
    book_transfers(unit, [transfer], command.note)


def _decide_void_hold(unit: Unit, command: VoidHold) -> None:
    pending_id = parse_id(command.pending_id, parameter="pending_id")
    reservation = unit.part(LedgerState).open_reservation(pending_id)
    if reservation is not None and unit.part(LedgerFacts).keeps_closed(reservation):
        raise Rejected("closing_reservation", "this reservation closes an account; reopen that")
    transfer = Transfer(
        id=_transfer_id(unit, command.transfer_id),
        pending_id=pending_id,
        flags=TransferFlags.VOID_PENDING_TRANSFER,
    )
    book_transfers(unit, [transfer], command.note)


def _legs(command: Post) -> int:
    return max(1, len(command.legs))


ROUTES = (
    Route("ledger.post", Post, LEDGER_WRITE, _decide_post, receipt_of, _legs),
    Route("ledger.hold", Hold, LEDGER_WRITE, _decide_hold, receipt_of),
    Route("ledger.post_hold", PostHold, LEDGER_WRITE, _decide_post_hold, receipt_of),
    Route("ledger.void_hold", VoidHold, LEDGER_WRITE, _decide_void_hold, receipt_of),
)
