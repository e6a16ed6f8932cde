"""What every read route takes: where an answer stands, and how a list is paged."""

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, Any, TypeVar

from litestar.params import PathParameter, QueryParameter

from tpwallet.domains.ledger.forms import ASSET_PATTERN, ID_PATTERN
from tpwallet.domains.ledger.limits import ADDRESS_LENGTH_MAX
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.pools import ServedPool
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.reading import limits as reading
from tpwallet.faces.reading.reader import Reader
from tpwallet.faces.times import TIME_PATTERN
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.access import LEDGER_READ
from tpwallet.processes.errors import PositionNotReached

_POSITION_MAX = (1 << 63) - 1
_MOMENT_PATTERN = rf"^([0-9]{{1,18}}|{TIME_PATTERN[1:-1]})$"


S = TypeVar("S")

AtLeast = Annotated[
    int | None,
    QueryParameter(
        ge=0,
        le=_POSITION_MAX,
        description="Wait until the answer reflects this position: to see what one has written.",
    ),
]
At = Annotated[
    str | None,
    QueryParameter(
        pattern=_MOMENT_PATTERN, description="A past moment: a position, or a time (RFC 3339)."
    ),
]
Since = Annotated[
    str | None,
    QueryParameter(
        pattern=_MOMENT_PATTERN, description="After this moment: a position, or a time (RFC 3339)."
    ),
]
Until = Annotated[
    str | None,
    QueryParameter(
        pattern=_MOMENT_PATTERN, description="Up to this moment: a position, or a time (RFC 3339)."
    ),
]
Limit = Annotated[
    int | None,
    QueryParameter(ge=1, le=reading.PAGE_MAX, description=f"Page size; {reading.PAGE} if absent."),
]
Cursor = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.CURSOR_LENGTH_MAX,
        description="`next_cursor` of the page before. It keeps the filters of its list.",
    ),
]
IsReversed = Annotated[bool | None, QueryParameter(description="The latest first.")]
OfAsset = Annotated[
    str | None, QueryParameter(pattern=ASSET_PATTERN, description="Of this asset only.")
]
Code = Annotated[
    int | None,
    QueryParameter(ge=0, le=0xFFFF, description="With this code only."),
]
UserData128 = Annotated[
    str | None,
    QueryParameter(pattern=r"^[0-9]{1,39}$", description="With this `user_data_128` only."),
]
UserData64 = Annotated[
    str | None,
    QueryParameter(pattern=r"^[0-9]{1,20}$", description="With this `user_data_64` only."),
]
UserData32 = Annotated[
    int | None,
    QueryParameter(ge=0, le=0xFFFF_FFFF, description="With this `user_data_32` only."),
]
AfterPosition = Annotated[
    int,
    QueryParameter(ge=0, le=_POSITION_MAX, description="Go on after this position."),
]
Position = Annotated[int, PathParameter(ge=1, le=_POSITION_MAX, description="A position.")]
Id = Annotated[str, PathParameter(pattern=ID_PATTERN, description="A transfer's id.")]
Named = Annotated[
    str,
    PathParameter(
        max_length=ADDRESS_LENGTH_MAX + 1,
        description="An account's address, its slashes as they are, or `%23` and its id.",
    ),
]
Branch = Annotated[
    str,
    PathParameter(
        max_length=ADDRESS_LENGTH_MAX + 1,
        description="A path of the chart of accounts, its slashes as they are.",
    ),
]


def name_of(path: str) -> str:
    """The address in a path parameter, which begins with a slash."""
    return path.removeprefix("/")


def no_position(_found: object) -> None:
    """Of an answer that speaks of a position of its own rather than reflecting one."""


async def written(pool: ServedPool, at_least: int | None, deadline: int) -> None:
    """Wait until the journal holds a position.

    **Rejects** with `PositionNotReached` when that takes longer than the deadline.
    """
    if at_least is None or pool.writer.position >= at_least:
        return
    seconds = max(deadline - elapsed_ns(), 0) / 1_000_000_000
    if not await pool.movement.past(at_least - 1, seconds):
        raise PositionNotReached(
            f"position {at_least} is not reached yet",
            at_least=at_least,
            position=pool.writer.position,
        )


async def answered(
    request: ApiRequest,
    question: Callable[[Reader], S],
    at_least: int | None,
    *,
    scope: str = LEDGER_READ,
    position_of: Callable[[S], int | None] = attrgetter("position"),
) -> Answer[Any]:
    """The answer to a question, with the position it reflects in a header."""
    pool = request.require(scope)
    deadline = request.deadline
    if pool.relay is not None:
        return await pool.relay.forwarded(
            request.scope, deadline=deadline, refused=pool.metrics.refused
        )
    found = await pool.questions.ask(question, at_least=at_least, deadline=deadline)
    return Answer(found, position=position_of(found))
