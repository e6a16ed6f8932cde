"""Moving an asset's balances into its successor, some accounts at a time."""

import msgspec

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import OWNING_ACCESS
from tpwallet.domains.ledger.decide import create_accounts, refused
from tpwallet.domains.ledger.events import AccountNamed, AccountsRescaled
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.leg import DEFAULT_CODE
from tpwallet.domains.ledger.naming import check_same_name, name_at
from tpwallet.domains.ledger.posting import Note, check_asset_code, find_asset
from tpwallet.domains.ledger.records import (
    Account,
    Transfer,
    pack_account,
    unpack_account,
    words_of,
)
from tpwallet.domains.ledger.references import derived_transfer_id, parse_id
from tpwallet.domains.ledger.rescaling import (
    Rescaling,
    Twin,
    conversion_account,
    moved_credit_line,
    parse_ratio,
    rows_to_rescale,
    twin_of,
)
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import Status
from tpwallet.domains.ledger.twins import check_twin_is_its_own, check_twins_differ
from tpwallet.flows.transfers import book_transfers
from tpwallet.kernel.access import ADMIN
from tpwallet.kernel.command import Command, Past, Route
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.state import PoolState
from tpwallet.kernel.unit import Unit


class RescaleAccounts(Command, frozen=True, kw_only=True):
    """Move the balances of the next accounts of an asset into their twins in its successor.

    `ratio` is exact, in whole units of the successor for one whole unit: "1", "1/1000". `after` is
    the cursor of the answer before, None to begin; `limit` is 1 to `RESCALED_ACCOUNTS_MAX`.
    """

    code: str
    successor: str
    ratio: str
    limit: int
    after: str | None = None


class Rescaled(msgspec.Struct, frozen=True):
    """How many accounts were moved, and where to go on; without a cursor none is left."""

    command_id: str
    position: int
    accounts: int
    cursor: str | None


def _decide(unit: Unit, command: RescaleAccounts) -> None:
    if not 1 <= command.limit <= limits.RESCALED_ACCOUNTS_MAX:
        raise Malformed(
            f"a limit is 1 to {limits.RESCALED_ACCOUNTS_MAX} accounts", parameter="limit"
        )
    facts, ledger = unit.part(LedgerFacts), unit.part(LedgerState)
    check_asset_code(command.code, parameter="code")
    if command.code == command.successor:
        raise Malformed("an asset does not follow itself", parameter="successor")
    rescaling = Rescaling(
        find_asset(facts, command.code, parameter="code"),
        find_asset(facts, command.successor, parameter="successor"),
        parse_ratio(command.ratio),
    )
    after = None if command.after is None else parse_id(command.after, parameter="after")
    rows = rows_to_rescale(ledger, facts, rescaling.asset, after=after)
    if not len(rows):
        return
    twins = [_twin(unit, rescaling, row) for row in rows[: command.limit].tolist()]
    _open_twins(unit, rescaling, twins)
    _move(unit, rescaling, twins)
    for twin in twins:
        unit.record(*moved_credit_line(rescaling, facts, twin))
    is_last = len(rows) == len(twins)
    cursor = None if is_last else twins[-1].account.id.to_bytes(16, "little")
    unit.record(
        AccountsRescaled(command.code, command.successor, str(rescaling.ratio), len(twins), cursor)
    )


def _twin(unit: Unit, rescaling: Rescaling, row: int) -> Twin:
    ledger = unit.part(LedgerState)
    account = unpack_account(ledger.accounts[row].tobytes())
    return twin_of(rescaling, account, name_at(ledger, unit, row))


def _open_twins(unit: Unit, rescaling: Rescaling, twins: list[Twin]) -> None:
    """Open the twins and both conversion accounts, where they are not there yet."""
    wanted: list[tuple[Account, AccountNamed | None]] = [
        conversion_account(rescaling.asset),
        conversion_account(rescaling.successor),
        *((twin.twin, twin.twin_name) for twin in twins),
    ]
    check_twins_differ(rescaling, twins)
    first_twin = len(wanted) - len(twins)
    ledger = unit.part(LedgerState)
    ledger.chart.require_room(name.address for _, name in wanted if name is not None)
    ledger.begin_undoable()
    words = words_of(b"".join(pack_account(account) for account, _ in wanted))
    event = create_accounts(ledger, words, now=unit.now, position=unit.position)
    there_already = dict(refused(event))
    for index, status in there_already.items():
        account, name = wanted[index]
        if status is not Status.EXISTS:
            called = f"#{account.id}" if name is None else name.address
            raise Rejected(status.label, account=called)
        if index >= first_twin:
            check_twin_is_its_own(rescaling, ledger, unit, twins[index - first_twin])
        elif name is not None:
            check_same_name(ledger, unit, name)
    if not event.records:
        return
    unit.adopt(event)
    for index, (_, name) in enumerate(wanted):
        if index not in there_already and name is not None:
            unit.record(name)


def _move(unit: Unit, rescaling: Rescaling, twins: list[Twin]) -> None:
    """Move each balance out of the asset and its worth into the successor, all or none."""
    transfers: list[Transfer] = []

    def move(asset_ledger: int, debit: int, credit: int, amount: int) -> None:
        if amount < 0:
            debit, credit, amount = credit, debit, -amount
        transfers.append(
            Transfer(
                id=derived_transfer_id(unit.actor.name, unit.command_id, len(transfers)),
                debit_account_id=debit,
                credit_account_id=credit,
                amount=amount,
                ledger=asset_ledger,
                code=DEFAULT_CODE,
            )
        )

    out, _ = conversion_account(rescaling.asset)
    into, _ = conversion_account(rescaling.successor)
    for twin in twins:
        if twin.balance:
            move(out.ledger, twin.account.id, out.id, twin.balance)
            move(into.ledger, into.id, twin.twin.id, twin.value)
    if transfers:
        book_transfers(unit, transfers, Note(), access=OWNING_ACCESS)


def _rescaled(_command: Command, entry: Entry, _state: PoolState, _past: Past) -> Rescaled:
    fact = entry.events[-1]
    accounts, cursor = 0, None
    if isinstance(fact, AccountsRescaled):
        accounts = fact.accounts
        if fact.cursor is not None:
            cursor = str(int.from_bytes(fact.cursor, "little"))
    return Rescaled(entry.envelope.command_id, entry.last_position, accounts, cursor)


def _times(command: RescaleAccounts) -> int:
    """Two transfers an account, or a twin for each and both conversion accounts."""
    return 2 * min(max(command.limit, 1), limits.RESCALED_ACCOUNTS_MAX) + 2


ROUTES = (
    Route("ledger.rescale_accounts", RescaleAccounts, ADMIN, _decide, _rescaled, times=_times),
)
