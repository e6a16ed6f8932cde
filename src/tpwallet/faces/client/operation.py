"""One operation of the API: how it is asked, what it takes and answers, which scope it needs.

`operations` lists them all. An operation with its arguments filled in is a `Call`, which knows
nothing of connections: both clients send the same calls.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import quote

import msgspec

from tpwallet.faces.client import limits
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.reply import json_as
from tpwallet.faces.http.media_types import JSON
from tpwallet.kernel.errors import Malformed

T = TypeVar("T")

Argument = str | int | bool | None

_PART: Final = re.compile(r"\{(\w+)\}")
_STEPS: Final = {".", ".."}  # what the library below takes for a way up


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """How one thing is asked of a hub."""

    name: str  # its `operationId` in the OpenAPI document
    method: str
    path: str
    scope: str | None  # that the key needs; None: no key is asked for
    answer: type[T]
    body: type[msgspec.Struct] | None = None
    waits: bool = False  # whether it may demand that the answer reflects a position

    @property
    def is_command(self) -> bool:
        """Whether it changes the pool."""
        return self.method != "GET"

    def call(
        self,
        body: msgspec.Struct | None = None,
        /,
        *,
        parts: Mapping[str, str | int] | None = None,
        query: Mapping[str, Argument] | None = None,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> Call[T]:
        """Fill in the arguments; a command without an id gets one of its own.

        **Rejects** with `Malformed` a part that cannot stand in a path.
        """
        asked = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        if dry_run:
            asked["dry_run"] = _text(True)
        if self.is_command:
            command_id = command_id or secrets.token_hex(limits.COMMAND_ID_BYTES)
        return Call(
            method=self.method,
            path=_PART.sub(lambda found: _encoded(found[1], (parts or {})[found[1]]), self.path),
            read=json_as(self.answer),
            query=asked,
            content=None if body is None else msgspec.json.encode(body),
            media_type=None if body is None else JSON,
            command_id=command_id,
            waits=self.waits,
            dry_run=dry_run,
        )


def _text(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _encoded(name: str, value: str | int) -> str:
    """A part of a path: what a hub would refuse must not become the path of something else."""
    text = str(value)
    if not text or _STEPS & set(text.split("/")):
        raise Malformed("a part of a path is not empty, nor . or ..", parameter=name)
    return quote(text, safe="/:@")
