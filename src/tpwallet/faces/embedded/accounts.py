"""Accounts, by the library: open, freeze, close, reopen, lend."""

from tpwallet.domains.ledger.forms import AccountName, Address, AssetCode, TransferCode
from tpwallet.domains.ledger.reserved import line_address
from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.bodies import AccountKindName, AmountText, CommandId, Metadata, Personal
from tpwallet.faces.embedded.commands import PoolCommands, fresh_command_id
from tpwallet.flows import accounts


class AccountCommands(PoolCommands):
    """Opening, freezing, closing, lending."""

    def open_account(
        self,
        address: Address,
        *,
        asset: AssetCode,
        kind: AccountKindName,
        code: TransferCode | None = None,
        allow_opposite_balance: bool = False,
        guarded: bool = True,
        metadata: Metadata | None = None,
        personal: Personal | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Open an account. `kind` is asset, liability, equity, income, expense or clearing.

        Opening the same account again changes nothing. **Rejects** `unknown_asset`,
        `address_reserved` at an address of the hub's own, and `exists_with_different_…` when it was
        opened otherwise.
        """
        body = bodies.NewAccount(
            address=address,
            asset=asset,
            kind=kind,
            code=code,
            allow_opposite_balance=allow_opposite_balance,
            guarded=guarded,
            metadata=metadata or {},
        )
        command_id = fresh_command_id(command_id)
        command = commands.open_account(body, self._sealed(personal, command_id, dry_run))
        return self._run(command, command_id, address, dry_run=dry_run)

    def freeze(
        self, account: AccountName, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Stop an account moving money until it is reopened. **Rejects** `account_not_found`,
        `account_already_closed`, and `address_reserved` an account of the hub's own.
        """
        return self._run(
            accounts.FreezeAccount(account=account), command_id, account, dry_run=dry_run
        )

    def close_account(
        self, account: AccountName, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Close an empty account. **Rejects** `account_not_empty`, `account_has_reservations`."""
        return self._run(
            accounts.CloseAccount(account=account), command_id, account, dry_run=dry_run
        )

    def reopen(
        self, account: AccountName, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Let a frozen or closed account move money again. **Rejects** `account_not_closed`."""
        return self._run(
            accounts.ReopenAccount(account=account), command_id, account, dry_run=dry_run
        )

    def set_credit_line(
        self,
        address: Address,
        *,
        asset: AssetCode,
        limit: AmountText,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Let an account be overdrawn up to `limit`, a decimal of its asset; "0" ends the line.

        **Rejects** `account_not_found`, and `exceeds_credits` when more is drawn than the new
        limit.
        """
        command = accounts.SetCreditLine(address=address, asset=asset, limit=limit)
        line = line_address(address)
        return self._run(command, command_id, address, line, dry_run=dry_run)
