"""Every method of both clients, against a hub: the answer has the library's shape, and the key
needs the scope that the table says.
"""

import asyncio
from typing import Any

import pytest

from tests.faces.client.hubs import Hub
from tests.faces.client.scenarios import SCENARIOS
from tests.faces.client.test_operations import TABLE
from tests.faces.client.using import Scenario, pay
from tests.faces.http.served import ALICE, issue
from tpwallet.faces.client import AsyncClient, Client, ClientClosed, HubForbidden, HubMalformed
from tpwallet.kernel.access import SCOPES
from tpwallet.kernel.errors import Halted, Malformed

_names = [scenario.method for scenario in SCENARIOS]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=_names)
def test_method_answers_in_its_shape(client: Any, scenario: Scenario) -> None:
    assert isinstance(scenario.use(client), scenario.shape)


@pytest.fixture(scope="module")
def keys_without(hub: Hub) -> dict[str, str]:
    """For each scope a key that may do everything else."""
    return {
        scope: issue(hub.pool, f"without-{scope}", *(set(SCOPES) - {scope})) for scope in SCOPES
    }


class _Spy:
    """A client with every scope for preparing, and one without a scope for the method itself."""

    def __init__(self, able: Client, unable: Client, method: str) -> None:
        self._able, self._unable, self._method = able, unable, method

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unable if name == self._method else self._able, name)


@pytest.mark.parametrize(
    "scenario", [one for one in SCENARIOS if TABLE[one.operation].scope], ids=lambda one: one.method
)
def test_key_without_the_scope_is_refused(
    hub: Hub, keys_without: dict[str, str], scenario: Scenario
) -> None:
    scope = TABLE[scenario.operation].scope
    assert scope is not None
    with (
        Client(hub.url, hub.key) as able,
        Client(hub.url, keys_without[scope]) as unable,
        pytest.raises(HubForbidden) as refused,
    ):
        scenario.use(_Spy(able, unable, scenario.method))
    assert refused.value.facts["scope"] == scope


def test_dry_run_says_what_would_be_and_changes_nothing(client: Any) -> None:
    pay(client)
    before = client.balance(ALICE)
    rehearsed = pay(client, "5.00", dry_run=True)
    assert rehearsed.transfers[0].amount == "5.00"
    assert client.balance(ALICE) == before
    with pytest.raises(HubMalformed) as refused:
        pay(client, "5.001", dry_run=True)
    assert refused.value.parameter == "amount"


def test_reads_reflect_what_the_client_has_written(client: Any) -> None:
    for _ in range(20):
        paid = pay(client, "0.01")
        assert client.position == paid.position
        assert client.totals().position >= paid.position
        assert client.find_transfer(paid.transfers[0].transfer_id).position >= paid.position


def test_rehearsal_is_not_waited_for(client: Any) -> None:
    pay(client, dry_run=True)
    assert client.position == 0
    client.totals()


def test_reads_wait_for_a_position_until_the_deadline(client: Any) -> None:
    from tpwallet.faces.client import HubUnavailable

    with pytest.raises(HubUnavailable) as late:
        client.within(deadline_ms=200).totals(at_least=10**15)
    assert (late.value.code, late.value.facts["at_least"]) == ("position_not_reached", 10**15)


def test_same_command_id_gives_the_first_outcome(client: Any) -> None:
    first = pay(client, "1.00", command_id="fixed")
    assert pay(client, "1.00", command_id="fixed") == first


def test_every_call_without_a_command_id_is_another_command(client: Any) -> None:
    assert pay(client).command_id != pay(client).command_id


@pytest.mark.parametrize(
    "account",
    ["../keys", "..", "customer/../bank", "", "a b", "a?b", "a//b", "#0", "#x", "x" * 300],
)
def test_part_that_would_ask_for_something_else_is_not_sent(client: Any, account: str) -> None:
    with pytest.raises(Malformed) as refused:
        client.balance(account)
    assert refused.value.facts["parameter"] == "account"


@pytest.mark.parametrize("name", [".", "..", "a/b", "a%2fb", "x" * 65])
def test_document_is_not_named_as_a_way_up(client: Any, name: str) -> None:
    with pytest.raises(Malformed):
        client.put_document("fees", name, b"{}")


def test_file_of_an_unknown_form_is_refused(client: Any) -> None:
    with pytest.raises(Malformed) as refused:
        client.import_transfers(b"", "xlsx")
    assert refused.value.facts["parameter"] == "form"


def test_closed_client_says_so(hub: Hub) -> None:
    with Client(hub.url, hub.key) as client:
        client.totals()
    for ask in (client.totals, lambda: list(client.history(ALICE)), lambda: pay(client)):
        with pytest.raises(ClientClosed) as closed:
            ask()
        assert closed.value.code == "client_closed"
        assert isinstance(closed.value, Halted)  # as a closed pool of the library


def test_closed_client_follows_nothing(hub: Hub) -> None:
    with Client(hub.url, hub.key) as client:
        pass
    with pytest.raises(ClientClosed):
        next(client.follow_events())


def test_closed_client_of_an_event_loop_says_so(hub: Hub) -> None:
    async def ask() -> None:
        async with AsyncClient(hub.url, hub.key) as client:
            await client.totals()
        with pytest.raises(ClientClosed):
            await client.totals()
        with pytest.raises(ClientClosed):
            await anext(client.follow_events())

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"url": None}, "url"),
        ({"url": 5}, "url"),
        ({"url": b"http://hub"}, "url"),
        ({"key": 5}, "key"),
        ({"key": ""}, "key"),
        ({"key": "tpk_\u00e9"}, "key"),
        ({"key": "tpk_x\n"}, "key"),
        ({"deadline_ms": None}, "deadline_ms"),
        ({"deadline_ms": 1.5}, "deadline_ms"),
        ({"deadline_ms": float("nan")}, "deadline_ms"),
        ({"deadline_ms": True}, "deadline_ms"),
        ({"unreached_ms": "3"}, "unreached_ms"),
        ({"unreached_ms": 2**128}, "unreached_ms"),
    ],
)
def test_what_a_client_is_not_made_with_is_refused_by_name(
    kind: Any, wrong: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(Malformed) as refused:
        kind(**{"url": "http://127.0.0.1:1", "key": "tpk_x", **wrong})
    assert refused.value.facts["parameter"] == parameter


def test_document_that_is_no_json_is_not_put_into_a_body(client: Any) -> None:
    for content in (b"", b"{", b'{}, "schema": 2', b"NaN", b"\xff", b"[" * 100_000):
        with pytest.raises(Malformed) as refused:
            client.put_document("fees", "card", content)
        assert refused.value.facts["parameter"] == "content"


@pytest.mark.parametrize(
    "url", ["", "hub.example", "ftp://hub.example", "https://", "http://hub:port"]
)
def test_address_that_is_none_is_refused(kind: Any, url: str) -> None:
    with pytest.raises(Malformed):
        kind(url, "tpk_x")


@pytest.mark.parametrize("deadline_ms", [0, -1, 3_600_001])
def test_deadline_past_its_limit_is_refused(hub: Hub, deadline_ms: int) -> None:
    with pytest.raises(Malformed):
        Client(hub.url, hub.key, deadline_ms=deadline_ms)
    with Client(hub.url, hub.key) as client, pytest.raises(Malformed):
        client.within(deadline_ms=deadline_ms)


def test_class_shows_what_its_methods_take() -> None:
    import inspect

    assert "debit" in inspect.signature(Client.transfer).parameters
    assert "exceeds_credits" in (inspect.getdoc(Client.transfer) or "")
