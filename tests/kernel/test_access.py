"""Keys: who a token stands for, until when, and no longer than it is revoked."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.kernel import limits
from tpwallet.kernel.access import (
    ADMIN,
    LEDGER_READ,
    LEDGER_WRITE,
    OWNER,
    SCOPES,
    AccessState,
    Actor,
    ApiKey,
    KeyIssued,
    KeyRevoked,
    authorize,
    issue_key,
    revoke_key,
)
from tpwallet.kernel.errors import (
    Forbidden,
    InvariantBroken,
    Malformed,
    Rejected,
    Unauthorized,
)
from tpwallet.kernel.facts import Unchanged
from tpwallet.kernel.wire import Event
from tpwallet.keys.api_keys import api_key


def key(name: str, *, token: str | None = None, expires_at: int | None = None) -> ApiKey:
    return ApiKey(name, (token or name).encode().ljust(32), (LEDGER_READ,), expires_at)


def apply(state: AccessState, events: tuple[Event, ...]) -> None:
    for event in events:
        state.apply(event, 1)


@pytest.fixture
def state() -> AccessState:
    state = AccessState()
    apply(state, issue_key(state, key("desk", expires_at=100)))
    apply(state, issue_key(state, key("till")))
    return state


def test_a_token_stands_for_its_keys_actor_and_scopes(state: AccessState) -> None:
    actor = Actor("key:till", frozenset({LEDGER_READ}), key_id="till")
    assert state.actor_of(key("till").token_hash, 0) == actor
    assert state.actor_of(bytes(32), 0) is None


@pytest.mark.parametrize(("now", "opens"), [(99, True), (100, False), (101, False)])
def test_a_key_expires(state: AccessState, now: int, opens: bool) -> None:
    assert (state.actor_of(key("desk").token_hash, now) is not None) is opens


def test_a_revoked_key_opens_nothing_for_good(state: AccessState) -> None:
    assert revoke_key(state, "till") == (KeyRevoked("till"),)
    apply(state, revoke_key(state, "till"))
    assert state.actor_of(key("till").token_hash, 0) is None
    assert revoke_key(state, "till") == ()
    with pytest.raises(Rejected, match="key exists"):
        issue_key(state, key("till"))


@pytest.mark.parametrize(
    ("key_id", "now", "is_good"),
    [("till", 9, True), ("desk", 99, True), ("desk", 100, False), ("nobody", 9, False)],
)
def test_a_key_is_looked_at_again(state: AccessState, key_id: str, now: int, is_good: bool) -> None:
    with nullcontext() if is_good else pytest.raises(Unauthorized, match="opens nothing here"):
        state.check_key(key_id, now)
    apply(state, () if key_id == "nobody" else revoke_key(state, key_id))
    with pytest.raises(Unauthorized, match="opens nothing here"):
        state.check_key(key_id, now)


def test_a_key_that_was_never_issued_cannot_be_revoked(state: AccessState) -> None:
    with pytest.raises(Rejected) as refused:
        revoke_key(state, "nobody")
    assert (refused.value.code, refused.value.facts) == ("key_not_found", {"key_id": "nobody"})
    with pytest.raises(InvariantBroken):
        state.apply(KeyRevoked("nobody"), 1)


@pytest.mark.parametrize(
    "scopes", [("Ada Lovelace",), (LEDGER_READ, ""), ("x" * 65,), (ADMIN,) * 17]
)
def test_scopes_that_are_none_are_not_repeated(state: AccessState, scopes: tuple[str, ...]) -> None:
    with pytest.raises(Malformed) as refused:
        issue_key(state, ApiKey("new", bytes(32), scopes))
    assert refused.value.facts == {"parameter": "scopes"}


@pytest.mark.parametrize("scopes", [(), ("root",), (LEDGER_READ, "root")])
def test_only_scopes_that_exist_can_be_given(state: AccessState, scopes: tuple[str, ...]) -> None:
    with pytest.raises(Rejected, match="scopes are") as refused:
        issue_key(state, ApiKey("new", bytes(32), scopes))
    assert refused.value.code == "unknown_scope"


def test_every_scope_can_be_given(state: AccessState) -> None:
    wide = ApiKey("new", bytes(32), SCOPES)
    assert issue_key(state, wide) == (KeyIssued(wide),)


def test_two_keys_share_neither_id_nor_token(state: AccessState) -> None:
    for same in (key("till", token="other"), key("other", token="till")):
        with pytest.raises(Rejected, match="key exists"):
            issue_key(state, same)


def test_there_is_a_last_key(state: AccessState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEYS_MAX", 2)
    with pytest.raises(Rejected, match="too many keys"):
        issue_key(state, key("third"))


@pytest.mark.parametrize(
    "name", ["", "x" * (limits.KEY_ID_LENGTH_MAX + 1), "a\0b", "\ud800", "Ada L"]
)
def test_a_keys_id_is_a_word(state: AccessState, name: str) -> None:
    with pytest.raises(Malformed):
        issue_key(state, ApiKey(name, bytes(32), (ADMIN,)))


def test_a_key_is_revoked_whatever_an_older_release_let_it_be_called(state: AccessState) -> None:
    apply(state, (KeyIssued(key("Ada's till")),))
    assert revoke_key(state, "Ada's till") == (KeyRevoked("Ada's till"),)
    with pytest.raises(Malformed):
        revoke_key(state, "Ben's till")


def test_a_token_given_for_an_id_is_not_repeated(state: AccessState) -> None:
    """A refusal with facts would be journaled, and the token with it, for ever."""
    token = api_key(bytes(16))
    for given_id in (token, f"Bearer {token}", f" {token}"):
        with pytest.raises(Malformed) as revoking:
            revoke_key(state, given_id)
        with pytest.raises(Malformed) as issuing:
            issue_key(state, key(given_id, token="t"))
        for told in (revoking.value, issuing.value):
            assert token not in f"{told} {dict(told.facts)}"


def test_the_longest_id_makes_the_longest_actor(state: AccessState) -> None:
    name = "x" * limits.KEY_ID_LENGTH_MAX
    apply(state, issue_key(state, ApiKey(name, bytes(32), (ADMIN,))))
    actor = state.actor_of(bytes(32), 0)
    assert actor is not None
    assert len(actor.name) == limits.ACTOR_LENGTH_MAX


def test_a_key_that_was_taken_back_opens_nothing(state: AccessState) -> None:
    """A rehearsed or refused issue: neither its token nor its id is left behind."""
    state.settle(0)
    before = state.state_hash()
    apply(state, issue_key(state, key("trial", token="rehearsed")))
    state.rollback(state.mark())
    assert state.state_hash() == before
    token = key("trial", token="rehearsed").token_hash
    assert state.actor_of(token, 0) is None
    apply(state, issue_key(state, key("trial", token="real")))
    assert state.actor_of(token, 0) is None
    assert state.actor_of(key("trial", token="real").token_hash, 0) is not None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=12))
def test_a_loaded_dump_opens_the_same_doors(history: list[tuple[str, bool]]) -> None:
    state, copy = AccessState(), AccessState()
    for name, issues in history:
        if issues and name not in state.keys:
            apply(state, issue_key(state, key(name, expires_at=ord(name))))
        elif not issues and name in state.keys:
            apply(state, revoke_key(state, name))
    copy.load(state.dump())
    assert copy.state_hash() == state.state_hash()
    for name in "abcd":
        for now in (0, ord(name)):
            token = key(name).token_hash
            assert copy.actor_of(token, now) == state.actor_of(token, now)


def test_an_event_of_something_else_breaks_an_invariant() -> None:
    assert not AccessState().handles(Unchanged("x"))
    with pytest.raises(InvariantBroken, match="no key event"):
        AccessState().apply(Unchanged("x"), 1)


def test_the_door_lets_in_who_has_the_scope() -> None:
    reader = Actor("key:reader", frozenset({LEDGER_READ}))
    authorize(reader, "ledger.look", LEDGER_READ)
    with pytest.raises(Forbidden, match=r"ledger\.pay needs the scope ledger:write") as refused:
        authorize(reader, "ledger.pay", LEDGER_WRITE)
    assert refused.value.facts == {
        "command": "ledger.pay",
        "scope": LEDGER_WRITE,
        "actor": "key:reader",
    }
    for scope in SCOPES:
        authorize(OWNER, "anything", scope)
