"""Server-sent events as they arrive, in pieces of any length.

Lines end with a line feed, a carriage return or both, and with nothing else: text may hold other
characters that some libraries take for the end of a line.

Source: WHATWG HTML, "Server-sent events", section "Parsing an event stream".
"""

from collections.abc import Iterator
from typing import NamedTuple

from tpwallet.faces.client import limits

_BOM = b"\xef\xbb\xbf"


class Frame(NamedTuple):
    """One event."""

    name: str
    content: bytes
    id: str  # of the last event that had one


class FrameTooLarge(Exception):
    """An event is past `FRAME_BYTES_MAX`."""


class FrameReader:
    r"""Takes bytes, gives events.

    >>> reader = FrameReader()
    >>> list(reader.take(b": hello\nid: 7\nda")), list(reader.take(b"ta: {}\n\n"))
    ([], [Frame(name='message', content=b'{}', id='7')])
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_first = True
        self._ends_with_return = False
        self._id = ""
        self._size = 0
        self._begin()

    def _begin(self) -> None:
        self._name = ""
        self._lines: list[bytes] = []
        self._size = 0

    def take(self, piece: bytes) -> Iterator[Frame]:
        """The events that are complete now. **Rejects** with `FrameTooLarge` one past its limit."""
        for line in self._complete_lines(piece):
            if line:
                self._field(line)
            elif self._lines:
                yield Frame(self._name or "message", b"\n".join(self._lines), self._id)
                self._begin()
            else:
                self._begin()
            self._check_size()
        self._check_size(len(self._rest))

    def _check_size(self, more: int = 0) -> None:
        if self._size + more > limits.FRAME_BYTES_MAX:
            raise FrameTooLarge(f"an event is larger than {limits.FRAME_BYTES_MAX} bytes")

    def _complete_lines(self, piece: bytes) -> list[bytes]:
        if not piece:
            return []
        if self._ends_with_return:
            piece = piece.removeprefix(b"\n")  # the other half of an end that came in two pieces
        self._ends_with_return = piece.endswith(b"\r")
        if b"\r" in piece:
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._rest += piece
        if b"\n" not in piece:
            return []
        *lines, rest = bytes(self._rest).split(b"\n")
        self._rest = bytearray(rest)
        if lines and self._is_first:
            self._is_first = False
            lines[0] = lines[0].removeprefix(_BOM)
        return lines

    def _field(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match field:
            case b"data":
                self._lines.append(value)
                self._size += len(value)
            case b"id" if b"\0" not in value:
                self._id = value.decode(errors="replace")
            case b"event":
                self._name = value.decode(errors="replace")
            case _:
                return  # a comment, or a field that is none of ours
