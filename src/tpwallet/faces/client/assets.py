"""Methods of the pool's assets: register one, take one out of use, move it into its successor.

Changing needs the scope `admin`, listing `ledger:read`.
"""

from tpwallet.domains.ledger.forms import AssetCode
from tpwallet.domains.ledger.limits import RESCALED_ACCOUNTS_MAX
from tpwallet.faces import bodies, shapes
from tpwallet.faces.bodies import CommandId, Id, LedgerNumber, Ratio, RescalingLimit, Scale
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks


class AssetMethods:
    """Currencies, coins, and what a pool has of its own."""

    @asks
    def register_asset(
        self,
        code: AssetCode,
        *,
        scale: Scale,
        ledger: LedgerNumber,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[shapes.Receipt]:
        """Add an asset of the pool's own, with `scale` decimal places (0 to 36) and a ledger number
        nobody has. **Rejects** `duplicate_asset`, `invalid_asset`.
        """
        body = bodies.NewAsset(code=code, scale=scale, ledger=ledger)
        return operations.REGISTER_ASSET.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def assets(self) -> Call[shapes.Assets]:
        """Every asset the pool knows: currencies, coins and its own."""
        return operations.LIST_ASSETS.call()

    @asks
    def delist_asset(
        self,
        code: AssetCode,
        *,
        successor: AssetCode | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[shapes.Receipt]:
        """Let an asset that nobody holds be used no more; `successor` is what replaces it.

        **Rejects** `asset_in_use`, `unknown_asset`.
        """
        body = bodies.Delisting(successor=successor)
        return operations.DELIST_ASSET.call(
            body, parts={"code": code}, command_id=command_id, dry_run=dry_run
        )

    @asks
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
    ) -> Call[shapes.RescaledAccounts]:
        """Move the balances of the next accounts of an asset into its successor, all or none.

        `ratio` is exact, whole units of the successor for one whole unit: "1", "1/1000". Go on
        with `after`, the `next_cursor` of the answer before, until there is none.

        **Rejects** `rescale_not_exact`, `unknown_asset`.
        """
        body = bodies.Rescaling(successor=successor, ratio=ratio, after=after, limit=limit)
        return operations.RESCALE_ACCOUNTS.call(
            body, parts={"code": code}, command_id=command_id, dry_run=dry_run
        )
