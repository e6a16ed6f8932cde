"""Methods that change and show who may do what, until when books are closed, and whether the
clock is believed.

Changing needs the scope `admin`, and so does listing keys; the other lists need `ledger:read`.
"""

from tpwallet.faces import bodies, shapes
from tpwallet.faces.bodies import (
    AssetCodes,
    Bit,
    CommandId,
    Day,
    Holder,
    Reason,
    Scopes,
    Subtrees,
    Time,
    Word,
)
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks


class AdministrationMethods:
    """Keys, periods, bulk grants and the clock."""

    # Keys

    @asks
    def issue_key(
        self,
        key_id: Word,
        scopes: Scopes,
        *,
        expires_at: Time | None = None,
        command_id: CommandId | None = None,
    ) -> Call[shapes.IssuedKey]:
        """Make an API key of this pool; it opens nothing from `expires_at` (RFC 3339) on.

        Its secret is the `token` of this answer and is never told again: should the answer get
        lost, the repeated one has none; then revoke the key and make another.

        **Rejects** `key_exists`, `unknown_scope`, `too_many_keys`.
        """
        body = bodies.NewKey(key_id=key_id, scopes=scopes, expires_at=expires_at)
        return operations.ISSUE_KEY.call(body, command_id=command_id)

    @asks
    def keys(self) -> Call[shapes.Keys]:
        """Every API key of this pool, without its secret."""
        return operations.LIST_KEYS.call()

    @asks
    def revoke_key(
        self, key_id: Word, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> Call[shapes.Receipt]:
        """Close an API key for good. **Rejects** `key_not_found`."""
        return operations.REVOKE_KEY.call(
            parts={"key_id": key_id}, command_id=command_id, dry_run=dry_run
        )

    # Periods

    @asks
    def close_period(
        self, through: Day, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> Call[shapes.Receipt]:
        """Let nothing more be booked with an effective date up to a day (2026-01-31). **Rejects**
        `period_not_over`, `period_closed`.
        """
        body = bodies.PeriodEnd(through=through)
        return operations.CLOSE_PERIOD.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def closed_period(self) -> Call[shapes.Period]:
        """Up to which day the books are closed."""
        return operations.CLOSED_PERIOD.call()

    # Bulk grants

    @asks
    def grant_bulk(
        self,
        holder: Holder,
        *,
        subtrees: Subtrees,
        assets: AssetCodes = (),
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[shapes.Receipt]:
        """Let an actor, such as `key:<key_id>`, move guarded accounts of some subtrees by raw
        batches, in some assets (none: in all). **Rejects** `unknown_asset`, `too_many_grants`.
        """
        body = bodies.NewGrant(holder=holder, subtrees=subtrees, assets=assets)
        return operations.GRANT_BULK.call(body, command_id=command_id, dry_run=dry_run)

    @asks
    def grants(self) -> Call[shapes.Grants]:
        """Every bulk grant in force."""
        return operations.LIST_GRANTS.call()

    @asks
    def end_grant(
        self, bit: Bit, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> Call[shapes.Receipt]:
        """End a bulk grant, by its `bit`. **Rejects** `grant_not_found`."""
        return operations.END_GRANT.call(parts={"bit": bit}, command_id=command_id, dry_run=dry_run)

    # The clock

    @asks
    def override_clock(
        self, reason: Reason, *, command_id: CommandId | None = None
    ) -> Call[shapes.Receipt]:
        """Vouch for the hub's wall clock after it was refused (`clock_refused`), in 1 to 500
        characters that stay in the journal. It holds until the next jump, or the hub's end.
        """
        body = bodies.ClockOverride(reason=reason)
        return operations.OVERRIDE_CLOCK.call(body, command_id=command_id)
