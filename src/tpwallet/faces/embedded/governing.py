"""What governs a pool, by the library: API keys, closed periods, bulk grants."""

from collections.abc import Sequence

from msgspec.structs import replace

from tpwallet.faces import present, shapes
from tpwallet.faces.embedded.checking import checked, checked_value
from tpwallet.faces.embedded.commands import PoolCommands, fresh_command_id
from tpwallet.faces.http import bodies, governing
from tpwallet.faces.http.issuing import fresh_key
from tpwallet.faces.times import parse_time
from tpwallet.flows.administration import (
    ClosePeriod,
    EndBulkGrant,
    GrantBulk,
    IssueKey,
    RevokeKey,
)
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.access import AccessState

_BLANK = b""


class GoverningCommands(PoolCommands):
    """Who may do what, and until when the books are closed."""

    def issue_key(
        self,
        key_id: str,
        scopes: Sequence[str],
        *,
        expires_at: str | None = None,
        command_id: str | None = None,
    ) -> shapes.IssuedKey:
        """Make an API key for whoever serves this pool; it opens nothing from `expires_at` (RFC
        3339) on. Its secret is the `token` of this answer and is never told again: a repeated
        command has none.

        **Rejects** `key_exists`, `unknown_scope`, `too_many_keys`.
        """
        body = checked(bodies.NewKey, key_id=key_id, scopes=list(scopes), expires_at=expires_at)
        until = None if expires_at is None else parse_time(expires_at, parameter="expires_at")
        token, kept = fresh_key(body.key_id, body.scopes, expires_at=until)
        # The secret is ours, not the caller's: a repeated command means the same without it.
        asked = self._writer.request(
            IssueKey(key=replace(kept, token_hash=_BLANK)), command_id=fresh_command_id(command_id)
        )
        found: Receipt = self._ask(replace(asked, command=IssueKey(key=kept)))
        now = self._writer.read(lambda state: state.part(AccessState).keys.get(kept.key_id))
        is_ours = now is not None and now.token_hash == kept.token_hash
        return shapes.IssuedKey(
            key_id=kept.key_id,
            scopes=body.scopes,
            position=found.position,
            token=token if is_ours else None,
            expires_at=None if until is None else present.time_text(until),
        )

    def keys(self) -> shapes.Keys:
        """Every API key of this pool, without its secret."""
        found: shapes.Keys = self._writer.read(governing.keys)
        return found

    def revoke_key(
        self, key_id: str, *, command_id: str | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Close an API key for good. **Rejects** `key_not_found`."""
        checked_value(bodies.Word, key_id, parameter="key_id")
        return self._run(RevokeKey(key_id=key_id), command_id, dry_run=dry_run)

    def close_period(
        self, through: str, *, command_id: str | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """Let nothing more be booked with an effective date up to a day (2026-01-31). **Rejects**
        `period_not_over`, `period_closed`.
        """
        return self._run(ClosePeriod(through=through), command_id, dry_run=dry_run)

    def closed_period(self) -> shapes.Period:
        """Up to which day the books are closed."""
        found: shapes.Period = self._writer.read(governing.period)
        return found

    def grant_bulk(
        self,
        holder: str,
        *,
        subtrees: Sequence[str],
        assets: Sequence[str] = (),
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Let an actor, such as `key:<key_id>`, move guarded accounts of some subtrees by raw
        batches, in some assets (none: in all). **Rejects** `unknown_asset`, `too_many_grants`.
        """
        body = checked(bodies.NewGrant, holder=holder, subtrees=list(subtrees), assets=list(assets))
        command = GrantBulk(
            holder=body.holder, subtrees=tuple(body.subtrees), assets=tuple(body.assets)
        )
        return self._run(command, command_id, dry_run=dry_run)

    def grants(self) -> shapes.Grants:
        """Every bulk grant in force."""
        found: shapes.Grants = self._writer.read(governing.grants)
        return found

    def end_grant(
        self, bit: int, *, command_id: str | None = None, dry_run: bool = False
    ) -> shapes.Receipt:
        """End a bulk grant, by its `bit`. **Rejects** `grant_not_found`."""
        return self._run(EndBulkGrant(bit=bit), command_id, dry_run=dry_run)
