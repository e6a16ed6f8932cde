import threading
import time
from itertools import count

from tests.lab.demo.pieces import intent
from tpwallet.lab.day.limits import SECONDS_PER_DAY
from tpwallet.lab.demo.feed import Feed


def test_intents_come_in_order_and_end() -> None:
    feed = Feed(iter([intent("a"), intent("b")]))
    assert [one and one.command_id for one in (feed.take(), feed.take(), feed.take())] == [
        "a",
        "b",
        None,
    ]


def test_an_intent_waits_for_its_forerunner() -> None:
    first, then = intent("a"), intent("b", after="a")
    feed = Feed(iter([first, then]))
    assert feed.take() == first
    taken = []
    waiting = threading.Thread(target=lambda: taken.append(feed.take()))
    waiting.start()
    time.sleep(0.15)
    assert taken == []
    feed.acknowledged(first)
    waiting.join(5)
    assert taken == [then]
    assert not feed.is_moot(then)


def test_what_follows_a_refusal_is_moot() -> None:
    first, then = intent("a"), intent("b", after="a")
    feed = Feed(iter([first, then]))
    feed.take()
    feed.refused(first)
    taken = feed.take()
    assert taken == then
    assert feed.is_moot(then)


def test_what_was_given_back_comes_first_after_a_stop() -> None:
    feed = Feed(intent(str(number)) for number in count())
    lost = [feed.take(), feed.take()]
    feed.stop()
    for one in lost:
        assert one is not None
        feed.give_back(one)
    assert feed.take() is None
    feed.resume()
    assert [feed.take(), feed.take()] == lost
    assert feed.take() == intent("2")


def test_a_finished_feed_hands_out_what_was_given_back_and_nothing_new() -> None:
    feed = Feed(intent(str(number)) for number in count())
    first = feed.take()
    assert first is not None
    feed.give_back(first)
    feed.finish()
    assert not feed.is_stopped
    assert [feed.take(), feed.take()] == [first, None]


def test_a_stop_wakes_those_who_wait_and_loses_nothing() -> None:
    then = intent("b", after="a")
    feed = Feed(iter([then]))
    taken = []
    waiting = threading.Thread(target=lambda: taken.append(feed.take()))
    waiting.start()
    feed.stop()
    waiting.join(5)
    assert taken == [None]
    feed.acknowledged(intent("a"))
    feed.resume()
    assert feed.take() == then


def test_the_day_passes_in_its_seconds_and_the_night_at_once() -> None:
    feed = Feed(
        iter([intent("a"), intent("b", second=SECONDS_PER_DAY // 2), intent("c", second=10**6)]),
        day_seconds=0.4,
    )
    started = time.monotonic()
    feed.take()
    feed.take()
    noon = time.monotonic() - started
    feed.take()
    assert 0.2 <= noon < 2
    assert time.monotonic() - started < noon + 1
    assert feed.second == 10**6
