import pytest

from tests.lab.demo.pieces import intent, receipt
from tpwallet.lab.day.intents import Kind
from tpwallet.lab.demo.limits import LATENCIES_KEPT, LATEST_KEPT, SECONDS_KEPT
from tpwallet.lab.demo.tally import Tally


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally(clock: Clock) -> Tally:
    return Tally(monotonic=clock, wall=clock)


def test_answers_are_counted_by_kind_and_code(tally: Tally) -> None:
    tally.acknowledge(intent("a"), receipt("a"), 0.002)
    tally.refuse("exceeds_credits", 0.004)
    tally.doubt()
    told = tally.read()
    assert (told.acknowledged, told.refused, told.in_doubt) == (1, 1, 1)
    assert told.kinds[Kind.VOID] == 1
    assert told.refusals["exceeds_credits"] == 1
    assert told.latency_ms_p50 == pytest.approx(2)
    tally.resolve()
    assert tally.read().in_doubt == 0


def test_a_silent_second_counts_zero(tally: Tally, clock: Clock) -> None:
    tally.refuse("x", 0.1)
    clock.now = 2.5
    tally.refuse("x", 0.1)
    tally.refuse("x", 0.1)
    clock.now = 3.0
    assert tally.read().per_second == (1, 0, 2)


def test_a_reservation_that_runs_out_is_counted_once_and_a_settled_one_never(
    tally: Tally, clock: Clock
) -> None:
    end = "1970-01-01T00:00:10.500000000Z"
    tally.acknowledge(intent("a"), receipt("a", 1, kind="pending", expires_at=end), 0.1)
    tally.acknowledge(intent("b"), receipt("b", 2, kind="pending", expires_at=end), 0.1)
    tally.acknowledge(intent("c"), receipt("c", 3, kind="void", pending_id="2"), 0.1)
    clock.now = 10.4
    assert tally.read().expired == 0
    clock.now = 10.5
    assert tally.read().expired == 1
    clock.now = 99.0
    assert tally.read().expired == 1


def test_what_settles_a_reservation_is_shown_with_its_accounts(tally: Tally) -> None:
    tally.acknowledge(intent("a"), receipt("a", 1, kind="pending"), 0.1)
    posting = receipt("b", 2, kind="post", pending_id="1", debit="#17", credit="#18")
    tally.acknowledge(intent("b"), posting, 0.1)
    latest = tally.read().latest[-1].transfer
    assert (latest.debit, latest.credit) == (
        "customer/93/available/EUR",
        "merchant/22/settlement/EUR",
    )


def test_nothing_is_kept_without_end(tally: Tally, clock: Clock) -> None:
    for number in range(LATENCIES_KEPT + 10):
        clock.now = float(number)
        tally.acknowledge(intent("a"), receipt("a", number + 1), 0.1)
    told = tally.read()
    assert len(told.latest) == LATEST_KEPT
    assert len(told.per_second) == SECONDS_KEPT
    assert told.acknowledged == LATENCIES_KEPT + 10
