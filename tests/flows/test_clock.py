"""What the clock asks for, and what an operator says about it."""

import pytest

from tests.flows.desk import CLERK, DAY, SECOND, START, Desk, post
from tpwallet.domains.ledger import limits as ledger_limits
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import Transfer
from tpwallet.flows.clock import Expire, OverrideClock
from tpwallet.kernel import limits
from tpwallet.kernel.access import CLOCK
from tpwallet.kernel.errors import ClockRefused, Forbidden, Malformed

ADA, BANK = "customer/ada/EUR", "bank/EUR"


@pytest.fixture
def desk() -> Desk:
    return Desk().opened(BANK, AccountKind.ASSET).opened(ADA)


class JumpingDesk(Desk):
    """Its monotonic clock does not follow `now`."""

    def monotonic(self) -> int:
        return 0


def test_a_clock_that_jumps_ahead_is_refused_until_an_operator_vouches_for_it() -> None:
    desk = JumpingDesk().opened(BANK, AccountKind.ASSET).opened(ADA)
    desk.now += limits.CLOCK_JUMP_NS_MAX
    desk.paid(BANK, ADA, "1.00")
    desk.now += 1
    recorded = len(desk.entries)
    assert isinstance(desk.answer(post(BANK, ADA, "1.00")), ClockRefused)
    assert len(desk.entries) == recorded
    desk.does(OverrideClock(reason="the-time-was-checked"))
    assert desk.event_names == ["kernel.clock_overridden"]
    desk.paid(BANK, ADA, "1.00")


def test_a_clock_that_fell_behind_is_refused_until_an_operator_vouches_for_it(desk: Desk) -> None:
    desk.now = START - limits.CLOCK_LAG_NS_MAX - DAY
    assert isinstance(desk.answer(post(BANK, ADA, "1.00")), ClockRefused)
    before = desk.entries[-1].envelope.time
    desk.does(OverrideClock(reason="it-is-really-that-early"))
    receipt = desk.paid(BANK, ADA, "1.00")
    assert before < receipt.time < before + 10  # it stands nearly still until it has caught up


def test_only_an_administrator_vouches_and_nobody_rehearses_it(desk: Desk) -> None:
    for command in (OverrideClock(reason="checked"), Expire()):
        assert isinstance(desk.answer(command, actor=CLERK), Forbidden)
        assert isinstance(desk.rehearses(command), Malformed)


def test_a_reason_at_its_limit_is_taken_and_one_past_it_or_none_is_not() -> None:
    longest = "x" * limits.WORD_LENGTH_MAX
    assert OverrideClock(reason=longest).reason == longest
    for reason in ("", longest + "x", "call Ada", "INC-1\n", "+44 20 7946 0000", "é"):
        with pytest.raises(Malformed) as error:
            OverrideClock(reason=reason)
        assert error.value.facts["parameter"] == "reason"


def test_one_pulse_releases_one_batch_of_what_has_run_out(desk: Desk) -> None:
    for number in (1, 2):
        desk.raw_account(number)
    count = ledger_limits.EXPIRE_MAX + 2
    for first in (0, count // 2):
        desk.sends(
            [
                Transfer(
                    id=first + n + 1,
                    debit_account_id=1,
                    credit_account_id=2,
                    amount=1,
                    timeout=1,
                    ledger=978,
                    code=1,
                    flags=TransferFlags.PENDING,
                )
                for n in range(count // 2)
            ]
        )
    desk.now += 5 * SECOND
    desk.does(Expire(), actor=CLOCK)
    assert desk.ledger.open_reservation_count == 2
    desk.does(Expire(), actor=CLOCK)
    assert desk.ledger.open_reservation_count == 0
    assert desk.pending("#1") == (0, 0)
