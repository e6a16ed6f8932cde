"""One request, ready to be sent as often as it takes: the same bytes and the same key each time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from tpwallet.faces.client.reply import Reply
from tpwallet.faces.http.headers import DEADLINE, IDEMPOTENCY_KEY
from tpwallet.faces.http.media_types import JSON, PROBLEM

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """What is asked, and how the answer is read."""

    method: str
    path: str
    read: Callable[[Reply], T]
    query: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str | None = None  # of the content
    accept: str = JSON
    command_id: str | None = None  # of a command; None: it only reads
    waits: bool = False  # whether it may demand that the answer reflects a position
    dry_run: bool = False
    also_answers: int = 0  # a status other than success that is an answer, too

    def asking(self, **query: str) -> "Call[T]":
        """The same call with some query parameters set."""
        return replace(self, query={**self.query, **query})

    def headers(self, deadline_ms: int) -> dict[str, str]:
        """Its headers, for an attempt with so many milliseconds left."""
        found = {"Accept": f"{self.accept}, {PROBLEM}", DEADLINE: str(deadline_ms)}
        if self.media_type is not None:
            found["Content-Type"] = self.media_type
        if self.command_id is not None:
            found[IDEMPOTENCY_KEY] = self.command_id
        return found
