"""Money, by the library: transfers, postings of many legs, holds."""

from tpwallet.domains.ledger.forms import AccountName, AssetCode, TransferCode
from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.bodies import (
    AmountText,
    CommandId,
    Day,
    Id,
    Legs,
    Metadata,
    Personal,
    Timeout,
)
from tpwallet.faces.embedded.commands import PoolCommands, fresh_command_id


class MoneyCommands(PoolCommands):
    """Moving and reserving. Amounts are decimal strings in the asset's own scale."""

    def transfer(
        self,
        *,
        debit: AccountName,
        credit: AccountName,
        amount: AmountText,
        asset: AssetCode,
        code: TransferCode = 1,
        transfer_id: Id | None = None,
        effective_date: Day | None = None,
        metadata: Metadata | None = None,
        personal: Personal | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Move an amount from `debit` to `credit`.

        **Rejects** with the ledger's status: `exceeds_credits` when the money is not there,
        `debit_account_not_found`, `debit_account_already_closed` …
        """
        body = bodies.NewTransfer(
            debit=debit,
            credit=credit,
            amount=amount,
            asset=asset,
            code=code,
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
        )
        command_id = fresh_command_id(command_id)
        command = commands.transfer(body, self._sealed(personal, command_id, dry_run))
        return self._run(command, command_id, debit, credit, dry_run=dry_run)

    def post(
        self,
        legs: Legs,
        *,
        transfer_id: Id | None = None,
        effective_date: Day | None = None,
        metadata: Metadata | None = None,
        personal: Personal | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Book many legs at once, in one or many assets: all of them or none.

        `transfer_id` is the first leg's. **Rejects** as `transfer` does.
        """
        body = bodies.NewPosting(
            legs=legs,
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
        )
        command_id = fresh_command_id(command_id)
        command = commands.posting(body, self._sealed(personal, command_id, dry_run))
        names = [name for leg in legs for name in (leg.debit, leg.credit)]
        return self._run(command, command_id, *names, dry_run=dry_run)

    def hold(
        self,
        *,
        debit: AccountName,
        credit: AccountName,
        amount: AmountText,
        asset: AssetCode,
        timeout_seconds: Timeout = 0,
        code: TransferCode = 1,
        transfer_id: Id | None = None,
        effective_date: Day | None = None,
        metadata: Metadata | None = None,
        personal: Personal | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Reserve an amount; it can be posted in full or in part, voided, or expires after
        `timeout_seconds` (0: never). **Rejects** as `transfer` does.
        """
        body = bodies.NewHold(
            debit=debit,
            credit=credit,
            amount=amount,
            asset=asset,
            code=code,
            timeout_seconds=timeout_seconds,
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
        )
        command_id = fresh_command_id(command_id)
        command = commands.hold(body, self._sealed(personal, command_id, dry_run))
        return self._run(command, command_id, debit, credit, dry_run=dry_run)

    def post_hold(
        self,
        pending_id: Id,
        *,
        amount: AmountText | None = None,
        asset: AssetCode | None = None,
        transfer_id: Id | None = None,
        effective_date: Day | None = None,
        metadata: Metadata | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Post a reservation: whole, or `amount` of `asset` and the rest is released.

        **Rejects** `pending_transfer_not_found`, `pending_transfer_expired`,
        `pending_transfer_already_posted`, `exceeds_pending_transfer_amount` …
        """
        body = bodies.HoldPosting(
            amount=amount,
            asset=asset,
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
        )
        return self._run(commands.post_hold(pending_id, body), command_id, dry_run=dry_run)

    def void_hold(
        self,
        pending_id: Id,
        *,
        transfer_id: Id | None = None,
        effective_date: Day | None = None,
        metadata: Metadata | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Release a reservation. **Rejects** as `post_hold` does, and `closing_reservation` one
        that keeps an account closed.
        """
        body = bodies.HoldRelease(
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
        )
        return self._run(commands.void_hold(pending_id, body), command_id, dry_run=dry_run)
