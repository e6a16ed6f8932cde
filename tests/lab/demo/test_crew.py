import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.demo.pieces import intent, receipt
from tpwallet.faces.client import HubUnreachable
from tpwallet.faces.shapes import Problem, Receipt
from tpwallet.kernel.errors import Malformed, OutcomeUnknown, Overloaded, Rejected
from tpwallet.lab.day.intents import Operation
from tpwallet.lab.demo.acknowledgements import AcknowledgementLedger
from tpwallet.lab.demo.crew import Crew
from tpwallet.lab.demo.feed import Feed
from tpwallet.lab.demo.tally import Tally

Answer = Receipt | Exception
UNREACHABLE = HubUnreachable(
    Problem(type="", title="", status=503, code="hub_unreachable", detail="gone")
)


class Script:
    """A hub that answers as it is told to; it remembers what it was asked."""

    def __init__(
        self, answers: dict[str, list[Answer]], on_failure: Callable[[], None] = lambda: None
    ) -> None:
        self._answers = answers
        self._on_failure = on_failure
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def run(self, command_id: str, operation: Operation) -> Receipt:
        with self._lock:
            self.asked.append(command_id)
            left = self._answers.get(command_id, [])
            answer = left.pop(0) if left else receipt(command_id)
        if isinstance(answer, Exception):
            self._on_failure()
            raise answer
        return answer


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[AcknowledgementLedger]:
    opened = AcknowledgementLedger(tmp_path / "acknowledged.jsonl")
    yield opened
    opened.close()


def test_every_answer_is_written_down(ledger: AcknowledgementLedger) -> None:
    hub = Script({"b": [Rejected("exceeds_credits", position=9)]})
    tally = Tally()
    crew = Crew(hub, Feed(iter([intent("a"), intent("b")])), tally, ledger, workers=3)
    crew.start()
    crew.join()
    assert {answer.command_id: answer.refusal for answer in ledger.read()} == {
        "a": "",
        "b": "exceeds_credits",
    }
    assert (tally.read().acknowledged, tally.read().refused) == (1, 1)


def test_calls_are_under_way_until_they_are_answered(ledger: AcknowledgementLedger) -> None:
    seen: list[int] = []
    hub = Script({"a": [Overloaded("busy")]}, on_failure=lambda: seen.append(crew.under_way))
    crew = Crew(hub, Feed(iter([intent("a")])), Tally(), ledger, workers=1)
    crew.start()
    crew.join()
    assert seen == [1]
    assert crew.under_way == 0


def test_what_follows_a_refusal_is_not_asked(ledger: AcknowledgementLedger) -> None:
    hub = Script({"a": [Rejected("exceeds_credits", position=9)]})
    chain = [intent("a"), intent("b", after="a"), intent("c", after="b")]
    crew = Crew(hub, Feed(iter(chain)), Tally(), ledger, workers=2)
    crew.start()
    crew.join()
    assert hub.asked == ["a"]


@pytest.mark.parametrize("trouble", [Overloaded("busy"), UNREACHABLE, OutcomeUnknown("late")])
def test_what_was_not_answered_is_asked_again_with_the_same_id(
    ledger: AcknowledgementLedger, trouble: Exception
) -> None:
    hub, tally = Script({"a": [trouble, trouble]}), Tally()
    crew = Crew(hub, Feed(iter([intent("a")])), tally, ledger, workers=1)
    crew.start()
    crew.join()
    assert hub.asked == ["a"] * 3
    assert not crew.in_doubt
    assert (tally.read().acknowledged, tally.read().in_doubt) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "is_in_doubt"), [(OutcomeUnknown("killed"), True), (UNREACHABLE, False)]
)
def test_a_command_without_outcome_is_in_doubt_until_it_is_asked_again(
    ledger: AcknowledgementLedger, answer: Exception, is_in_doubt: bool
) -> None:
    feed, tally = Feed(iter([intent("a"), intent("b", after="a")])), Tally()
    hub = Script({"a": [answer]}, on_failure=feed.stop)
    crew = Crew(hub, feed, tally, ledger, workers=1)
    crew.start()
    crew.join()
    assert list(crew.in_doubt) == ["a"] * is_in_doubt
    assert tally.read().in_doubt == is_in_doubt
    assert list(ledger.read()) == []

    feed.resume()
    again = Crew(hub, feed, tally, ledger, workers=2, in_doubt=crew.in_doubt)
    again.start()
    again.join()
    assert hub.asked == ["a", "a", "b"]
    assert not again.in_doubt
    assert tally.read().in_doubt == 0


def test_a_worker_s_failure_is_raised(ledger: AcknowledgementLedger) -> None:
    hub = Script({"a": [Malformed("nonsense", parameter="amount")]})
    crew = Crew(hub, Feed(iter([intent("a"), intent("b")])), Tally(), ledger, workers=1)
    crew.start()
    with pytest.raises(Malformed):
        crew.join()
    assert hub.asked == ["a"]
