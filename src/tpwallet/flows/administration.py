"""Administration: keys, documents, assets, periods and bulk grants."""

from tpwallet.domains.ledger.chart import check_address
from tpwallet.domains.ledger.events import (
    AssetRegistered,
    BulkGranted,
    BulkGrantEnded,
    Grant,
    PeriodClosed,
)
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.limits import GRANTS_MAX
from tpwallet.domains.ledger.posting import check_asset_code, day_of, find_asset, parse_day
from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import ADMIN, AccessState, ApiKey, issue_key, revoke_key
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.documents import (
    DocumentState,
    check_document,
    put_document,
    roll_back_document,
)
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.forms import check_word
from tpwallet.kernel.limits import ACTOR_LENGTH_MAX
from tpwallet.kernel.unit import Unit
from tpwallet.money import Asset, AssetKind, MoneyError


class IssueKey(Command, frozen=True, kw_only=True):
    """Make an API key; only the digest of its token is kept."""

    key_id: str
    token_hash: bytes
    scopes: tuple[str, ...]
    expires_at: int | None = None  # nanoseconds; None: never


class RevokeKey(Command, frozen=True, kw_only=True):
    """Close an API key for good."""

    key_id: str


class PutDocument(Command, frozen=True, kw_only=True):
    """Add a version of a document; `content` is JSON."""

    kind: str
    name: str
    schema: int
    content: bytes
    effective_at: int | None = None  # nanoseconds; None: now


class RollBackDocument(Command, frozen=True, kw_only=True):
    """Bring back an earlier version's content, as a new version."""

    kind: str
    name: str
    version: int


class RegisterAsset(Command, frozen=True, kw_only=True):
    """Add an asset of the pool's own."""

    code: str
    scale: int
    ledger: int


class ClosePeriod(Command, frozen=True, kw_only=True):
    """Let nothing more be booked with an effective date up to this day (ISO 8601)."""

    through: str


class GrantBulk(Command, frozen=True, kw_only=True):
    """Let an actor move guarded accounts of some subtrees by raw batches."""

    holder: str
    subtrees: tuple[str, ...]
    assets: tuple[str, ...] = ()  # empty: all


class EndBulkGrant(Command, frozen=True, kw_only=True):
    """End a bulk grant."""

    bit: int


def _decide_issue(unit: Unit, command: IssueKey) -> None:
    until = command.expires_at
    if until is not None and until <= unit.now:
        raise Rejected("expiry_in_the_past", expires_at=until, now=unit.now)
    key = ApiKey(command.key_id, command.token_hash, command.scopes, until)
    unit.record(*issue_key(unit.part(AccessState), key))


def _decide_revoke(unit: Unit, command: RevokeKey) -> None:
    unit.record(*revoke_key(unit.part(AccessState), command.key_id))


def _decide_put(unit: Unit, command: PutDocument) -> None:
    check_document(command.content)
    unit.record(
        *put_document(
            unit.part(DocumentState),
            kind=command.kind,
            name=command.name,
            schema=command.schema,
            content=command.content,
            effective_at=unit.now if command.effective_at is None else command.effective_at,
            author=unit.actor.name,
            now=unit.now,
        )
    )


def _decide_roll_back(unit: Unit, command: RollBackDocument) -> None:
    unit.record(
        *roll_back_document(
            unit.part(DocumentState),
            kind=command.kind,
            name=command.name,
            version=command.version,
            author=unit.actor.name,
            now=unit.now,
        )
    )


def _decide_register(unit: Unit, command: RegisterAsset) -> None:
    check_asset_code(command.code, parameter="code")
    try:
        asset = Asset(command.code, command.scale, command.ledger, AssetKind.CUSTOM)
        unit.part(LedgerFacts).catalogue.with_asset(asset)
    except MoneyError as error:
        raise Rejected(error.code, str(error)) from None
    unit.record(AssetRegistered(asset.code, asset.scale, asset.ledger, asset.kind.value))


def _decide_close_period(unit: Unit, command: ClosePeriod) -> None:
    through = parse_day(command.through, parameter="through")
    if through >= day_of(unit.now):
        raise Rejected("period_not_over", through=str(through), today=str(day_of(unit.now)))
    closed = unit.part(LedgerFacts).closed_through
    if closed is not None and through <= closed:
        raise Rejected("period_closed", closed_through=str(closed), parameter="through")
    unit.record(PeriodClosed(str(through)))


def _subtree(path: str) -> str:
    try:
        return check_address(path)
    except Malformed as error:
        raise Malformed(str(error), parameter="subtrees") from None


def _decide_grant(unit: Unit, command: GrantBulk) -> None:
    facts = unit.part(LedgerFacts)
    if not command.subtrees:
        raise Malformed("a grant names at least one subtree", parameter="subtrees")
    check_word(command.holder, parameter="holder", length_max=ACTOR_LENGTH_MAX)
    subtrees = tuple(_subtree(path) for path in command.subtrees)
    ledgers = tuple(find_asset(facts, code, parameter="assets").ledger for code in command.assets)
    taken = {bit for bit, _ in facts.grants}
    bit = next((bit for bit in range(1, GRANTS_MAX + 1) if bit not in taken), None)
    if bit is None:
        raise Rejected("too_many_grants", limit=GRANTS_MAX)
    unit.record(BulkGranted(Grant(bit, command.holder, subtrees, ledgers)))


def _decide_end_grant(unit: Unit, command: EndBulkGrant) -> None:
    if unit.part(LedgerFacts).grants.get(command.bit) is None:
        raise Rejected("grant_not_found", bit=command.bit)
    unit.record(BulkGrantEnded(command.bit))


ROUTES = (
    Route("kernel.issue_key", IssueKey, ADMIN, _decide_issue, receipt_of),
    Route("kernel.revoke_key", RevokeKey, ADMIN, _decide_revoke, receipt_of),
    Route("kernel.put_document", PutDocument, ADMIN, _decide_put, receipt_of),
    Route("kernel.roll_back_document", RollBackDocument, ADMIN, _decide_roll_back, receipt_of),
    Route("ledger.register_asset", RegisterAsset, ADMIN, _decide_register, receipt_of),
    Route("ledger.close_period", ClosePeriod, ADMIN, _decide_close_period, receipt_of),
    Route("ledger.grant_bulk", GrantBulk, ADMIN, _decide_grant, receipt_of),
    Route("ledger.end_bulk_grant", EndBulkGrant, ADMIN, _decide_end_grant, receipt_of),
)
