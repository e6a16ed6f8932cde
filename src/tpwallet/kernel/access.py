"""Who may do what: scopes, API keys, actors and the door.

The door is asked once per command, in one place, before anything is decided: by the shard, at the
command's own time and against what is recorded by then. So a key that is revoked, or runs out,
while a request of its is on the way moves nothing any more. In this foundation the door checks that
the caller's key is still good, and its scopes; roles, policies and approvals extend it and replace
nothing. A key is kept as the digest of its secret, which has 256 bits of entropy, so a plain hash
cannot be guessed back.
"""

import msgspec

from tpwallet.kernel import limits
from tpwallet.kernel.errors import (
    Forbidden,
    InvariantBroken,
    Malformed,
    Rejected,
    Unauthorized,
)
from tpwallet.kernel.forms import check_word
from tpwallet.kernel.memory import Dumped
from tpwallet.kernel.state import TableState
from tpwallet.kernel.table import Table
from tpwallet.kernel.wire import Event, event
from tpwallet.keys.api_keys import PREFIX

NO_KEY = "this API key opens nothing here"  # whatever is wrong with it

# What a key can be allowed.
LEDGER_READ = "ledger:read"
LEDGER_WRITE = "ledger:write"
LEDGER_BULK = "ledger:bulk"
PROOFS_READ = "proofs:read"
METRICS_READ = "metrics:read"
PERSONAL_READ = "personal:read"
ADMIN = "admin"
SCOPES = (
    LEDGER_READ,
    LEDGER_WRITE,
    LEDGER_BULK,
    PROOFS_READ,
    METRICS_READ,
    PERSONAL_READ,
    ADMIN,
)


class ApiKey(msgspec.Struct, frozen=True, array_like=True):
    """A machine's key: what is kept of it."""

    key_id: str
    token_hash: bytes
    scopes: tuple[str, ...]
    expires_at: int | None = None  # nanoseconds; None: never
    revoked: bool = False

    def is_good(self, now: int) -> bool:
        """Whether it opens anything at a time, in nanoseconds."""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)


@event("kernel.key_issued", 1)
class KeyIssued(Event, frozen=True):
    """A key was made."""

    key: ApiKey


@event("kernel.key_revoked", 1)
class KeyRevoked(Event, frozen=True):
    """A key opens nothing any more."""

    key_id: str


class Actor(msgspec.Struct, frozen=True):
    """A caller that has proved who it is."""

    name: str
    scopes: frozenset[str]
    key_id: str | None = None  # the key that proved it; None: the owner, the clock


# The owner of an embedded pool: whoever can open its files.
OWNER = Actor("owner", frozenset(SCOPES))
# The shard's own clock, which expires reservations.
CLOCK = Actor("clock", frozenset(SCOPES))


class AccessState(TableState):
    """The keys of a pool."""

    def __init__(self) -> None:
        self.keys: Table[str, ApiKey] = Table("keys", str, ApiKey)
        self._by_hash: dict[bytes, str] = {}  # a hint: what is taken back stays in it
        super().__init__(self.keys)

    def handles(self, event: Event) -> bool:
        """Keys issued and revoked."""
        return isinstance(event, KeyIssued | KeyRevoked)

    def apply(self, event: Event, position: int) -> None:
        """Write a key."""
        match event:
            case KeyIssued(key):
                self.keys.put(key.key_id, key)
                self._by_hash[key.token_hash] = key.key_id
            case KeyRevoked(key_id):
                issued = self.keys.get(key_id)
                if issued is None:
                    raise InvariantBroken("a key was revoked that was never issued")
                self.keys.put(key_id, msgspec.structs.replace(issued, revoked=True))
            case _:
                raise InvariantBroken(f"no key event: {event.wire_name}")

    def load(self, parts: Dumped) -> None:
        """Replace the keys by a dump."""
        super().load(parts)
        self._by_hash = {key.token_hash: key_id for key_id, key in self.keys}

    def key_of(self, token_hash: bytes) -> ApiKey | None:
        """The key a token belongs to, or None; it may be expired or revoked."""
        key = self.keys.get(self._by_hash.get(token_hash, ""))
        return key if key is not None and key.token_hash == token_hash else None

    def actor_of(self, token_hash: bytes, now: int) -> Actor | None:
        """Who a token stands for at a time, or None: unknown, expired or revoked."""
        key = self.key_of(token_hash)
        if key is None or not key.is_good(now):
            return None
        return Actor(f"key:{key.key_id}", frozenset(key.scopes), key.key_id)

    def check_key(self, key_id: str, now: int) -> None:
        """**Rejects** with `Unauthorized` a key that is unknown, revoked or expired at a time, in
        nanoseconds; which of them is not told.
        """
        key = self.keys.get(key_id)
        if key is None or not key.is_good(now):
            raise Unauthorized(NO_KEY)


def issue_key(state: AccessState, key: ApiKey) -> tuple[Event, ...]:
    """Make a key. **Rejects** `unknown_scope`, `key_exists`, `too_many_keys`; with `Malformed` an
    id that is no word of at most `KEY_ID_LENGTH_MAX` characters, or holds a token, and scopes that
    are no words, or more than `SCOPES_GIVEN_MAX`.
    """
    _check_id(key.key_id)
    if len(key.scopes) > limits.SCOPES_GIVEN_MAX:
        raise Malformed(f"a key has at most {limits.SCOPES_GIVEN_MAX} scopes", parameter="scopes")
    for scope in key.scopes:
        check_word(scope, parameter="scopes")
    unknown = [scope for scope in key.scopes if scope not in SCOPES]
    if unknown or not key.scopes:
        raise Rejected("unknown_scope", f"scopes are {', '.join(SCOPES)}", scope=",".join(unknown))
    if key.key_id in state.keys or state.key_of(key.token_hash) is not None:
        raise Rejected("key_exists", key_id=key.key_id)
    if len(state.keys) >= limits.KEYS_MAX:
        raise Rejected("too_many_keys", limit=limits.KEYS_MAX)
    return (KeyIssued(key),)


def revoke_key(state: AccessState, key_id: str) -> tuple[Event, ...]:
    """Close a key for good; a revoked key stays revoked. **Rejects** `key_not_found`, and with
    `Malformed` what is no key's id, such as a token.
    """
    key = state.keys.get(key_id)
    if key is None:
        _check_id(key_id)  # of a key that there is nothing is asked, whatever it was called
        raise Rejected("key_not_found", key_id=key_id)
    return () if key.revoked else (KeyRevoked(key_id),)


def _check_id(key_id: str) -> None:
    """A token given by mistake stays out of the journal, which would keep it for ever."""
    if PREFIX in key_id:
        raise Malformed("this is an API key's token, not the key's id", parameter="key_id")
    check_word(key_id, parameter="key_id", length_max=limits.KEY_ID_LENGTH_MAX)


def authorize(actor: Actor, command: str, scope: str) -> None:
    """**Rejects** with `Forbidden` a caller without the command's scope."""
    if scope not in actor.scopes:
        raise Forbidden(
            f"{command} needs the scope {scope}", command=command, scope=scope, actor=actor.name
        )
