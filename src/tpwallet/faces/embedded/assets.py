"""The pool's assets, by the library: register one, take one out of use, move it on."""

from tpwallet.domains.ledger.forms import AssetCode
from tpwallet.domains.ledger.limits import RESCALED_ACCOUNTS_MAX
from tpwallet.faces import bodies, commands, present, shapes
from tpwallet.faces.bodies import CommandId, Id, LedgerNumber, Ratio, RescalingLimit, Scale
from tpwallet.faces.embedded.commands import PoolCommands
from tpwallet.flows.administration import RegisterAsset
from tpwallet.flows.delisting import DelistAsset


class AssetCommands(PoolCommands):
    """Currencies, coins, and what a pool has of its own."""

    def register_asset(
        self,
        code: AssetCode,
        *,
        scale: Scale,
        ledger: LedgerNumber,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Add an asset of the pool's own, with `scale` decimal places (0 to 36) and a ledger number
        nobody has. **Rejects** `duplicate_asset`, `invalid_asset`.
        """
        body = bodies.NewAsset(code=code, scale=scale, ledger=ledger)
        command = RegisterAsset(code=body.code, scale=body.scale, ledger=body.ledger)
        return self._run(command, command_id, dry_run=dry_run)

    def delist_asset(
        self,
        code: AssetCode,
        *,
        successor: AssetCode | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Let an asset that nobody holds be used no more; `successor` is what replaces it.

        **Rejects** `asset_in_use`, `unknown_asset`.
        """
        body = bodies.Delisting(successor=successor)
        command = DelistAsset(code=code, successor=body.successor)
        return self._run(command, command_id, dry_run=dry_run)

    def rescale_accounts(
        self,
        code: AssetCode,
        *,
        successor: AssetCode,
        ratio: Ratio,
        after: Id | None = None,
        limit: RescalingLimit = RESCALED_ACCOUNTS_MAX,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.RescaledAccounts:
        """Move the balances of the next accounts of an asset into its successor, all or none.

        `ratio` is exact, whole units of the successor for one whole unit: "1", "1/1000". Go on
        with `after`, the `next_cursor` of the answer before, until there is none.

        **Rejects** `rescale_not_exact`, `unknown_asset`.
        """
        body = bodies.Rescaling(successor=successor, ratio=ratio, after=after, limit=limit)
        command = commands.rescale_accounts(code, body)
        asked = self._writer.request(command, command_id=command_id)
        return self._told(asked, present.rescaled, dry_run=dry_run)
