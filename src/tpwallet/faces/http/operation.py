"""Routes for those who run the server: is it alive, is it ready, how is it doing, what is it.

`/healthz` answers as long as the event loop turns. `/readyz` answers 200 once every pool takes
commands. Both are open and say nothing of any pool. `/metrics` shows the pool of the key that
asks.
"""

from litestar import get
from litestar.datastructures import State
from litestar.params import FromPath

from tpwallet.faces import shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.codes import CODES, Code, code_of
from tpwallet.faces.http.door import IS_OPEN
from tpwallet.faces.http.errors import Unrouted
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.pools import Pools
from tpwallet.faces.http.request import ApiRequest
from tpwallet.kernel.access import METRICS_READ
from tpwallet.kernel.errors import Halted, JournalUnavailable
from tpwallet.processes.errors import FollowerUnavailable

POOLS = "pools"  # in the application's state
DOCUMENT = "document"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_OPEN = {IS_OPEN: True}


@get("/healthz", operation_id="is_alive", summary="Is it alive?", opt=_OPEN)
async def is_alive() -> Answer[shapes.Health]:
    """Whether the server answers at all."""
    return Answer(shapes.Health(status="alive"))


@get("/readyz", operation_id="is_ready", summary="Is it ready?", opt=_OPEN)
async def is_ready(state: State) -> Answer[shapes.Health]:
    """Whether every pool takes commands; 503 while one is being rebuilt, and after a start until
    questions are answered, too.
    """
    pools: Pools = state[POOLS]
    halted = [pool for pool in pools if pool.writer.halted is not None]
    if halted:
        is_unwritable = any(pool.desk.unwritable is not None for pool in halted)
        status = JournalUnavailable.code if is_unwritable else Halted.code
        return Answer(shapes.Health(status=status), status=503)
    if any(pool.is_starting for pool in pools):
        return Answer(shapes.Health(status=FollowerUnavailable.code), status=503)
    return Answer(shapes.Health(status="ready"))


@get("/metrics", operation_id="read_metrics", summary="Figures for Prometheus")
async def read_metrics(request: ApiRequest) -> Answer[bytes]:
    """Figures of the caller's pool in the Prometheus text format."""
    pool = request.require(METRICS_READ)
    return Answer(pool.metrics.render(await pool.gauges()), media_type=_PROMETHEUS)


@get("/v1/openapi.json", operation_id="read_openapi", include_in_schema=False, opt=_OPEN)
async def read_openapi(state: State) -> Answer[bytes]:
    """This API, described in OpenAPI 3.1."""
    return Answer(state[DOCUMENT])


def _error_code(code: str, meaning: Code) -> shapes.ErrorCode:
    return shapes.ErrorCode(
        code=code,
        status=meaning.status,
        title=meaning.title,
        parameter=meaning.parameter,
        is_temporary=meaning.is_temporary,
        facts=list(meaning.facts),
    )


@get("/v1/errors", operation_id="list_error_codes", summary="Every error code", opt=_OPEN)
async def list_error_codes() -> Answer[shapes.ErrorCodes]:
    """Every code a request can be refused with."""
    found = [_error_code(code, meaning) for code, meaning in sorted(CODES.items())]
    return Answer(shapes.ErrorCodes(codes=found))


@get("/v1/errors/{code:str}", operation_id="read_error_code", summary="One error code", opt=_OPEN)
async def read_error_code(code: FromPath[str]) -> Answer[shapes.ErrorCode]:
    """What a code means: where the `type` of a problem leads."""
    if code not in CODES:
        raise Unrouted("there is no such code")
    return Answer(_error_code(code, code_of(code)))


OPERATION = group(
    "operation", is_alive, is_ready, read_metrics, read_openapi, list_error_codes, read_error_code
)
