"""What a reader is told that cannot be answered now; the question may be put again."""

from tpwallet.kernel.errors import TpwalletError


class PositionNotReached(TpwalletError):
    """The views do not reflect the position that was asked for, within the time given."""

    code = "position_not_reached"


class PositionBeyondEnd(TpwalletError):
    """The journal does not reach the position that somebody goes on after: what they have read
    before is of another journal, or of one that a restored backup has not.
    """

    code = "position_beyond_end"

    def __init__(self, end: int) -> None:
        super().__init__(f"the journal ends at {end}", parameter="after", position=end)


class FollowerUnavailable(TpwalletError):
    """The follower has stopped, and with it the views; it must be opened again."""

    code = "follower_unavailable"
