"""The door: every route of the pool asks for its own scope and is content with nothing less."""

import pytest

from tests.kernel.pools import Clocks, request
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.flows import (
    accounts,
    administration,
    archiving,
    bulk,
    clock,
    delisting,
    imports,
    rescaling,
    transfers,
)
from tpwallet.hub import ROUTES, empty_replica
from tpwallet.kernel.access import ADMIN, SCOPES, Actor
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Command, Route, routes_of
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.decider import Decider, Group, Recorded
from tpwallet.kernel.errors import Forbidden

_LEG = Leg(debit="a", credit="b", amount="1", asset="EUR")
SAMPLES: tuple[Command, ...] = (
    accounts.CloseAccount(account="a"),
    accounts.FreezeAccount(account="a"),
    accounts.OpenAccount(address="a", asset="EUR", kind=AccountKind.ASSET),
    accounts.ReopenAccount(account="a"),
    accounts.SetCreditLine(address="a", asset="EUR", limit="1"),
    administration.ClosePeriod(through="2020-01-01"),
    administration.EndBulkGrant(bit=1),
    administration.GrantBulk(holder="key:a", subtrees=("a",)),
    administration.IssueKey(key_id="a", token_hash=bytes(32), scopes=(ADMIN,)),
    administration.PutDocument(kind="a", name="b", schema=1, content=b"{}"),
    administration.RegisterAsset(code="PTS", scale=2, ledger=900_001),
    administration.RevokeKey(key_id="a"),
    administration.RollBackDocument(kind="a", name="b", version=1),
    archiving.ArchiveSegment(through=1, commit_hash=bytes(32), sha256=bytes(32)),
    bulk.CreateAccounts(bytes(128)),
    bulk.CreateTransfers(bytes(128)),
    clock.Expire(),
    clock.OverrideClock(reason="why"),
    delisting.DelistAsset(code="EUR"),
    imports.ImportTransfers(bytes(128)),
    rescaling.RescaleAccounts(code="EUR", successor="USD", ratio="1", limit=1),
    transfers.Hold(leg=_LEG),
    transfers.Post(legs=(_LEG,)),
    transfers.PostHold(pending_id="1"),
    transfers.VoidHold(pending_id="1"),
)
BY_TYPE = {type(command): command for command in SAMPLES}


def read_entry(position: int) -> Entry:
    raise LookupError(position)


@pytest.fixture(scope="module")
def decider() -> Decider:
    replica, clocks = empty_replica(bytes(16)), Clocks()
    return Decider(
        state=replica.state,
        idempotency=replica.idempotency,
        routes=ROUTES,
        clock=PoolClock(clocks.wall, clocks.monotonic, last=0),
        past=Recorded(read_entry),
    )


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.name)
def test_every_route_asks_for_its_scope(decider: Decider, route: Route) -> None:
    assert route.scope in SCOPES
    assert route.command in BY_TYPE, "add a sample of this command"
    command = BY_TYPE[route.command]
    everything_else = Actor("key:most", frozenset(SCOPES) - {route.scope})
    just_this = Actor("key:one", frozenset({route.scope}))
    group = Group(decider.state.position + 1)
    before = decider.state.state_hash()
    turned_away = decider.decide(request(command, route.name, actor=everything_else), group)
    rehearsed = decider.rehearse(request(command, route.name, actor=everything_else))
    assert isinstance(turned_away, Forbidden)
    assert turned_away.facts["scope"] == route.scope
    assert isinstance(rehearsed, Forbidden) or not route.rehearsable
    assert decider.state.state_hash() == before
    assert group.entries == []
    let_in = decider.decide(request(command, route.name, actor=just_this), group)
    assert not isinstance(let_in, Forbidden)


def test_names_of_routes_are_their_own() -> None:
    names = [route.name for route in ROUTES.values()]
    assert len(names) == len(set(names))


def test_a_command_has_one_route() -> None:
    route = next(iter(ROUTES.values()))
    with pytest.raises(ValueError, match="two routes for"):
        routes_of((route,), (route,))
