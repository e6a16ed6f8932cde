"""What a caller asked for, as the command of a flow: the same for the library and for HTTP.

A body (`tpwallet.faces.bodies`) is what came over the wire, or the arguments of a method put
together. `sealed` are the references to its personal texts, which are in the vault by then. A body
of one or two fields is not here: its command is made where it comes in.
"""

from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.domains.ledger.references import parse_kind
from tpwallet.faces import bodies
from tpwallet.faces.times import parse_time
from tpwallet.flows.accounts import OpenAccount
from tpwallet.flows.administration import GrantBulk, PutDocument
from tpwallet.flows.rescaling import RescaleAccounts
from tpwallet.flows.transfers import Hold, Post, PostHold, VoidHold

Sealed = dict[str, bytes]
_Noted = bodies.NewTransfer | bodies.NewPosting | bodies.HoldPosting | bodies.HoldRelease


def transfer(body: bodies.NewTransfer, sealed: Sealed | None = None) -> Post:
    """Move an amount."""
    return Post(legs=(_leg(body),), transfer_id=body.transfer_id, note=_note(body, sealed))


def posting(body: bodies.NewPosting, sealed: Sealed) -> Post:
    """Book many legs."""
    return Post(legs=tuple(body.legs), transfer_id=body.transfer_id, note=_note(body, sealed))


def hold(body: bodies.NewHold, sealed: Sealed) -> Hold:
    """Reserve an amount."""
    return Hold(
        leg=_leg(body),
        timeout_seconds=body.timeout_seconds,
        transfer_id=body.transfer_id,
        note=_note(body, sealed),
    )


def post_hold(pending_id: str, body: bodies.HoldPosting) -> PostHold:
    """Post a reservation."""
    return PostHold(
        pending_id=pending_id,
        amount=body.amount,
        asset=body.asset,
        transfer_id=body.transfer_id,
        note=_note(body),
    )


def void_hold(pending_id: str, body: bodies.HoldRelease) -> VoidHold:
    """Release a reservation."""
    return VoidHold(pending_id=pending_id, transfer_id=body.transfer_id, note=_note(body))


def open_account(body: bodies.NewAccount, sealed: Sealed) -> OpenAccount:
    """Open an account. **Rejects** with `Malformed` what is no kind."""
    return OpenAccount(
        address=body.address,
        asset=body.asset,
        kind=parse_kind(body.kind, parameter="kind"),
        code=body.code,
        allow_opposite_balance=body.allow_opposite_balance,
        guarded=body.guarded,
        metadata=dict(body.metadata),
        sealed=sealed,
    )


def put_document(kind: str, name: str, body: bodies.NewDocument) -> PutDocument:
    """Put a version of a document. **Rejects** with `Malformed` what is no time."""
    since = body.effective_at
    return PutDocument(
        kind=kind,
        name=name,
        schema=body.schema,
        content=bytes(body.content),
        effective_at=None if since is None else parse_time(since, parameter="effective_at"),
    )


def rescale_accounts(code: str, body: bodies.Rescaling) -> RescaleAccounts:
    """Move accounts into an asset's successor."""
    return RescaleAccounts(
        code=code, successor=body.successor, ratio=body.ratio, after=body.after, limit=body.limit
    )


def grant_bulk(body: bodies.NewGrant) -> GrantBulk:
    """Let an actor move guarded accounts by raw batches."""
    return GrantBulk(holder=body.holder, subtrees=tuple(body.subtrees), assets=tuple(body.assets))


def _leg(body: Leg) -> Leg:
    """The leg alone, of a body that says more."""
    return Leg(
        debit=body.debit, credit=body.credit, amount=body.amount, asset=body.asset, code=body.code
    )


def _note(body: _Noted, sealed: Sealed | None = None) -> Note:
    return Note(
        effective_date=body.effective_date, metadata=dict(body.metadata), sealed=sealed or {}
    )
