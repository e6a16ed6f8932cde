"""What administrators' commands should do."""

from datetime import UTC, datetime

from tpwallet.flows import administration, delisting
from tpwallet.lab.oracle import OracleAccount
from tpwallet.lab.sim.clocks import SECOND_NS
from tpwallet.lab.sim.model.books import Attempt, Grant, Refused, Rules, Unfit
from tpwallet.money import standard_catalogue

_GRANTS_MAX = 61


def _register_asset(attempt: Attempt, command: administration.RegisterAsset) -> None:
    known = attempt.books.assets
    ledgers = {ledger for _, ledger in known.values()}
    ledgers |= {asset.ledger for asset in standard_catalogue()}
    if command.code in known or command.code in standard_catalogue() or command.ledger in ledgers:
        raise Refused("duplicate_asset")
    known[command.code] = (command.scale, command.ledger)
    attempt.record("ledger.asset_registered")


def _delist_asset(attempt: Attempt, command: delisting.DelistAsset) -> None:
    books = attempt.books
    if command.successor == command.code:
        raise Unfit
    if command.code in books.delisted and books.delisted[command.code] == command.successor:
        return
    _, ledger = books.asset(command.code, "code")
    if command.successor is not None:
        books.asset(command.successor, "successor")
    holders = [account.id for account in books.oracle.accounts() if _holds(account, ledger)]
    if holders:
        first = f"#{holders[0]}"
        raise Refused("asset_in_use", asset=command.code, accounts=len(holders), account=first)
    books.delisted[command.code] = command.successor
    attempt.record("ledger.asset_delisted")


def _holds(account: OracleAccount, ledger: int) -> bool:
    reserved = account.debits_pending or account.credits_pending
    is_even = account.debits_posted == account.credits_posted
    return account.ledger == ledger and (bool(reserved) or not is_even)


def _close_period(attempt: Attempt, command: administration.ClosePeriod) -> None:
    today = str(datetime.fromtimestamp(attempt.now // SECOND_NS, UTC).date())
    if command.through >= today:
        raise Refused("period_not_over", through=command.through, today=today)
    if command.through <= attempt.books.closed_through:
        closed = attempt.books.closed_through
        raise Refused("period_closed", closed_through=closed, parameter="through")
    attempt.books.closed_through = command.through
    attempt.record("ledger.period_closed")


def _grant_bulk(attempt: Attempt, command: administration.GrantBulk) -> None:
    if not command.subtrees:
        raise Unfit
    ledgers = tuple(attempt.books.asset(code, "assets")[1] for code in command.assets)
    free = [bit for bit in range(1, _GRANTS_MAX + 1) if bit not in attempt.books.grants]
    if not free:
        raise Refused("too_many_grants", limit=_GRANTS_MAX)
    attempt.books.grants[free[0]] = Grant(command.holder, command.subtrees, ledgers)
    attempt.record("ledger.bulk_granted")


def _end_grant(attempt: Attempt, command: administration.EndBulkGrant) -> None:
    if command.bit not in attempt.books.grants:
        raise Refused("grant_not_found", bit=command.bit)
    del attempt.books.grants[command.bit]
    attempt.record("ledger.bulk_grant_ended")


def _put_document(attempt: Attempt, command: administration.PutDocument) -> None:
    key = (command.kind, command.name)
    attempt.books.documents[key] = (*attempt.books.documents.get(key, ()), command.content)
    attempt.record("kernel.document_put")


def _roll_back_document(attempt: Attempt, command: administration.RollBackDocument) -> None:
    key = (command.kind, command.name)
    versions = attempt.books.documents.get(key, ())
    if not 1 <= command.version <= len(versions):
        raise Refused(
            "document_not_found", kind=command.kind, name=command.name, version=command.version
        )
    attempt.books.documents[key] = (*versions, versions[command.version - 1])
    attempt.record("kernel.document_put")


def _issue_key(attempt: Attempt, command: administration.IssueKey) -> None:
    if command.key_id in attempt.books.keys:
        raise Refused("key_exists", key_id=command.key_id)
    attempt.books.keys[command.key_id] = False
    attempt.record("kernel.key_issued")


def _revoke_key(attempt: Attempt, command: administration.RevokeKey) -> None:
    revoked = attempt.books.keys.get(command.key_id)
    if revoked is None:
        raise Refused("key_not_found", key_id=command.key_id)
    if not revoked:
        attempt.books.keys[command.key_id] = True
        attempt.record("kernel.key_revoked")


ADMINISTRATION: Rules = {
    delisting.DelistAsset: _delist_asset,
    administration.RegisterAsset: _register_asset,
    administration.ClosePeriod: _close_period,
    administration.GrantBulk: _grant_bulk,
    administration.EndBulkGrant: _end_grant,
    administration.PutDocument: _put_document,
    administration.RollBackDocument: _roll_back_document,
    administration.IssueKey: _issue_key,
    administration.RevokeKey: _revoke_key,
}
