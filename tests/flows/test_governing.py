"""Assets, periods, grants, documents and keys: each rule of an administrator's command."""

import pytest

from tests.flows.desk import CLERK, DAY, START, TODAY, Desk, post
from tpwallet.domains.ledger.events import AssetRegistered, BulkGranted, Grant, PeriodClosed
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.limits import GRANTS_MAX
from tpwallet.flows.administration import (
    ClosePeriod,
    EndBulkGrant,
    GrantBulk,
    IssueKey,
    PutDocument,
    RegisterAsset,
    RevokeKey,
    RollBackDocument,
)
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel import limits
from tpwallet.kernel.access import (
    CLOCK,
    LEDGER_READ,
    LEDGER_WRITE,
    NO_KEY,
    OWNER,
    AccessState,
    Actor,
)
from tpwallet.kernel.command import Command
from tpwallet.kernel.documents import DocumentState
from tpwallet.kernel.errors import Forbidden, Unauthorized


def asset(code: str = "GOLD", scale: int = 3, ledger: int = 900_000) -> RegisterAsset:
    return RegisterAsset(code=code, scale=scale, ledger=ledger)


def fees(content: bytes = b"{}", effective_at: int | None = None) -> PutDocument:
    return PutDocument(
        kind="fees", name="cards", schema=1, content=content, effective_at=effective_at
    )


def key(key_id: str = "till", *scopes: str, token: bytes = b"t") -> IssueKey:
    return IssueKey(
        key_id=key_id, token_hash=token.ljust(32, b"\0"), scopes=scopes or (LEDGER_READ,)
    )


@pytest.mark.parametrize(
    "command",
    [
        asset(),
        ClosePeriod(through="2025-12-31"),
        GrantBulk(holder="key:robot", subtrees=("a",)),
        EndBulkGrant(bit=1),
        fees(),
        RollBackDocument(kind="fees", name="cards", version=1),
        key(),
        RevokeKey(key_id="till"),
    ],
)
def test_only_an_administrator_governs(command: Command) -> None:
    assert isinstance(Desk().answer(command, actor=CLERK), Forbidden)


# Assets


def test_a_registered_asset_has_accounts_and_amounts_of_its_scale() -> None:
    desk = Desk()
    desk.does(asset())
    assert desk.events == (AssetRegistered("GOLD", 3, 900_000, "custom"),)
    desk.opened("a/GOLD", AccountKind.CLEARING).opened("b/GOLD", AccountKind.CLEARING)
    desk.does(post("a/GOLD", "b/GOLD", "1.250", asset="GOLD"))
    assert desk.posted("b/GOLD") == 1_250
    assert desk.malformed(post("a/GOLD", "b/GOLD", "0.0001", asset="GOLD")) == "amount"


@pytest.mark.parametrize("again", [asset(ledger=900_001), asset("OTHER"), asset("EUR"),
                                   asset("OTHER", ledger=978)])  # fmt: skip
def test_codes_and_ledgers_are_given_once(again: RegisterAsset) -> None:
    desk = Desk()
    desk.does(asset())
    assert desk.code(again) == "duplicate_asset"


@pytest.mark.parametrize("wrong", [asset(scale=-1), asset(ledger=0)])
def test_an_asset_is_well_formed(wrong: RegisterAsset) -> None:
    assert Desk().code(wrong) == "invalid_asset"


@pytest.mark.parametrize("code", ["gold bar", "", "GOLD\n", "G" * 33, "gold"])
def test_a_code_that_is_none_is_not_recorded(code: str) -> None:
    assert Desk().malformed(asset(code)) == "code"


def test_a_refused_posting_does_not_forget_an_asset() -> None:
    desk = Desk()
    desk.does(asset())
    desk.opened("a/GOLD").opened("b/GOLD")
    assert desk.code(post("a/GOLD", "b/GOLD", "1", asset="GOLD")) == "exceeds_credits"
    assert desk.facts.catalogue.by_code("GOLD").scale == 3


# Periods


def test_a_period_closes_when_it_is_over() -> None:
    desk = Desk()
    assert desk.refuses(ClosePeriod(through=TODAY)) == (
        "period_not_over",
        {"through": TODAY, "today": TODAY},
    )
    desk.does(ClosePeriod(through="2026-01-14"))
    assert desk.events == (PeriodClosed("2026-01-14"),)
    desk.now += DAY
    desk.does(ClosePeriod(through=TODAY))


