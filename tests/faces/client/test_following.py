"""A stream goes on where it stood, over cut connections, a closing hub, and a new one."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faces.client.hubs import Hub, Wire, nobody, served, wire
from tests.faces.client.using import fresh, pay
from tests.faces.http.hub import found
from tests.faces.http.hub import hub as running_hub
from tests.faces.http.served import issue
from tpwallet.faces.client import (
    Client,
    HubMalformed,
    HubUnauthorized,
    HubUnreachable,
    UnexpectedAnswer,
)
from tpwallet.faces.client.following import Following
from tpwallet.faces.client.journal import JournalMethods
from tpwallet.faces.client.methods import Feed
from tpwallet.kernel.errors import Malformed


def _take(stream: Iterator[Any], count: int) -> list[Any]:
    return [next(stream) for _ in range(count)]


def _feed() -> Feed[Any]:
    found: Feed[Any] = JournalMethods.follow_events(None, after=7)  # type: ignore[assignment]
    return found


def test_stream_over_cut_connections_misses_nothing_and_repeats_nothing(
    hub: Hub, kind: Any, line: Wire
) -> None:
    with kind(line.url, hub.key) as client, Client(hub.url, hub.key) as direct:
        start = pay(direct).position
        stream = client.follow_events(after=start)
        positions: list[int] = []
        last = start
        for _ in range(4):
            last = [pay(direct, "0.01") for _ in range(3)][-1].position
            positions += [one.position for one in _take(stream, 3)]
            line.cut()
        assert positions == list(range(start + 1, last + 1))
        assert line.connections >= 4
        stream.close()


def test_changes_go_on_from_a_place_within_a_batch(hub: Hub, kind: Any, line: Wire) -> None:
    from tests.faces.client.using import raw_transfers
    from tpwallet.domains.ledger.records import pack_transfers

    with kind(line.url, hub.key) as client, Client(hub.url, hub.key) as direct:
        transfers = raw_transfers(direct, 5)
        after = str(direct.position)
        created = direct.create_transfers(pack_transfers(transfers))
        stream = client.follow_changes(after=after)
        places = [one.transfer.place for one in _take(stream, 2)]
        stream.close()
        again = client.follow_changes(after=places[-1])
        places += [one.transfer.place for one in _take(again, 3)]
        again.close()
    assert places == [f"{created.position}.{index}" for index in range(5)]


def test_stream_ends_when_its_key_is_revoked(
    hub: Hub, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tpwallet.faces.http import limits

    monkeypatch.setattr(limits, "STREAM_WAIT_SECONDS", 0.05)
    name = f"reader-{fresh()}"
    with kind(hub.url, issue(hub.pool, name, "ledger:read")) as reader:
        stream = reader.follow_events(after=hub.pool.writer.position)
        with Client(hub.url, hub.key) as owner:
            owner.revoke_key(name)
        with pytest.raises(HubUnauthorized):
            _take(stream, 10)


def test_stream_with_a_malformed_place_is_refused(client: Any) -> None:
    with pytest.raises(HubMalformed) as refused:
        next(client.follow_changes(after="1.2.3"))
    assert refused.value.parameter == "after"


def test_stream_from_nobody_gives_up(kind: Any) -> None:
    with kind(nobody(), "tpk_x") as client:
        with pytest.raises(HubUnreachable):
            next(client.follow_events(away_ms_max=300))
        with pytest.raises(Malformed):
            next(client.follow_events(away_ms_max=-1))


def test_slow_taking_is_not_being_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("tpwallet.faces.client.following.time.monotonic", lambda: now[0])
    reader = Following(_feed())
    assert reader.is_open(200, {"content-type": "text/event-stream"})
    list(reader.take(b": still here\n\n"))
    now[0] = 10_000.0
    assert reader.ended().seconds < 1
    now[0] = 20_000.0
    with pytest.raises(HubUnreachable):
        reader.lost(ConnectionResetError("reset"))


@pytest.mark.parametrize("code", ["server_closing", "slow_reader", "follower_unavailable"])
def test_last_word_that_is_temporary_leads_to_another_connection(code: str) -> None:
    import msgspec

    from tpwallet.faces.client.errors import own_problem
    from tpwallet.faces.http.codes import code_of

    reader = Following(_feed())
    reader.is_open(200, {"content-type": "text/event-stream"})
    problem = msgspec.json.encode(own_problem(code, code_of(code).status, "later"))
    assert list(reader.take(b"event: closed\ndata: " + problem + b"\n\n")) == []
    assert reader.ended().seconds < 1


def test_event_of_another_form_is_said_to_be_one() -> None:
    reader = Following(_feed())
    reader.is_open(200, {"content-type": "text/event-stream"})
    with pytest.raises(UnexpectedAnswer):
        list(reader.take(b"id: 8\ndata: {}\n\n"))


def test_hub_that_closes_hands_its_readers_on(tmp_path: Path, kind: Any) -> None:
    from tests.faces.http.served import serve_pool

    with wire() as line:
        with served(serve_pool(tmp_path / "one")) as one:
            line.target = one.url
            with kind(line.url, one.key) as client:
                stream = client.follow_events(away_ms_max=5_000)
                assert next(stream).position == 1
        line.target = None
        with kind(line.url, one.key) as client, pytest.raises(HubUnreachable):
            next(client.follow_events(away_ms_max=200))


@pytest.mark.slow
def test_stream_goes_on_in_a_hub_that_was_started_again(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    key = found(folder)
    taken: list[int] = []
    with wire() as line, Client(line.url, key, deadline_ms=60_000) as client:
        stream = client.follow_events(away_ms_max=120_000)

        def follow(until: int) -> None:
            for event in stream:
                taken.append(event.position)
                if event.position >= until:
                    return

        with running_hub(folder) as first:
            line.target = first.address
            last = pay(client).position
            follow(last)
            thread = threading.Thread(target=follow, args=(last + 5,))
            thread.start()
            pay(client, "0.01")
        line.target = None
        with running_hub(folder) as second:
            line.target = second.address
            for _ in range(4):
                pay(client, "0.01")
            thread.join(60)
            stream.close()
    assert taken == list(range(1, last + 6))
