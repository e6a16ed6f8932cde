"""What only the HTTP door says no to; everything else it passes on from the machine."""

from tpwallet.faces.http import limits
from tpwallet.kernel.errors import TpwalletError


class Unrouted(TpwalletError):
    """No such path."""

    code = "route_not_found"


class MethodRefused(TpwalletError):
    """The path exists, and does not know this method."""

    code = "method_not_allowed"


class BodyTooLarge(TpwalletError):
    """The body is past its limit."""

    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is larger than {limit} bytes", limit=limit)


class HeadTooLarge(TpwalletError):
    """Path, query and headers are past their limit."""

    code = "head_too_large"

    def __init__(self) -> None:
        super().__init__(
            f"path, query and headers are larger than {limits.HEAD_BYTES_MAX} bytes, "
            f"or more than {limits.HEADERS_MAX} headers",
            limit=limits.HEAD_BYTES_MAX,
        )


class MediaTypeRefused(TpwalletError):
    """The body is in a form this path does not read."""

    code = "unsupported_media_type"

    def __init__(self, accepted: str) -> None:
        super().__init__(f"send {accepted}", parameter="Content-Type", accepted=accepted)


class AnswerRefused(TpwalletError):
    """The caller accepts no form this path answers in."""

    code = "not_acceptable"

    def __init__(self, offered: str) -> None:
        super().__init__(f"accept {offered}", parameter="Accept", offered=offered)


class KeyMissing(TpwalletError):
    """A command that moves money came without an idempotency key."""

    code = "idempotency_key_required"

    def __init__(self) -> None:
        super().__init__(
            "send an Idempotency-Key header, a new one for every new command",
            parameter="Idempotency-Key",
        )


class TooManyStreams(TpwalletError):
    """As many event streams are open as this server keeps."""

    code = "too_many_streams"

    def __init__(self) -> None:
        super().__init__("too many event streams are open", limit=limits.STREAMS_MAX)


class AuditUnavailable(TpwalletError):
    """It cannot be written down who reads a personal text, so nobody does."""

    code = "audit_unavailable"

    def __init__(self) -> None:
        super().__init__("personal texts are not opened at the moment")


class SlowReader(TpwalletError):
    """The reader of an event stream took nothing for long. Said in the stream's last event."""

    code = "slow_reader"


class ServerClosing(TpwalletError):
    """The server is stopping. Said in the last event of every stream."""

    code = "server_closing"