def test_a_closed_period_does_not_open_again() -> None:
    desk = Desk()
    desk.does(ClosePeriod(through="2025-12-31"))
    for through in ("2025-12-31", "2025-11-30"):
        assert desk.refuses(ClosePeriod(through=through)) == (
            "period_closed",
            {"closed_through": "2025-12-31", "parameter": "through"},
        )
    assert desk.malformed(ClosePeriod(through="31.12.2025")) == "through"


# Grants


def test_a_grant_gets_the_first_free_bit() -> None:
    desk = Desk()
    grant = GrantBulk(holder="key:robot", subtrees=("a", "b/c"), assets=("EUR", "USD"))
    for bit in (1, 2):
        desk.does(grant)
        assert desk.events == (BulkGranted(Grant(bit, "key:robot", ("a", "b/c"), (978, 840))),)
    desk.does(EndBulkGrant(bit=1))
    desk.does(grant)
    assert [bit for bit, _ in desk.facts.grants] == [2, 1]


def test_there_is_room_for_62_grants() -> None:
    desk = Desk()
    grant = GrantBulk(holder="key:robot", subtrees=("a",))
    for _ in range(GRANTS_MAX):
        desk.does(grant)
    assert desk.refuses(grant) == ("too_many_grants", {"limit": GRANTS_MAX})
    desk.does(EndBulkGrant(bit=GRANTS_MAX))
    desk.does(grant)


def test_a_grant_names_addresses_and_known_assets() -> None:
    desk = Desk()
    assert desk.malformed(GrantBulk(holder="key:robot", subtrees=())) == "subtrees"
    assert desk.malformed(GrantBulk(holder="key:robot", subtrees=("a b",))) == "subtrees"
    assert desk.code(GrantBulk(holder="key:robot", subtrees=("a",), assets=("XYZ",))) == (
        "unknown_asset"
    )
    assert desk.refuses(EndBulkGrant(bit=1)) == ("grant_not_found", {"bit": 1})


# Documents


def test_a_document_is_in_force_from_when_it_says() -> None:
    desk = Desk()
    desk.does(fees(b'{"bps":1}'))
    desk.does(fees(b'{"bps":2}', effective_at=START + DAY))
    documents = desk.replica.state.part(DocumentState)
    for at, content in ((START + DAY - 1, b'{"bps":1}'), (START + DAY, b'{"bps":2}')):
        found = documents.in_force("fees", "cards", at)
        assert found is not None
        assert found.content == content
    assert documents.in_force("fees", "cards", START - 1) is None


def test_a_document_is_json_of_some_size_and_never_effective_in_the_past() -> None:
    desk = Desk()
    assert desk.malformed(fees(b"{")) == "content"
    assert desk.code(fees(effective_at=START - 1)) == "effective_in_the_past"
    size = limits.DOCUMENT_BYTES_MAX
    assert desk.code(fees(b'"' + b"x" * (size - 1) + b'"')) == "document_too_large"
    desk.does(fees(b'"' + b"x" * (size - 2) + b'"'))


