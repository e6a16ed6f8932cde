"""What the shard's own clock asks for, and an operator's word for it when it was refused."""

from tpwallet.domains.ledger.decide import expire
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import ADMIN
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.facts import ClockOverridden
from tpwallet.kernel.limits import CLOCK_REASON_LENGTH_MAX
from tpwallet.kernel.unit import Unit


class Expire(Command, frozen=True):
    """Release what has expired by now, the earliest first, up to a batch."""


class OverrideClock(Command, frozen=True, kw_only=True):
    """An operator vouches for the wall clock after it was refused.

    The `reason` has 1 to 500 characters. It is judged when the command is made: a
    refusal is recorded, and this one would be under the very time that was not vouched for.

    >>> OverrideClock(reason="").reason
    Traceback (most recent call last):
    tpwallet.kernel.errors.Malformed: a reason has 1 to 500 characters
    """

    reason: str

    def __post_init__(self) -> None:
        if not 0 < len(self.reason) <= CLOCK_REASON_LENGTH_MAX:
            raise Malformed(
                f"a reason has 1 to {CLOCK_REASON_LENGTH_MAX} characters", parameter="reason"
            )


def _decide_expire(unit: Unit, _command: Expire) -> None:
    expired = expire(unit.part(LedgerState), now=unit.now)
    if expired is not None:
        unit.adopt(expired)


def _decide_override(unit: Unit, command: OverrideClock) -> None:
    unit.record(ClockOverridden(command.reason))


ROUTES = (
    Route("ledger.expire", Expire, ADMIN, _decide_expire, receipt_of, rehearsable=False),
    Route(
        "kernel.override_clock",
        OverrideClock,
        ADMIN,
        _decide_override,
        receipt_of,
        rehearsable=False,
        vouches_for_clock=True,
    ),
)
