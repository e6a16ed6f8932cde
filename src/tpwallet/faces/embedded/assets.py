"""The pool's assets, by the library: register one, take one out of use, move it on."""

from tpwallet.domains.ledger.limits import RESCALED_ACCOUNTS_MAX
from tpwallet.faces import shapes
from tpwallet.faces.embedded.checking import checked, checked_value
from tpwallet.faces.embedded.commands import PoolCommands, fresh_command_id
from tpwallet.faces.http import bodies, governing
from tpwallet.flows.administration import RegisterAsset
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.rescaling import RescaleAccounts, Rescaled


class AssetCommands(PoolCommands):
    """Currencies, coins, and what a pool has of its own."""

    def register_asset(
        self,
        code: str,
        *,
        scale: int,
        ledger: int,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Add an asset of the pool's own, with `scale` decimal places (0 to 36) and a ledger number
        nobody has. **Rejects** `duplicate_asset`, `invalid_asset`.
        """
        body = checked(bodies.NewAsset, code=code, scale=scale, ledger=ledger)
        command = RegisterAsset(code=body.code, scale=body.scale, ledger=body.ledger)
        return self._run(command, command_id, dry_run=dry_run)

    def assets(self) -> shapes.Assets:
        """Every asset the pool knows: currencies, coins and its own."""
        found: shapes.Assets = self._writer.read(governing.assets)
        return found

    def delist_asset(
        self,
        code: str,
        *,
        successor: str | None = None,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Let an asset that nobody holds be used no more; `successor` is what replaces it.

        **Rejects** `asset_in_use`, `unknown_asset`.
        """
        checked_value(bodies.AssetCode, code, parameter="code")
        body = checked(bodies.Delisting, successor=successor)
        command = DelistAsset(code=code, successor=body.successor)
        return self._run(command, command_id, dry_run=dry_run)

    def rescale_accounts(
        self,
        code: str,
        *,
        successor: str,
        ratio: str,
        after: str | None = None,
        limit: int = RESCALED_ACCOUNTS_MAX,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> shapes.RescaledAccounts:
        """Move the balances of the next accounts of an asset into its successor, all or none.

        `ratio` is exact, whole units of the successor for one whole unit: "1", "1/1000". Go on
        with `after`, the `next_cursor` of the answer before, until there is none.

        **Rejects** `rescale_not_exact`, `unknown_asset`.
        """
        checked_value(bodies.AssetCode, code, parameter="code")
        body = checked(bodies.Rescaling, successor=successor, ratio=ratio, after=after, limit=limit)
        command = RescaleAccounts(
            code=code, successor=body.successor, ratio=ratio, after=after, limit=limit
        )
        command_id = fresh_command_id(command_id)
        found: Rescaled = (
            self._rehearsed(command, command_id)
            if dry_run
            else self._writer.run(command, command_id=command_id)
        )
        return shapes.RescaledAccounts(
            command_id=found.command_id,
            position=found.position,
            accounts=found.accounts,
            next_cursor=found.cursor,
        )