@pytest.mark.parametrize("open_close", [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_a_document_is_nested_up_to_its_limit(open_close: tuple[bytes, bytes]) -> None:
    desk = Desk()
    begin, end = open_close
    levels = begin.count(b"[") + begin.count(b"{")
    deepest = limits.DOCUMENT_DEPTH_MAX // levels
    desk.does(fees(begin * deepest + b'"]{["' + end * deepest))
    for depth in (deepest + 1, 100_000):
        refused = desk.refuses(fees(begin * depth + b"1" + end * depth))
        assert refused == ("document_too_deep", {"limit": limits.DOCUMENT_DEPTH_MAX})


def test_only_a_version_that_was_can_come_back() -> None:
    desk = Desk()
    desk.does(fees())
    for version in (0, 2):
        command = RollBackDocument(kind="fees", name="cards", version=version)
        assert desk.refuses(command) == (
            "document_not_found",
            {"kind": "fees", "name": "cards", "version": version},
        )


# Keys


def test_a_key_opens_until_it_is_revoked() -> None:
    desk = Desk()
    desk.does(key())
    access = desk.replica.state.part(AccessState)
    token = b"t".ljust(32, b"\0")
    actor = access.actor_of(token, desk.now)
    assert actor is not None
    assert (actor.name, set(actor.scopes)) == ("key:till", {LEDGER_READ})
    desk.does(RevokeKey(key_id="till"))
    assert access.actor_of(token, desk.now) is None
    desk.does(RevokeKey(key_id="till"))
    assert desk.event_names == ["kernel.unchanged"]


def test_keys_are_issued_once_and_for_known_scopes() -> None:
    desk = Desk()
    desk.does(key())
    assert desk.code(key()) == "key_exists"
    assert desk.code(key("other")) == "key_exists"  # the same token
    assert desk.code(key("other", "everything", token=b"u")) == "unknown_scope"
    assert desk.malformed(key("", token=b"u")) == "key_id"
    assert desk.malformed(key("k" * (limits.KEY_ID_LENGTH_MAX + 1), token=b"u")) == "key_id"
    assert desk.refuses(RevokeKey(key_id="nobody")) == ("key_not_found", {"key_id": "nobody"})


# Keys at the door


PAYMENT = post("bank/EUR", "customer/ada/EUR", "1.00")


def keyed(expires_at: int | None = None) -> tuple[Desk, Actor]:
    """A desk, and who was let in with a key of its pool."""
    desk = Desk().opened("bank/EUR", AccountKind.ASSET).opened("customer/ada/EUR")
    wanted = IssueKey(
        key_id="till", token_hash=bytes(32), scopes=(LEDGER_WRITE,), expires_at=expires_at
    )
    desk.does(wanted)
    let_in = desk.replica.state.part(AccessState).actor_of(bytes(32), desk.now)
    assert let_in is not None
    desk.does(PAYMENT, actor=let_in, command_id="first")
    return desk, let_in


def is_turned_away(desk: Desk, actor: Actor) -> bool:
    """Whether a payment and its rehearsal are answered as an unknown key is, and leave nothing."""
    recorded, before = len(desk.entries), desk.hashes()
    answers = desk.answer(PAYMENT, actor=actor), desk.rehearses(PAYMENT, actor=actor)
    assert (len(desk.entries), desk.hashes()) == (recorded, before)
    return all(
        isinstance(answer, Unauthorized) and str(answer) == NO_KEY and not answer.facts
        for answer in answers
    )


def test_a_key_that_was_revoked_on_the_way_moves_nothing() -> None:
    desk, let_in = keyed()
    desk.does(RevokeKey(key_id="till"))
    assert is_turned_away(desk, let_in)


def test_a_key_that_ran_out_on_the_way_moves_nothing() -> None:
    desk, let_in = keyed(expires_at=START + DAY)
    desk.now = START + DAY - 1
    desk.does(PAYMENT, actor=let_in)
    desk.now = START + DAY
    assert is_turned_away(desk, let_in)


def test_no_command_of_a_key_has_a_time_at_which_it_had_run_out() -> None:
    """The clock gives each command a time of its own, which may be later than the wall's."""
    desk, let_in = keyed(expires_at=START + 10)
    answers = [desk.answer(PAYMENT, actor=let_in) for _ in range(12)]
    assert isinstance(answers[0], Receipt)
    assert isinstance(answers[-1], Unauthorized)
    times = [one.envelope.time for one in desk.entries if one.envelope.actor == let_in.name]
    assert max(times) == START + 9


def test_an_issue_that_is_taken_back_lets_nobody_act() -> None:
    desk, _ = keyed()
    desk.does(RevokeKey(key_id="till"))
    assert is_turned_away(desk, Actor("key:ghost", frozenset({LEDGER_WRITE}), key_id="ghost"))


def test_what_a_key_did_before_it_was_revoked_is_told_again() -> None:
    """Or its holder would take a payment for not done."""
    desk, let_in = keyed()
    first = desk.entries[-1].first_position
    desk.does(RevokeKey(key_id="till"))
    assert desk.does(PAYMENT, actor=let_in, command_id="first").position >= first


def test_owner_and_clock_are_no_keys() -> None:
    assert OWNER.key_id is None
    assert CLOCK.key_id is None
