"""Methods that open accounts and change what they may do."""

from tpwallet.domains.ledger.forms import AccountName, Address, AssetCode, TransferCode
from tpwallet.faces import bodies
from tpwallet.faces.bodies import AccountKindName, AmountText, CommandId, Metadata, Personal
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.shapes import Receipt


class AccountMethods:
    """Opening, freezing, closing, lending. All need the scope `ledger:write`."""

    @asks
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
    ) -> Call[Receipt]:
        """Open an account. `kind` is asset, liability, equity, income, expense or clearing.

        Opening the same account again changes nothing. `personal` texts are sealed in the hub's
        vault; `metadata` is in the journal for ever.

        **Rejects** `unknown_asset`, `address_reserved` at an address of the hub's own, and
        `exists_with_different_…` when it was opened otherwise.
        """
        body = bodies.NewAccount(
            address=address,
            asset=asset,
            kind=kind,
            code=code,
            allow_opposite_balance=allow_opposite_balance,
            guarded=guarded,
            metadata=metadata or {},
            personal=personal,
        )
        return operations.OPEN_ACCOUNT.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def freeze(
        self, account: AccountName, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> Call[Receipt]:
        """Stop an account moving money, whatever it holds, until it is reopened.

        **Rejects** `account_not_found`, `account_already_closed`, and `address_reserved` an account
        of the hub's own.
        """
        body = bodies.AccountChoice(account=account)
        return operations.FREEZE_ACCOUNT.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def close_account(
        self, account: AccountName, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> Call[Receipt]:
        """Close an empty account. **Rejects** `account_not_empty`, `account_has_reservations`."""
        body = bodies.AccountChoice(account=account)
        return operations.CLOSE_ACCOUNT.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def reopen(
        self, account: AccountName, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> Call[Receipt]:
        """Let a frozen or closed account move money again. **Rejects** `account_not_closed`."""
        body = bodies.AccountChoice(account=account)
        return operations.REOPEN_ACCOUNT.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def set_credit_line(
        self,
        address: Address,
        *,
        asset: AssetCode,
        limit: AmountText,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[Receipt]:
        """Let an account be overdrawn up to `limit`, a decimal of its asset; "0" ends the line.

        **Rejects** `account_not_found`, and `exceeds_credits` when more is drawn than the new
        limit.
        """
        body = bodies.NewCreditLine(address=address, asset=asset, limit=limit)
        return operations.SET_CREDIT_LINE.call(body, command_id=command_id, dry_run=dry_run)
