"""What the shard's own clock asks for, and an operator's word for it when it was refused."""

from tpwallet.domains.ledger.decide import expire
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import ADMIN
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.facts import ClockOverridden
from tpwallet.kernel.forms import check_word
from tpwallet.kernel.unit import Unit


class Expire(Command, frozen=True):
    """Release what has expired by now, the earliest first, up to a batch."""


class OverrideClock(Command, frozen=True, kw_only=True):
    """An operator vouches for the wall clock after it was refused.

    The `reason` is a word, such as the number of a ticket, for it stays in the journal, where free
    text about somebody does not belong. It is judged when the command is made: a refusal is
    recorded, and this one would be under the very time that was not vouched for.

    >>> OverrideClock(reason="INC-4711").reason
    'INC-4711'
    """

    reason: str

    def __post_init__(self) -> None:
        check_word(self.reason, parameter="reason")


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
