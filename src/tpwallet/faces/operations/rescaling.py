"""Rescaling a whole asset: every account tried first, then every balance moved, then the delisting.

What cannot be moved exactly is found before anything is: all batches are rehearsed, then run, while
this process holds the pool. A crash in between leaves some accounts moved and the rest not, each of
them whole; asked again it goes on with the rest.
"""

import msgspec

from tpwallet.domains.ledger.delisting import holding
from tpwallet.domains.ledger.facts import Delisted, LedgerFacts
from tpwallet.domains.ledger.posting import find_asset
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.rescaling import RescaleAccounts, Rescaled
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.state import PoolState


class RescaledAsset(msgspec.Struct, frozen=True, kw_only=True):
    """What a rescaling led to: how many accounts were moved, or would be."""

    code: str
    successor: str
    ratio: str
    accounts: int
    position: int
    dry_run: bool


def rescale_asset(
    directory: PoolDirectory,
    command: RescaleAccounts,
    *,
    is_rehearsal: bool = False,
    progress: Progress = no_progress,
) -> RescaledAsset:
    """Move every balance of an asset into its successor and delist it. The command's `after` is
    where to begin, None: with the first account; its `limit` how many are moved at a time.

    **Rejects** with `Halted` a pool that another process writes, and as `RescaleAccounts` and
    `DelistAsset` do; what was moved before a refusal stays moved.
    """
    writer = Writer(directory, owner="rescaling")
    try:
        accounts = 0
        if not writer.read(lambda state: _is_over(state, command)):
            accounts = _pass(writer, command, progress, is_rehearsal=True)
            if not is_rehearsal:
                _pass(writer, command, progress, is_rehearsal=False)
                writer.run(DelistAsset(code=command.code, successor=command.successor))
        return RescaledAsset(
            code=command.code,
            successor=command.successor,
            ratio=command.ratio,
            accounts=accounts,
            position=writer.position,
            dry_run=is_rehearsal,
        )
    finally:
        writer.close()


def _is_over(state: PoolState, command: RescaleAccounts) -> bool:
    """Whether the asset was rescaled before, to its end."""
    delisted = state.part(LedgerFacts).delisted.get(command.code)
    return delisted == Delisted(command.successor)


def _pass(
    writer: Writer, command: RescaleAccounts, progress: Progress, *, is_rehearsal: bool
) -> int:
    """Go through all accounts once; returns how many were moved, or would be."""
    whole = writer.read(lambda state: _count(state, command.code))
    stage = Stage.TRYING if is_rehearsal else Stage.RESCALING
    moved, cursor = 0, command.after
    while True:
        step = msgspec.structs.replace(command, after=cursor)
        reply: Rescaled = writer.rehearse(step) if is_rehearsal else writer.run(step)
        moved, cursor = moved + reply.accounts, reply.cursor
        progress(stage, moved, max(whole, moved))
        if cursor is None:
            return moved


def _count(state: PoolState, code: str) -> int:
    """How many accounts hold something of an asset."""
    asset = find_asset(state.part(LedgerFacts), code)
    return int(holding(state.part(LedgerState), asset.ledger).sum())
