"""The head of a request is bounded, whoever sends it, and while it comes."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.faces.http.live import listening
from tests.faces.http.served import ALICE, BANK, Door, issue, serve_pool
from tpwallet.faces.http import limits

ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POSTED = b"POST /v1/transfers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
SENT_MAX = 64 << 20


@contextmanager
def _connected(folder: Path) -> Iterator[tuple[Door, socket.socket]]:
    pool = serve_pool(folder / "pool")
    token = issue(pool, "all")
    with (
        listening([pool]) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        door, at = Door(client, pool, token), httpx.URL(address)
        with socket.create_connection((at.host, at.port), timeout=20) as connection:
            yield door, connection


def _answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """The status and the body of the last answer on a connection."""
    received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def _headers(size: int) -> bytes:
    """Headers of so many bytes in all, as the limit counts them."""
    lines = b""
    while size > 1000:
        lines += b"X-A: " + b"a" * 493 + b"\r\n"
        size -= 500
    return lines + b"X-A: " + b"a" * (size - 7) + b"\r\n"


def test_head_at_the_limit_is_answered_and_one_byte_past_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HEADERS_MAX", 1000)
    room = limits.HEAD_BYTES_MAX - len("/healthz") - len("Host: x\r\n")
    with _connected(tmp_path) as (_, connection):
        connection.sendall(ASKED + _headers(room) + b"\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    with _connected(tmp_path / "second") as (_, connection):
        connection.sendall(ASKED + _headers(room + 1) + b"\r\n")
        status, problem = _answer(connection)
        assert (status, problem["code"]) == (431, "head_too_large")
        assert problem["facts"] == {"limit": limits.HEAD_BYTES_MAX}


def test_one_header_past_the_limit_is_refused(tmp_path: Path) -> None:
    many = b"X-A: a\r\n" * (limits.HEADERS_MAX - 1)
    with _connected(tmp_path) as (_, connection):
        connection.sendall(ASKED + many + b"\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    with _connected(tmp_path / "second") as (_, connection):
        connection.sendall(ASKED + many + b"X-A: a\r\n\r\n")
        assert _answer(connection)[0] == 431


def _send_for_ever(connection: socket.socket, begun: bytes, more: bytes) -> None:
    """Send, and then the same again and again, as far as it is taken."""
    connection.sendall(begun)
    for _ in range(SENT_MAX // len(more)):
        connection.sendall(more)


@pytest.mark.parametrize(
    "begun", [b"GET /", ASKED + b"X-A: ", ASKED + b"X-", POSTED, POSTED + b"0\r\nX-A: "]
)
def test_line_that_never_ends_is_not_kept(tmp_path: Path, begun: bytes) -> None:
    with _connected(tmp_path) as (door, connection):
        with pytest.raises(ConnectionError):
            _send_for_ever(connection, begun, b"a" * (1 << 16))
        assert door.get("/healthz").status_code == 200


def test_headers_that_never_end_are_not_kept(tmp_path: Path) -> None:
    with _connected(tmp_path) as (door, connection):
        with pytest.raises(ConnectionError):
            _send_for_ever(connection, ASKED, b"X-A: " + b"a" * (1 << 15) + b"\r\n")
        assert door.transfer("1.00").status_code == 201


def test_requests_of_one_connection_are_counted_apart(tmp_path: Path) -> None:
    with _connected(tmp_path) as (_, connection):
        for _ in range(5):
            connection.sendall(ASKED + _headers(limits.HEAD_BYTES_MAX // 2)[: 40 * 500] + b"\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_what_is_no_http_is_told_so_as_a_problem(tmp_path: Path) -> None:
    with _connected(tmp_path) as (_, connection):
        connection.sendall(b"\x16\x03\x01 no http\r\n\r\n")
        status, problem = _answer(connection)
        assert (status, problem["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    "name", ["Idempotency-Key", "Authorization", "Tpwallet-Deadline-Ms", "Content-Type"]
)
def test_header_of_this_api_that_is_given_twice_is_refused(tmp_path: Path, name: str) -> None:
    body = json.dumps({"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}).encode()
    with _connected(tmp_path) as (door, connection):
        sent = {
            "Authorization": f"Bearer {door.token}",
            "Idempotency-Key": "one",
            "Tpwallet-Deadline-Ms": "1000",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        lines = [f"{key}: {value}" for key, value in (*sent.items(), (name, sent[name]))]
        head = "\r\n".join(["POST /v1/transfers HTTP/1.1", "Host: x", *lines, "", ""])
        connection.sendall(head.encode() + body)
        status, problem = _answer(connection)
        assert (status, problem["code"], problem["parameter"]) == (400, "malformed_request", name)
        assert door.posted(ALICE) == 0


def test_head_is_answered_as_get_is_without_the_body(tmp_path: Path) -> None:
    with _connected(tmp_path) as (door, _):
        for path in ("/healthz", "/v1/totals", "/v1/accounts/nobody"):
            asked, read = door.ask("HEAD", path), door.get(path)
            assert (asked.status_code, asked.content) == (read.status_code, b"")
            assert asked.headers["content-length"] == read.headers["content-length"]
            assert asked.headers["content-type"] == read.headers["content-type"]
        assert door.ask("HEAD", "/v1/events/stream").status_code == 405
        assert door.ask("HEAD", "/v1/transfers").status_code == 405
