"""What a reader is told that cannot be answered now; the question may be put again."""

from tpwallet.kernel.errors import TpwalletError


class PositionNotReached(TpwalletError):
    """The views do not reflect the position that was asked for, within the time given."""

    code = "position_not_reached"


class FollowerUnavailable(TpwalletError):
    """The follower has stopped, and with it the views; it must be opened again."""

    code = "follower_unavailable"
