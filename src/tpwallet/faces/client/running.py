"""Methods for those who run a hub: is it alive, is it ready, how is it doing, what can it say."""

from dataclasses import replace

from tpwallet.faces.bodies import Word
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.client.reply import as_text
from tpwallet.faces.shapes import ErrorCode, ErrorCodes, Health

_TEXT = "text/plain"
_NOT_READY = 503


class RunningMethods:
    """How the hub is. All but `metrics` need no key."""

    @asks
    def is_alive(self) -> Call[Health]:
        """Whether the hub answers at all: the status is `alive`."""
        return operations.IS_ALIVE.call()

    @asks
    def is_ready(self) -> Call[Health]:
        """Whether every pool takes commands: the status is `ready`, or `halted` while one is being
        rebuilt.
        """
        return replace(operations.IS_READY.call(), also_answers=_NOT_READY)

    @asks
    def metrics(self) -> Call[str]:
        """Figures of the key's pool in the Prometheus text format; needs `metrics:read`."""
        return replace(operations.READ_METRICS.call(), read=as_text, accept=_TEXT)

    @asks
    def error_codes(self) -> Call[ErrorCodes]:
        """Every code a request can be refused with."""
        return operations.LIST_ERROR_CODES.call()

    @asks
    def error_code(self, code: Word) -> Call[ErrorCode]:
        """What a code means. **Rejects** `route_not_found` one that does not exist."""
        return operations.READ_ERROR_CODE.call(parts={"code": code})
