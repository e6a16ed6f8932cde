"""A connection whose request heads are bounded, before anything of them is looked at.

The parser below it keeps whatever it is sent until a line of a head has ended, and then for as long
as the request lasts: a stranger without a key could have this process keep all they send. So bytes
and lines are counted as they come. One past a limit the request is refused (RFC 6585, 431), and
the connection is closed: where the next request would begin is not known any more.

Not bounded here: bodies, which each route bounds by itself.
"""

import http

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.errors import HeadTooLarge
from tpwallet.faces.http.problems import answer_of, problem_of
from tpwallet.faces.shapes import Problem
from tpwallet.kernel.errors import Malformed, TpwalletError

_LINE = len(b": \r\n")
_NO_HTTP = "this is no request of HTTP/1.1"


class Connection(HttpToolsProtocol):
    """One connection of a listener."""

    _bytes_of_head = 0
    _headers_of_head = 0
    _bytes_of_line = 0  # of one that has not ended
    _is_too_large = False

    def data_received(self, data: bytes) -> None:
        """Take what has come. A line that goes on and on is refused though it never ends."""
        self._bytes_of_line += len(data)
        super().data_received(data)
        if self._bytes_of_line > limits.HEAD_BYTES_MAX and not self._is_too_large:
            self._is_too_large = True
            self._refuse()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._bytes_of_line = self._bytes_of_head = self._headers_of_head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the path and query."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or what comes as one after a body in pieces."""
        self._headers_of_head += 1
        self._count(len(name) + len(value) + _LINE)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._bytes_of_line = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._bytes_of_line = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there."""
        self._bytes_of_line = 0
        super().on_message_complete()

    def _count(self, size: int) -> None:
        self._bytes_of_line = 0
        self._bytes_of_head += size
        is_long = self._bytes_of_head > limits.HEAD_BYTES_MAX
        if is_long or self._headers_of_head > limits.HEADERS_MAX:
            self._is_too_large = True
            raise HeadTooLarge  # ends the parsing; what it is answered is told below

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser would not go on with, and close."""
        self._refuse()

    def _refuse(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        if cycle is None or cycle.response_complete:  # else an answer is under way
            refusal: TpwalletError = (
                HeadTooLarge() if self._is_too_large else Malformed(_NO_HTTP, parameter="request")
            )
            self.transport.write(_wire(answer_of(problem_of(refusal), refusal)))
        self.transport.close()


def _wire(answer: Answer[Problem]) -> bytes:
    """An answer as it is sent, the last one of its connection."""
    start, body = answer.messages(0)
    status = http.HTTPStatus(start["status"])
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
    lines += [name + b": " + value for name, value in start["headers"]]
    return b"\r\n".join([*lines, b"connection: close", b"", body["body"]])
