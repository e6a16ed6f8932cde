"""Answers get lost between a hub and its client; money does not move twice, and nobody guesses."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.faces.client.hubs import Hub, Wire, nobody, wire
from tests.faces.client.using import fresh, opened, pay
from tests.faces.http.hub import found
from tests.faces.http.hub import hub as running_hub
from tests.faces.http.served import ALICE, BANK
from tpwallet.faces.client import (
    Client,
    HubOutcomeUnknown,
    HubRejected,
    HubUnreachable,
    limits,
)


def _account(hub: Hub) -> str:
    with Client(hub.url, hub.key) as direct:
        return opened(direct)


def _pay(client: Any, account: str, **rest: Any) -> Any:
    return client.transfer(debit=BANK, credit=account, amount="7.00", asset="EUR", **rest)


@pytest.mark.parametrize("shown", [0, 1, 40, 300])
def test_answer_lost_at_any_byte_is_asked_for_again_and_moves_money_once(
    hub: Hub, kind: Any, line: Wire, shown: int
) -> None:
    account = _account(hub)
    line.bytes_to_show, line.answers_to_lose = shown, 3
    with kind(line.url, hub.key) as client:
        paid = _pay(client, account)
        assert line.answers_to_lose == 0
        assert client.balance(account).posted == "7.00"
        assert [one.amount for one in client.history(account)] == ["7.00"]
        assert client.find_transfer(paid.transfers[0].transfer_id).transfer.amount == "7.00"


def test_request_that_never_arrived_is_sent_again(hub: Hub, kind: Any, line: Wire) -> None:
    account = _account(hub)
    line.requests_to_lose = 2
    with kind(line.url, hub.key) as client:
        _pay(client, account)
        assert client.balance(account).posted == "7.00"


def test_batch_is_created_once(hub: Hub, kind: Any, line: Wire) -> None:
    from tests.faces.client.using import raw_accounts
    from tpwallet.domains.ledger.records import pack_account

    records = b"".join(map(pack_account, raw_accounts(100)))
    line.answers_to_lose = 2
    with kind(line.url, hub.key) as client:
        reply = client.create_accounts(records)
    assert (reply.created, reply.refused) == (100, [])


def test_lost_refusal_is_given_again(hub: Hub, kind: Any, line: Wire) -> None:
    account = _account(hub)
    line.answers_to_lose = 1
    with kind(line.url, hub.key) as client, pytest.raises(HubRejected) as refused:
        client.transfer(debit=account, credit=BANK, amount="1.00", asset="EUR")
    assert refused.value.code == "exceeds_credits"
    with Client(hub.url, hub.key) as direct:
        position = refused.value.position or 0
        event = direct.entry(position).events[0]
        assert (event.name, event.command_id) == ("kernel.refused@1", refused.value.command_id)
        assert direct.events(after=position).events == []


def test_outcome_nobody_could_learn_in_time_is_said_to_be_unknown_and_can_be_learnt_later(
    hub: Hub, kind: Any, line: Wire
) -> None:
    account = _account(hub)
    line.answers_to_lose = 10_000
    with kind(line.url, hub.key, deadline_ms=700) as client:
        with pytest.raises(HubOutcomeUnknown) as unknown:
            _pay(client, account)
        line.answers_to_lose = 0
        command_id = unknown.value.command_id
        assert command_id is not None
        assert unknown.value.facts["command_id"] == command_id
        settled = _pay(client, account, command_id=command_id)
        assert settled.command_id == command_id
        assert client.balance(account).posted == "7.00"


def test_hub_that_falls_silent_is_waited_for_until_the_deadline_and_a_grace(
    hub: Hub, kind: Any, line: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ANSWER_GRACE_MS", 200)
    account = _account(hub)
    line.is_silent = True
    with kind(line.url, hub.key, deadline_ms=300) as client:
        begun = time.monotonic()
        with pytest.raises(HubOutcomeUnknown) as unknown:
            _pay(client, account)
        assert 0.3 < time.monotonic() - begun < 3
        line.is_silent = False
        line.cut()
        _pay(client, account, command_id=unknown.value.command_id)
        assert client.balance(account).posted == "7.00"


def test_many_threads_share_one_client(hub: Hub) -> None:
    account = _account(hub)
    with Client(hub.url, hub.key) as client, ThreadPoolExecutor(16) as threads:
        paid = list(threads.map(lambda _: _pay(client, account).position, range(200)))
        assert len(set(paid)) == 200
        assert client.position == max(paid)
        assert client.balance(account).posted == "1400.00"


def test_read_whose_answer_was_lost_says_that_the_hub_is_away(
    hub: Hub, kind: Any, line: Wire
) -> None:
    line.answers_to_lose = 10_000
    with kind(line.url, hub.key, deadline_ms=300) as client, pytest.raises(HubUnreachable):
        client.balance(ALICE)


def test_command_to_nobody_was_not_carried_out(kind: Any) -> None:
    with kind(nobody(), "tpk_x", deadline_ms=300) as client, pytest.raises(HubUnreachable):
        pay(client)


def test_hub_that_is_nowhere_is_given_up_sooner_than_one_that_has_answered(
    hub: Hub, kind: Any
) -> None:
    with kind(nobody(), "tpk_x", unreached_ms=100) as client:
        began = time.monotonic()
        with pytest.raises(HubUnreachable):
            client.balance(ALICE)
        assert time.monotonic() - began < 10  # and its deadline is 30 s
    line = Wire(hub.url)
    with kind(line.url, hub.key, deadline_ms=2_000, unreached_ms=1) as client:
        client.balance(ALICE)
        line.close()
        began = time.monotonic()
        with pytest.raises(HubUnreachable):
            client.balance(ALICE)
        assert time.monotonic() - began > 0.5


def test_new_key_whose_answer_was_lost_has_no_secret(hub: Hub, line: Wire) -> None:
    line.answers_to_lose = 1
    with Client(line.url, hub.key) as client:
        issued = client.issue_key(f"lost-{fresh()}", ["ledger:read"])
        assert issued.token is None
        assert issued.key_id in [one.key_id for one in client.keys().keys]


@pytest.mark.slow
def test_hub_that_is_killed_while_it_pays_resolves_to_one_transfer(tmp_path: Any) -> None:
    import signal
    import threading

    folder = tmp_path / "pool"
    key = found(folder)
    with wire() as line, Client(line.url, key, deadline_ms=120_000) as client:
        with running_hub(folder) as first:
            line.target = first.address
            pay(client, "1.00")
            threading.Timer(0.3, lambda: first.process.send_signal(signal.SIGKILL)).start()
            paid: list[str] = []
            thread = threading.Thread(
                target=lambda: paid.extend(pay(client, "0.01").command_id for _ in range(150))
            )
            thread.start()
            first.process.wait(60)
            assert 0 < len(paid) < 150
            line.target = None
        with running_hub(folder) as second:
            line.target = second.address
            thread.join(120)
            assert len(paid) == len(set(paid)) == 150
            assert client.balance(ALICE).posted == "2.50"
            amounts = [one.amount for one in client.history(ALICE)]
    assert amounts == ["1.00"] + ["0.01"] * 150
