"""What the other process answers is passed on; what it cannot mean is told as its absence."""

import asyncio
from pathlib import Path

import pytest

from tpwallet.faces.http.relay import Relay
from tpwallet.faces.http.unix_client import UnixClient
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.processes.errors import FollowerUnavailable

SECOND = 1_000_000_000
_SCOPE = {"raw_path": b"/v1/totals", "query_string": b""}


def _answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _relayed(folder: Path, answer: bytes) -> list[str]:
    """Ask a follower that answers this; returns the codes of refusals."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    refused: list[str] = []
    client = UnixClient(folder / "follower")
    relay = Relay(client, pool_number=0, secret="s")
    deadline = elapsed_ns() + 5_000_000_000
    async with await asyncio.start_unix_server(serve, str(folder / "follower")):
        try:
            await relay.forwarded(_SCOPE, deadline=deadline, refused=refused.append)  # type: ignore[arg-type]
        finally:
            client.close()
            await asyncio.sleep(0)
    return refused


def test_refusal_in_our_words_is_passed_on(tmp_path: Path) -> None:
    answer = _answer("404 Not Found", b'{"code":"account_not_found"}')
    assert asyncio.run(_relayed(tmp_path, answer)) == ["account_not_found"]


@pytest.mark.parametrize(
    "answer",
    [
        _answer("503 Service Unavailable", b"Service Unavailable", "content-type: text/plain"),
        _answer("400 Bad Request", b"Invalid HTTP request received."),
        _answer("500 Internal Server Error", b"\xff"),
        _answer("500 Internal Server Error", b"{}"),
        _answer("soon", b"{}"),
        b"HTTP/1.1 200 OK\r\n" + b"x" * 200_000,
        b"\r\n\r\n",
        b"",
    ],
)
def test_answer_in_other_words_is_the_followers_absence(tmp_path: Path, answer: bytes) -> None:
    with pytest.raises(FollowerUnavailable):
        asyncio.run(_relayed(tmp_path, answer))


def test_questions_wait_while_the_other_process_starts(tmp_path: Path) -> None:
    answer = _answer("200 OK", b"{}", "content-type: application/json")
    asked: list[bytes] = []
    assert asyncio.run(_asked_at_a_start(tmp_path, answer, asked)) == 200
    assert asked[0].startswith(b"GET /v1/events?after=7&at_least=7&limit=1 ")
    assert asked[-1].startswith(b"GET /v1/totals ")


async def _asked_at_a_start(folder: Path, answer: bytes, asked: list[bytes]) -> int:
    """Ask before the follower is there, which it is soon; gives the status of the answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
        writer.close()

    client = UnixClient(folder / "follower")
    relay = Relay(client, pool_number=0, secret="s", is_starting=True)
    beginning = asyncio.create_task(relay.begin(7))
    question = asyncio.create_task(relay.ask("/v1/totals", deadline=elapsed_ns() + 20 * SECOND))
    await asyncio.sleep(0.2)
    assert not question.done()
    assert not relay.is_answering.is_set()
    async with await asyncio.start_unix_server(serve, str(folder / "follower")):
        reply = await question
        await beginning
        client.close()
        await asyncio.sleep(0)
    return reply.status


def test_question_waits_no_longer_than_its_deadline(tmp_path: Path) -> None:
    async def ask() -> None:
        client = UnixClient(tmp_path / "follower")
        relay = Relay(client, pool_number=0, secret="s", is_starting=True)
        await relay.ask("/v1/totals", deadline=elapsed_ns() + SECOND // 20)

    with pytest.raises(FollowerUnavailable):
        asyncio.run(ask())
