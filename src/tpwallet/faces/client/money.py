"""Methods that move money: transfers, postings of many legs, holds."""

from collections.abc import Mapping, Sequence

from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.http import bodies
from tpwallet.faces.http.bodies import Personal
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
        debit: str,
        credit: str,
        amount: str,
        asset: str,
        code: int = 1,
        transfer_id: str | None = None,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        personal: Personal | None = None,
        command_id: str | None = None,
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
            metadata=dict(metadata or {}),
            personal=personal,
        )
        return operations.CREATE_TRANSFER.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def post(
        self,
        legs: Sequence[Leg],
        *,
        transfer_id: str | None = None,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        personal: Personal | None = None,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> Call[Receipt]:
        """Book many legs at once, in one or many assets: all of them or none.

        `transfer_id` is the first leg's. **Rejects** as `transfer` does; the fact `leg` says which
        leg it is about, from 0.
        """
        body = bodies.NewPosting(
            legs=list(legs),
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=dict(metadata or {}),
            personal=personal,
        )
        return operations.CREATE_POSTING.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def hold(
        self,
        *,
        debit: str,
        credit: str,
        amount: str,
        asset: str,
        timeout_seconds: int = 0,
        code: int = 1,
        transfer_id: str | None = None,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        personal: Personal | None = None,
        command_id: str | None = None,
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
            metadata=dict(metadata or {}),
            personal=personal,
        )
        return operations.CREATE_HOLD.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def post_hold(
        self,
        pending_id: str,
        *,
        amount: str | None = None,
        asset: str | None = None,
        transfer_id: str | None = None,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        command_id: str | None = None,
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
            metadata=dict(metadata or {}),
        )
        return operations.POST_HOLD.call(
            body, parts={"pending_id": pending_id}, command_id=command_id, dry_run=dry_run
        )

    @asks
    def void_hold(
        self,
        pending_id: str,
        *,
        transfer_id: str | None = None,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> Call[Receipt]:
        """Release a reservation. **Rejects** as `post_hold` does, and `closing_reservation` one
        that keeps an account closed.
        """
        body = bodies.HoldRelease(
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=dict(metadata or {}),
        )
        return operations.VOID_HOLD.call(
            body, parts={"pending_id": pending_id}, command_id=command_id, dry_run=dry_run
        )
