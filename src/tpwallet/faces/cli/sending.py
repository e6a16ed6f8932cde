"""Which call of the client asks a hub for a command of the machine."""

from typing import TypedDict

import msgspec

from tpwallet.domains.ledger.posting import Leg, Note
from tpwallet.faces import present
from tpwallet.faces.client import Client, NewLeg
from tpwallet.faces.shapes import Receipt
from tpwallet.flows import accounts, administration, clock, delisting, transfers
from tpwallet.kernel.command import Command
from tpwallet.kernel.errors import InvariantBroken


class How(TypedDict):
    """What is said of every command."""

    command_id: str | None
    dry_run: bool


class _Noted(TypedDict):
    effective_date: str | None
    metadata: dict[str, str]


def send(hub: Client, command: Command, how: How) -> Receipt:
    """Send a command to a hub. **Rejects** with the hub's refusal, and with `InvariantBroken` a
    command that a hub cannot be asked for.
    """
    match command:
        case transfers.Post(legs=legs):
            return _post(hub, command, legs, how)
        case transfers.Hold(leg=leg):
            return hub.hold(
                debit=leg.debit,
                credit=leg.credit,
                amount=leg.amount,
                asset=leg.asset,
                code=leg.code,
                timeout_seconds=command.timeout_seconds,
                transfer_id=command.transfer_id,
                **_noted(command.note),
                **how,
            )
        case transfers.PostHold():
            return hub.post_hold(
                command.pending_id,
                amount=command.amount,
                asset=command.asset,
                transfer_id=command.transfer_id,
                **_noted(command.note),
                **how,
            )
        case transfers.VoidHold(pending_id=pending_id, transfer_id=transfer_id, note=note):
            return hub.void_hold(pending_id, transfer_id=transfer_id, **_noted(note), **how)
        case _:
            return _send_of_accounts(hub, command, how)


def _post(hub: Client, command: transfers.Post, legs: tuple[Leg, ...], how: How) -> Receipt:
    return hub.post(
        [NewLeg(**msgspec.structs.asdict(leg)) for leg in legs],
        transfer_id=command.transfer_id,
        **_noted(command.note),
        **how,
    )


def _send_of_accounts(hub: Client, command: Command, how: How) -> Receipt:
    match command:
        case accounts.OpenAccount():
            if command.sealed:
                raise _unsendable(command)
            return hub.open_account(
                command.address,
                asset=command.asset,
                kind=command.kind.value,
                code=command.code,
                allow_opposite_balance=command.allow_opposite_balance,
                guarded=command.guarded,
                metadata=command.metadata,
                **how,
            )
        case accounts.FreezeAccount(account=account):
            return hub.freeze(account, **how)
        case accounts.CloseAccount(account=account):
            return hub.close_account(account, **how)
        case accounts.ReopenAccount(account=account):
            return hub.reopen(account, **how)
        case accounts.SetCreditLine(address=address, asset=asset, limit=limit):
            return hub.set_credit_line(address, asset=asset, limit=limit, **how)
        case _:
            return _send_of_administration(hub, command, how)


def _send_of_administration(hub: Client, command: Command, how: How) -> Receipt:
    match command:
        case administration.RevokeKey(key_id=key_id):
            return hub.revoke_key(key_id, **how)
        case administration.PutDocument(effective_at=effective_at):
            return hub.put_document(
                command.kind,
                command.name,
                command.content,
                schema=command.schema,
                effective_at=None if effective_at is None else present.time_text(effective_at),
                **how,
            )
        case administration.RollBackDocument(kind=kind, name=name, version=version):
            return hub.roll_back_document(kind, name, version, **how)
        case administration.RegisterAsset(code=code, scale=scale, ledger=ledger):
            return hub.register_asset(code, scale=scale, ledger=ledger, **how)
        case delisting.DelistAsset(code=code, successor=successor):
            return hub.delist_asset(code, successor=successor, **how)
        case administration.ClosePeriod(through=through):
            return hub.close_period(through, **how)
        case administration.GrantBulk(holder=holder, subtrees=subtrees, assets=assets):
            return hub.grant_bulk(holder, subtrees=subtrees, assets=assets, **how)
        case administration.EndBulkGrant(bit=bit):
            return hub.end_grant(bit, **how)
        case clock.OverrideClock(reason=reason) if not how["dry_run"]:
            return hub.override_clock(reason, command_id=how["command_id"])
        case _:
            raise _unsendable(command)


def _noted(note: Note) -> _Noted:
    if note.sealed:
        raise _unsendable(note)
    return {"effective_date": note.effective_date, "metadata": note.metadata}


def _unsendable(what: Command | Note) -> InvariantBroken:
    """Personal texts are sealed by the hub, so a reference to one cannot be sent to it."""
    return InvariantBroken(f"a hub cannot be sent this {type(what).__name__}")
