"""What raw batches, imports and the clock's releases should do."""

from tpwallet.flows import bulk, clock, imports
from tpwallet.kernel.access import ADMIN
from tpwallet.lab.sim.model.books import Attempt, Refused, Rules
from tpwallet.lab.sim.model.records import accounts_in, transfers_in

_RELEASED_MAX = 8190


def _create_accounts(attempt: Attempt, command: bulk.CreateAccounts) -> None:
    rows = accounts_in(command.records)
    books = attempt.books
    results = books.oracle.create_accounts(rows, attempt.now, books.rules)
    attempt.record("ledger.accounts_created")
    attempt.answer_with(results)


def _create_transfers(attempt: Attempt, command: bulk.CreateTransfers) -> None:
    books, actor, rows = attempt.books, attempt.actor, transfers_in(command.records)
    results = books.oracle.create_transfers(
        rows,
        attempt.now,
        lambda account_id: books.may_touch(actor, account_id),
        books.rules,
    )
    attempt.record("ledger.batch_applied")
    attempt.answer_with(results)


def _import(attempt: Attempt, command: imports.ImportTransfers) -> None:
    books, actor, rows = attempt.books, attempt.request.actor, transfers_in(command.records)
    results = books.oracle.create_transfers(
        rows,
        attempt.now,
        lambda account_id: (
            not books.is_the_hubs(account_id)
            if ADMIN in actor.scopes
            else books.may_touch(actor.name, account_id)
        ),
        books.rules,
    )
    refused = [(n, result.status) for n, result in enumerate(results) if result.status != "created"]
    if refused:
        raise Refused(
            "import_refused",
            refused=len(refused),
            total=len(rows),
            first_index=refused[0][0],
            first_status=refused[0][1],
        )
    attempt.record_transfers([row.id for row in rows])


def _expire(attempt: Attempt, _command: clock.Expire) -> None:
    if attempt.books.oracle.expire(attempt.now, _RELEASED_MAX):
        attempt.record("ledger.expired")


def _override_clock(attempt: Attempt, _command: clock.OverrideClock) -> None:
    attempt.record("kernel.clock_overridden")


BULK: Rules = {
    bulk.CreateAccounts: _create_accounts,
    bulk.CreateTransfers: _create_transfers,
    imports.ImportTransfers: _import,
    clock.Expire: _expire,
    clock.OverrideClock: _override_clock,
}
