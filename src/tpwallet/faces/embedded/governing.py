"""What governs a pool, by the library: API keys, closed periods, bulk grants."""

from msgspec.structs import replace

from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.bodies import (
    AssetCodes,
    Bit,
    CommandId,
    Day,
    Holder,
    Scopes,
    Subtrees,
    Time,
    Word,
)
from tpwallet.faces.embedded.commands import PoolCommands
from tpwallet.faces.issuing import key_for
from tpwallet.flows.administration import (
    ClosePeriod,
    EndBulkGrant,
    RevokeKey,
)


class GoverningCommands(PoolCommands):
    """Who may do what, and until when the books are closed."""

    def issue_key(
        self,
        key_id: Word,
        scopes: Scopes,
        *,
        expires_at: Time | None = None,
        command_id: CommandId | None = None,
    ) -> shapes.IssuedKey:
        """Make an API key for whoever serves this pool; it opens nothing from `expires_at` (RFC
        3339) on. Its secret is the `token` of this answer and is never told again: a repeated
        command has none.

        **Rejects** `key_exists`, `unknown_scope`, `too_many_keys`.
        """
        body = bodies.NewKey(key_id=key_id, scopes=scopes, expires_at=expires_at)
        key = key_for(body)
        asked = self._writer.request(key.blank, command_id=command_id)
        return self._told(
            replace(asked, command=key.command),
            lambda found: key.told(found, is_kept=self._now(key.is_kept)),
        )

    def revoke_key(
        self, key_id: Word, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Close an API key for good. **Rejects** `key_not_found`."""
        return self._run(RevokeKey(key_id=key_id), command_id, dry_run=dry_run)

    def close_period(
        self, through: Day, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Let nothing more be booked with an effective date up to a day (2026-01-31). **Rejects**
        `period_not_over`, `period_closed`.
        """
        return self._run(ClosePeriod(through=through), command_id, dry_run=dry_run)

    def grant_bulk(
        self,
        holder: Holder,
        *,
        subtrees: Subtrees,
        assets: AssetCodes = (),
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Let an actor, such as `key:<key_id>`, move guarded accounts of some subtrees by raw
        batches, in some assets (none: in all). **Rejects** `unknown_asset`, `too_many_grants`.
        """
        body = bodies.NewGrant(holder=holder, subtrees=subtrees, assets=assets)
        return self._run(commands.grant_bulk(body), command_id, dry_run=dry_run)

    def end_grant(
        self, bit: Bit, *, command_id: CommandId | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """End a bulk grant, by its `bit`. **Rejects** `grant_not_found`."""
        return self._run(EndBulkGrant(bit=bit), command_id, dry_run=dry_run)
