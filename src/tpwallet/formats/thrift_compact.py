"""Reading structs of Thrift's compact protocol, which Parquet's headers are written in.

Fields are kept by number, without the names or meanings a schema would give them. Every length is
checked against what is there before anything is read or made.

Source: Apache Thrift, "Thrift Compact protocol encoding".
"""

from typing import TypeAlias

Value: TypeAlias = int | bytes | list["Value"] | dict[int, "Value"]
Fields: TypeAlias = dict[int, Value]

_STOP, _TRUE, _FALSE, _BYTE = 0, 1, 2, 3
_NUMBERS = (4, 5, 6)
_DOUBLE, _BINARY, _LISTS, _STRUCT = 7, 8, (9, 10), 12
_DOUBLE_BYTES = 8
_LONG_LIST = 0x0F
_DEPTH_MAX = 12
_SHIFT_MAX = 63


class BadThrift(ValueError):
    """These bytes are no struct of the compact protocol."""


def read_struct(content: bytes, place: int) -> tuple[Fields, int]:
    r"""The struct at a place, and the place after it.

    **Rejects** with `BadThrift` one that is not whole, and one nested too deep.

    >>> read_struct(b"\x15\x06\x00", 0)
    ({1: 3}, 3)
    """
    reader = _Reader(content, place)
    return reader.struct(0), reader.place


class _Reader:
    def __init__(self, content: bytes, place: int) -> None:
        self._content = content
        self.place = place

    def struct(self, depth: int) -> Fields:
        if depth > _DEPTH_MAX:
            raise BadThrift("a header is nested too deep")
        fields: Fields = {}
        number = 0
        while (head := self._byte()) & 0x0F != _STOP:
            number = number + (head >> 4) if head >> 4 else self._signed()
            kind = head & 0x0F
            is_truth = kind in (_TRUE, _FALSE)  # a field's truth value is its type
            fields[number] = int(kind == _TRUE) if is_truth else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Value:
        if kind in _NUMBERS:
            return self._signed()
        if kind == _BINARY:
            return self._bytes(self._unsigned())
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in _LISTS:
            return self._list(depth + 1)
        if kind in (_BYTE, _TRUE, _FALSE):
            return self._byte()
        if kind == _DOUBLE:
            return self._bytes(_DOUBLE_BYTES)
        raise BadThrift("a header has a field of an unknown type")

    def _list(self, depth: int) -> list[Value]:
        if depth > _DEPTH_MAX:
            raise BadThrift("a header is nested too deep")
        head = self._byte()
        length = self._unsigned() if head >> 4 == _LONG_LIST else head >> 4
        if length > len(self._content) - self.place:
            raise BadThrift("a list of a header is too long")
        return [self._value(head & 0x0F, depth) for _ in range(length)]

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _bytes(self, length: int) -> bytes:
        end = self.place + length
        if not 0 <= self.place <= end <= len(self._content):
            raise BadThrift("a header ends too early")
        found = self._content[self.place : end]
        self.place = end
        return found

    def _unsigned(self) -> int:
        number = shift = 0
        while (byte := self._byte()) & 0x80:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > _SHIFT_MAX:
                raise BadThrift("a number of a header is too long")
        return number | byte << shift

    def _signed(self) -> int:
        number = self._unsigned()
        return number >> 1 ^ -(number & 1)
