"""Event streams push what becomes durable, go on where they were left, and end with a reason."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faces.http.live import listening
from tests.faces.http.served import Door, issue, serve_pool
from tpwallet.faces.http import limits
from tpwallet.faces.http.event_stream import EventStream, Streams
from tpwallet.faces.http.movement import Movement
from tpwallet.faces.http.pages import Page, Pages, Place
from tpwallet.faces.http.places import Places

Frame = dict[str, str]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Door]:
    """A served pool on a socket."""
    pool = serve_pool(tmp_path / "pool")
    token = issue(pool, "all")
    with listening([pool]) as address, httpx.Client(base_url=address, timeout=20) as client:
        yield Door(client, pool, token)


@contextmanager
def _stream(door: Door, path: str, **headers: str) -> Iterator[Iterator[Frame]]:
    """The frames of a stream."""
    sent = {"Authorization": f"Bearer {door.token}", **headers}
    with door.client.stream("GET", path, headers=sent) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"] == "text/event-stream"
        yield _frames(answer.iter_lines())


def _frames(lines: Iterator[str]) -> Iterator[Frame]:
    frame: Frame = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            frame[name] = value.removeprefix(" ")
        elif frame:
            yield frame
            frame = {}


def _next(frames: Iterator[Frame]) -> tuple[str, Any]:
    """The next frame that carries something."""
    for frame in frames:
        if "data" in frame:
            return frame.get("id", frame.get("event", "")), json.loads(frame["data"])
    pytest.fail("the stream ended")


def test_stream_tells_the_past_and_then_what_happens(live: Door) -> None:
    before = live.transfer("1.00").json()["position"]
    with _stream(live, "/v1/events/stream") as frames:
        for position in range(1, before + 1):
            name, event = _next(frames)
            assert (name, event["position"]) == (str(position), position)
        live.transfer("2.00", headers={"Idempotency-Key": "later"})
        name, event = _next(frames)
        assert (name, event["command_id"]) == (str(before + 1), "later")


def test_stream_goes_on_after_the_last_event_that_was_taken(live: Door) -> None:
    live.transfer()
    last = live.transfer().json()["position"]
    resumed = {"Last-Event-ID": str(last - 1)}
    with _stream(live, "/v1/events/stream?after=0", **resumed) as frames:
        assert _next(frames)[1]["position"] == last


def test_changes_are_streamed_with_the_balances_they_left(live: Door) -> None:
    live.transfer("1.00")
    with _stream(live, "/v1/changes/stream") as frames:
        place, change = _next(frames)
        assert change["credit"]["posted"] == "1.00"
        live.transfer("2.00")
        assert _next(frames)[1]["credit"]["posted"] == "3.00"
    with _stream(live, "/v1/changes/stream", **{"Last-Event-ID": place}) as frames:
        assert _next(frames)[1]["transfer"]["amount"] == "2.00"


def test_idle_stream_shows_that_it_lives(live: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HEARTBEAT_SECONDS", 0)
    monkeypatch.setattr(limits, "STREAM_WAIT_SECONDS", 0.05)
    after = live.pool.writer.position
    with _stream(live, f"/v1/events/stream?after={after}") as frames:
        beats = [frame for _, frame in zip(range(3), frames, strict=False) if "" in frame]
    assert len(beats) >= 2


def test_stream_ends_when_its_key_is_revoked(live: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STREAM_WAIT_SECONDS", 0.05)
    reader = Door(live.client, live.pool, issue(live.pool, "reader", "ledger:read"))
    after = live.pool.writer.position
    with _stream(reader, f"/v1/events/stream?after={after}") as frames:
        assert live.ask("DELETE", "/v1/keys/reader").status_code == 200
        name, last = _next(frames)
        while name != "closed":
            name, last = _next(frames)
        assert last["code"] == "unauthorized"
        assert list(frames) == []


def test_streams_end_with_the_server(tmp_path: Path) -> None:
    pool, streams = serve_pool(tmp_path / "pool"), Streams()
    token = issue(pool, "all")
    ended: list[Any] = []
    with (
        listening([pool], streams) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        door = Door(client, pool, token)
        after = pool.writer.position

        def follow() -> None:
            with _stream(door, f"/v1/events/stream?after={after}") as frames:
                ended.append(_next(frames))

        thread = threading.Thread(target=follow)
        thread.start()
        while pool.streams.taken == 0:
            time.sleep(0.01)
        streams.close()
        thread.join(10)
    assert ended[0][0] == "closed"
    assert ended[0][1]["code"] == "server_closing"
    assert pool.streams.taken == 0


def test_one_stream_past_the_limit_is_turned_away(
    live: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STREAMS_MAX", 1)
    with _stream(live, "/v1/events/stream") as frames:
        _next(frames)
        refused = live.get("/v1/events/stream")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
    for _ in range(200):
        with live.client.stream(
            "GET", "/v1/events/stream", headers={"Authorization": f"Bearer {live.token}"}
        ) as answer:
            if answer.status_code == 200:
                return
        time.sleep(0.02)
    pytest.fail("a stream that was left is still counted")


def test_reader_that_takes_nothing_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STREAM_BLOCKED_SECONDS_MAX", 0.05)
    taken: list[bytes] = []

    async def make(place: Place, _at_least: int, _deadline: int) -> Page:
        number = int(place.after) + 1
        return Page(b"id: %d\n\n" % number, str(number), number, False)

    async def send(message: Any) -> None:
        """A server whose peer takes three pieces, then nothing until the last."""
        body = message.get("body", b"")
        if len(taken) >= 3 and message.get("more_body"):
            await asyncio.sleep(60)
        taken.append(body)

    async def receive() -> Any:
        await asyncio.sleep(60)

    async def run() -> None:
        streams, places = Streams(), Places(lambda: 1)
        stream = EventStream(
            Pages(make),
            Place("events", "0"),
            movement=Movement(lambda: 0),
            streams=streams,
            places=places,
            is_allowed=lambda: True,
        )
        await stream.to_asgi_response(None, None)({}, receive, send)  # type: ignore[arg-type]
        assert places.taken == 0

    asyncio.run(run())
    assert taken[-1].startswith(b"event: closed\ndata: ")
    assert json.loads(taken[-1].partition(b"data: ")[2])["code"] == "slow_reader"


@pytest.mark.parametrize("place", ["x", "-1", "1.2.3"])
def test_malformed_place_is_refused(live: Door, place: str) -> None:
    for path in ("/v1/events/stream", "/v1/changes/stream"):
        answer = live.get(path, headers={"Last-Event-ID": place})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "Last-Event-ID")
