"""An answer as it came, and how it is read: into the shape the library would have given."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from tpwallet.faces.client.errors import HubError, UnexpectedAnswer, error_of, own_problem
from tpwallet.faces.http.headers import POSITION
from tpwallet.faces.http.media_types import JSON, PROBLEM
from tpwallet.faces.shapes import Problem

T = TypeVar("T")
_RETRY_AFTER = "retry-after"


class Reply(NamedTuple):
    """An answer; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether what was asked was done."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """What the content says it is, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def position(self) -> int:
        """The position of the journal that the answer tells; 0: none."""
        return _whole(self.headers.get(POSITION.lower(), "")) or 0

    @property
    def retry_after_ms(self) -> int | None:
        """How long to wait before asking again; None: asking again would change nothing."""
        seconds = _whole(self.headers.get(_RETRY_AFTER, ""))
        return None if seconds is None else 1000 * seconds

    def refusal(self, command_id: str | None) -> HubError:
        """The error that a refusal is raised as."""
        if self.media_type != PROBLEM:
            return self.unexpected(command_id)
        try:
            return error_of(msgspec.json.decode(self.content, type=Problem), command_id)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self.unexpected(command_id)

    def unexpected(self, command_id: str | None = None) -> UnexpectedAnswer:
        """The error for an answer that no hub gives to this."""
        kind = self.media_type or "nothing"
        detail = f"status {self.status} with {kind}, {len(self.content)} bytes: no hub answers so"
        problem = own_problem(UnexpectedAnswer.code, self.status, detail)
        return UnexpectedAnswer(problem, command_id)


def json_as(kind: type[T]) -> Callable[[Reply], T]:
    """Read answers of a shape. **Rejects** with `UnexpectedAnswer` any other."""

    def read(reply: Reply) -> T:
        if reply.media_type != JSON:
            raise reply.unexpected()
        try:
            found: T = msgspec.json.decode(reply.content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise reply.unexpected() from error
        return found

    return read


def as_text(reply: Reply) -> str:
    """Read an answer that is text. **Rejects** with `UnexpectedAnswer` what is none."""
    try:
        return reply.content.decode()
    except UnicodeDecodeError as error:
        raise reply.unexpected() from error


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
