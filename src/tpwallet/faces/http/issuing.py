"""Making API keys: the secret is shown once, its hash is what the pool keeps."""

import secrets
from collections.abc import Iterable
from typing import NamedTuple

from tpwallet.kernel.access import ApiKey
from tpwallet.keys.api_keys import api_key, api_key_hash

_ENTROPY_BYTES = 32


class FreshKey(NamedTuple):
    """A key that nobody knows yet."""

    token: str  # the secret, for its holder only
    kept: ApiKey  # what the pool keeps


def fresh_key(key_id: str, scopes: Iterable[str], *, expires_at: int | None = None) -> FreshKey:
    """A new key with these scopes; `expires_at` in nanoseconds, None for never.

    >>> fresh_key("ci", ["ledger:read"]).token.startswith("tpk_")
    True
    """
    token = api_key(secrets.token_bytes(_ENTROPY_BYTES))
    return FreshKey(token, ApiKey(key_id, api_key_hash(token), tuple(scopes), expires_at))
