"""Strangers and slow callers take little: connections, memory and lines of the log have limits."""

import asyncio
import io
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.faces.http.live import listening
from tests.faces.http.served import ALICE, BANK, Door, issue, serve_pool
from tpwallet.faces.http import limits
from tpwallet.faces.http.listening import Listener
from tpwallet.faces.http.logs import json_log

BODY = json.dumps({"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}).encode()


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Door, io.StringIO]]:
    lines = io.StringIO()
    pool = serve_pool(folder / "pool")
    token = issue(pool, "all")
    with (
        listening([pool], log=json_log(lines)) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        yield Door(client, pool, token), lines


def _connect(door: Door) -> socket.socket:
    address = door.client.base_url
    return socket.create_connection((address.host, address.port), timeout=20)


def _head(door: Door, length: int) -> bytes:
    return (
        f"POST /v1/transfers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Idempotency-Key: slow\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost:", b"head"])
def test_request_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(limits, "LOOK_TICKS", 1)
    monkeypatch.setattr(limits, "BODY_LOOKS_MAX", 3)
    with _served(tmp_path) as (door, _), _connect(door) as connection:
        connection.sendall(_head(door, 1000) + b"{" if sent == b"head" else sent)
        assert connection.recv(1) == b""
        assert door.transfer("1.00").status_code == 201
        assert door.posted(ALICE) == 100


def test_request_that_comes_in_pieces_is_answered(tmp_path: Path) -> None:
    with _served(tmp_path) as (door, _), _connect(door) as connection:
        for piece in (_head(door, len(BODY)), BODY[:10], BODY[10:]):
            connection.sendall(piece)
            time.sleep(0.05)
        assert connection.recv(12) == b"HTTP/1.1 201"
        assert door.posted(ALICE) == 100


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/postings"])
def test_a_key_revoked_while_its_request_comes_in_moves_nothing(tmp_path: Path, path: str) -> None:
    with _served(tmp_path) as (door, _):
        leg = json.loads(BODY)
        body = BODY if path == "/v1/transfers" else json.dumps({"legs": [leg]}).encode()
        token = issue(door.pool, "till")
        head = _head(door, len(body)).replace(door.token.encode(), token.encode())
        with _connect(door) as connection:
            connection.sendall(head.replace(b"/v1/transfers", path.encode()) + body[:10])
            time.sleep(0.1)
            assert door.ask("DELETE", "/v1/keys/till").status_code == 200
            connection.sendall(body[10:])
            assert connection.recv(12) == b"HTTP/1.1 401"
        assert door.posted(ALICE) == 0


def test_caller_that_goes_away_half_way_is_no_fault_of_ours(tmp_path: Path) -> None:
    with _served(tmp_path) as (door, lines):
        with _connect(door) as connection:
            connection.sendall(_head(door, 1000) + b"{")
            time.sleep(0.1)
        figures = door.get("/metrics").text
        assert door.posted(ALICE) == 0
    assert 'code="internal_error"' not in figures
    assert "request_failed" not in lines.getvalue()


def test_bad_connections_are_logged_within_limits(tmp_path: Path) -> None:
    with _served(tmp_path) as (door, lines):
        for _ in range(3 * limits.SECURITY_LOG_LINES_PER_SECOND):
            with _connect(door) as connection:
                connection.sendall(b"\x16\x03\x01 no http\r\n\r\n")
                assert connection.recv(12) == b"HTTP/1.1 400"
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    turned_away = [line for line in logged if line.get("code") == "bad_connection"]
    assert 0 < len(turned_away) <= 2 * limits.SECURITY_LOG_LINES_PER_SECOND


def test_one_request_past_the_limit_is_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_MAX", 1)
    with _served(tmp_path) as (door, _), _connect(door) as connection:
        connection.sendall(_head(door, len(BODY)))
        time.sleep(0.1)
        refused = door.transfer()
        assert (refused.status_code, refused.json()["code"]) == (429, "overloaded")
        assert refused.headers["Retry-After"] == "1"
        connection.sendall(BODY)
        assert connection.recv(12) == b"HTTP/1.1 201"
        assert door.transfer().status_code == 201


def _ask_for_ever(connection: socket.socket, asked: bytes) -> None:
    """Ask without reading an answer."""
    while True:
        connection.sendall(asked)
        time.sleep(0.005)


def test_reader_that_takes_nothing_of_an_answer_is_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOOK_TICKS", 1)
    monkeypatch.setattr(limits, "STALLED_LOOKS_MAX", 3)
    asked = b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    with _served(tmp_path) as (door, _), socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = door.client.base_url
        connection.settimeout(20)
        connection.connect((address.host, address.port))
        with pytest.raises(ConnectionError):
            _ask_for_ever(connection, asked)
        assert door.transfer("1.00").status_code == 201


def test_closing_does_not_wait_for_a_reader_that_takes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "CLOSING_LOOKS_MAX", 2)
    aborted = asyncio.run(_closed_while_stalled())
    assert aborted == 2 + 1


async def _closed_while_stalled() -> int:
    """A connection that is closed while its peer reads nothing; after how many looks it ends."""
    mine, peer = socket.socketpair()
    with peer:
        server = Listener(Litestar([]), keep_alive_seconds=30)
        server.config.load()
        loop = asyncio.get_running_loop()

        def protocol() -> HttpToolsProtocol:
            return HttpToolsProtocol(server.config, server.server_state, {})

        transport, connection = await loop.connect_accepted_socket(protocol, mine)
        transport.write(b"x" * 10_000_000)
        transport.close()
        await asyncio.sleep(0.05)
        assert connection in server.server_state.connections
        for look in range(1, 10):
            server._abort_stalled()
            await asyncio.sleep(0.01)
            if connection not in server.server_state.connections:
                return look
    raise TimeoutError("it is still there")
