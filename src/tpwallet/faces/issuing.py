"""Making API keys: the secret is shown once, its hash is what the pool keeps.

The secret is ours, not the caller's: a repeated command means the same without it. So a command is
known by `blank`, and decided as `command`; when it was another's that was decided, the token made
here opens nothing and is not told.
"""

import secrets
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from tpwallet.faces import present, shapes
from tpwallet.faces.bodies import NewKey
from tpwallet.faces.times import parse_time
from tpwallet.flows.administration import IssueKey
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.access import AccessState, ApiKey
from tpwallet.kernel.state import PoolState
from tpwallet.keys.api_keys import api_key, api_key_hash

_ENTROPY_BYTES = 32
_BLANK = b""


class FreshKey(NamedTuple):
    """A key that nobody knows yet."""

    token: str  # the secret, for its holder only
    kept: ApiKey  # what the pool keeps

    @property
    def command(self) -> IssueKey:
        """What is decided."""
        return _issue(self.kept)

    @property
    def blank(self) -> IssueKey:
        """What the caller asked for: the same, but for our secret."""
        return _issue(replace(self.kept, token_hash=_BLANK))

    def is_kept(self, state: PoolState) -> bool:
        """Whether this very key is the one that the pool has under its name."""
        found = state.part(AccessState).keys.get(self.kept.key_id)
        return found is not None and found.token_hash == self.kept.token_hash

    def told(self, found: Receipt, *, is_kept: bool) -> shapes.IssuedKey:
        """What its issue is answered: with its token, if it is the pool's."""
        kept = self.kept
        return shapes.IssuedKey(
            key_id=kept.key_id,
            scopes=list(kept.scopes),
            position=found.position,
            token=self.token if is_kept else None,
            expires_at=None if kept.expires_at is None else present.time_text(kept.expires_at),
        )


def _issue(key: ApiKey) -> IssueKey:
    return IssueKey(
        key_id=key.key_id,
        token_hash=key.token_hash,
        scopes=key.scopes,
        expires_at=key.expires_at,
    )


def fresh_key(key_id: str, scopes: Iterable[str], *, expires_at: int | None = None) -> FreshKey:
    """A new key with these scopes; `expires_at` in nanoseconds, None for never.

    >>> fresh_key("ci", ["ledger:read"]).token.startswith("tpk_")
    True
    """
    token = api_key(secrets.token_bytes(_ENTROPY_BYTES))
    return FreshKey(token, ApiKey(key_id, api_key_hash(token), tuple(scopes), expires_at))


def key_for(body: NewKey) -> FreshKey:
    """The new key that a body asks for. **Rejects** with `Malformed` what is no time."""
    until = body.expires_at
    expires_at = None if until is None else parse_time(until, parameter="expires_at")
    return fresh_key(body.key_id, body.scopes, expires_at=expires_at)
