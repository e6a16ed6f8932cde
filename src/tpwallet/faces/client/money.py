"""Methods that move money: transfers, postings of many legs, holds."""

from tpwallet.domains.ledger.forms import AccountName, AssetCode, TransferCode
from tpwallet.faces import bodies
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
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.shapes import Receipt


class MoneyMethods:
    """Moving and reserving. All need the scope `ledger:write`.

    Amounts are decimal strings in the asset's own scale, such as "12.50". Accounts are named by
    address or by `#` and their id. Each call has a command id, the caller's or a fresh one: the
    same id and the same arguments give the first outcome again.
    """

    @asks
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
    ) -> Call[Receipt]:
        """Move an amount from `debit` to `credit`.

        `effective_date` (2026-01-31) is the day it counts for; None: the day it is booked.

        **Rejects** with the ledger's status: `exceeds_credits` when the money is not there,
        `debit_account_not_found`, `debit_account_already_closed` …; and `period_closed`.
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
            personal=personal,
        )
        return operations.CREATE_TRANSFER.call(body, command_id=command_id, dry_run=dry_run)

    @asks
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
    ) -> Call[Receipt]:
        """Book many legs at once, in one or many assets: all of them or none.

        `transfer_id` is the first leg's. **Rejects** as `transfer` does; the fact `leg` says which
        leg it is about, from 0.
        """
        body = bodies.NewPosting(
            legs=legs,
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
            personal=personal,
        )
        return operations.CREATE_POSTING.call(body, command_id=command_id, dry_run=dry_run)

    @asks
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
    ) -> Call[Receipt]:
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
            personal=personal,
        )
        return operations.CREATE_HOLD.call(body, command_id=command_id, dry_run=dry_run)

    @asks
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
    ) -> Call[Receipt]:
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
        return operations.POST_HOLD.call(
            body, parts={"pending_id": pending_id}, command_id=command_id, dry_run=dry_run
        )

    @asks
    def void_hold(
        self,
        pending_id: Id,
        *,
        transfer_id: Id | None = None,
        effective_date: Day | None = None,
        metadata: Metadata | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[Receipt]:
        """Release a reservation. **Rejects** as `post_hold` does, and `closing_reservation` one
        that keeps an account closed.
        """
        body = bodies.HoldRelease(
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=metadata or {},
        )
        return operations.VOID_HOLD.call(
            body, parts={"pending_id": pending_id}, command_id=command_id, dry_run=dry_run
        )
