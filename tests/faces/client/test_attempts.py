"""When a call is put again and when it is given up, decided without a connection."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.faces import shapes
from tpwallet.faces.bodies import PeriodEnd
from tpwallet.faces.client import (
    HubError,
    HubMalformed,
    HubOutcomeUnknown,
    HubOverloaded,
    HubRejected,
    HubUnauthorized,
    HubUnavailable,
    HubUnreachable,
    UnexpectedAnswer,
    limits,
    operations,
)
from tpwallet.faces.client.attempts import Attempts, Backoff, Pause, Settled
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.errors import own_problem
from tpwallet.faces.client.reply import Reply
from tpwallet.faces.http.codes import CODES

ANSWER = shapes.Receipt(command_id="c", position=7, time="2026-01-31T00:00:00.000000000Z")
LOST = ConnectionResetError("reset")


def _command(*, dry_run: bool = False) -> Call[shapes.Receipt]:
    body = PeriodEnd(through="2026-01-31")
    return operations.CLOSE_PERIOD.call(body, command_id="c", dry_run=dry_run)


def _read() -> Call[shapes.Period]:
    return operations.CLOSED_PERIOD.call()


def _problem(code: str, status: int, retry_after: str | None = None) -> Reply:
    headers = {"content-type": "application/problem+json"}
    if retry_after is not None:
        headers["retry-after"] = retry_after
    return Reply(status, headers, msgspec.json.encode(own_problem(code, status, "no")))


def _success(value: object = ANSWER) -> Reply:
    return Reply(201, {"content-type": "application/json"}, msgspec.json.encode(value))


def test_answer_settles_the_call() -> None:
    assert Attempts(_command(), 1000).answered(_success()) == Settled(ANSWER)


def test_final_refusal_is_raised_at_once() -> None:
    with pytest.raises(HubRejected) as refused:
        Attempts(_command(), 60_000).answered(_problem("exceeds_credits", 422))
    assert (refused.value.code, refused.value.command_id) == ("exceeds_credits", "c")


def test_temporary_refusal_is_waited_for_as_long_as_it_says() -> None:
    for code, status in (("overloaded", 429), ("halted", 503), ("outcome_unknown", 504)):
        outcome = Attempts(_command(), 60_000).answered(_problem(code, status, "3"))
        assert isinstance(outcome, Pause)
        assert outcome.seconds >= 3


def test_temporary_refusal_is_raised_when_there_is_no_time_to_wait() -> None:
    with pytest.raises(HubOverloaded):
        Attempts(_command(), 900).answered(_problem("overloaded", 429, "1"))


def test_lost_answer_of_a_command_is_unknown_when_time_is_out() -> None:
    with pytest.raises(HubOutcomeUnknown) as unknown:
        Attempts(_command(), 1).lost(LOST, was_sent=True)
    assert unknown.value.command_id == "c"
    assert isinstance(unknown.value.__cause__, HubUnreachable)


def test_command_that_was_never_sent_was_not_carried_out() -> None:
    with pytest.raises(HubUnreachable) as unreachable:
        Attempts(_command(), 1).lost(LOST, was_sent=False)
    assert unreachable.value.code == "hub_unreachable"


def test_hub_that_never_answered_is_given_less_time() -> None:
    attempts = Attempts(_command(), 60_000, unreached_ms=1)
    with pytest.raises(HubUnreachable):
        attempts.lost(LOST, was_sent=False)


@pytest.mark.parametrize("is_answer", [True, False])
def test_hub_that_was_reached_is_given_all_the_time(is_answer: bool) -> None:
    attempts = Attempts(_command(), 60_000, unreached_ms=1)
    if is_answer:
        assert isinstance(attempts.answered(_problem("overloaded", 429, "1")), Pause)
    else:
        assert isinstance(attempts.lost(LOST, was_sent=True), Pause)
    assert isinstance(attempts.lost(LOST, was_sent=False), Pause)


def test_a_deadline_holds_for_a_hub_that_never_answered() -> None:
    with pytest.raises(HubUnreachable):
        Attempts(_command(), 1, unreached_ms=60_000).lost(LOST, was_sent=False)


def test_clock_that_somebody_must_look_at_is_not_waited_for() -> None:
    with pytest.raises(HubUnavailable):
        Attempts(_command(), 60_000).answered(_problem("clock_refused", 503))


@pytest.mark.parametrize("call", [_read(), _command(dry_run=True)])
def test_read_or_rehearsal_has_no_unknown_outcome(call: Call[object]) -> None:
    with pytest.raises(HubUnreachable):
        Attempts(call, 1).lost(LOST, was_sent=True)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("unauthorized", 401),
        ("forbidden", 403),
        ("overloaded", 429),
        ("internal_error", 500),
        ("halted", 503),
        ("deadline_exceeded", 504),
    ],
)
def test_refusal_of_a_later_attempt_does_not_settle_a_lost_one(code: str, status: int) -> None:
    attempts = Attempts(_command(), 60_000)
    assert isinstance(attempts.lost(LOST, was_sent=True), Pause)
    with pytest.raises(HubOutcomeUnknown) as unknown:
        attempts.answered(_problem(code, status))
    assert isinstance(unknown.value.__cause__, HubError)
    assert unknown.value.__cause__.code == code


@pytest.mark.parametrize(
    ("code", "status"),
    [("malformed_request", 400), ("account_not_found", 404), ("exceeds_credits", 422)],
)
def test_refusal_of_the_command_itself_settles_a_lost_attempt(code: str, status: int) -> None:
    attempts = Attempts(_command(), 60_000)
    attempts.lost(LOST, was_sent=True)
    with pytest.raises(HubError) as refused:
        attempts.answered(_problem(code, status))
    assert refused.value.code == code


def test_answer_of_a_stranger_does_not_settle_a_lost_attempt() -> None:
    attempts = Attempts(_command(), 60_000)
    attempts.lost(LOST, was_sent=True)
    with pytest.raises(HubOutcomeUnknown):
        attempts.answered(Reply(404, {"content-type": "text/html"}, b"no such host"))


def test_first_refusal_of_who_asks_is_what_it_is() -> None:
    with pytest.raises(HubUnauthorized):
        Attempts(_command(), 60_000).answered(_problem("unauthorized", 401))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_answer_of_something_in_between_is_a_lost_one(status: int) -> None:
    page = Reply(status, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")
    assert isinstance(Attempts(_command(), 60_000).answered(page), Pause)
    with pytest.raises(HubOutcomeUnknown):
        Attempts(_command(), 1).answered(page)
    with pytest.raises(UnexpectedAnswer):
        Attempts(_read(), 1).answered(page)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {"content-type": "text/html"}, b"<h1>Welcome</h1>"),
        Reply(200, {"content-type": "application/json"}, b'{"command_id": 7}'),
        Reply(200, {"content-type": "application/json"}, b'{"command_id": "c"'),
        Reply(200, {"content-type": "application/json"}, b"\xff"),
        Reply(302, {"location": "https://elsewhere.example"}, b""),
        Reply(403, {"content-type": "text/html"}, b"no"),
        Reply(422, {"content-type": "application/problem+json"}, b"{}"),
    ],
)
def test_answer_that_no_hub_gives_is_said_to_be_one(reply: Reply) -> None:
    with pytest.raises(UnexpectedAnswer) as unexpected:
        Attempts(_command(), 60_000).answered(reply)
    assert (unexpected.value.status, unexpected.value.command_id) == (reply.status, "c")


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_of_a_hub_is_waited_for_or_raised(code: str) -> None:
    meaning = CODES[code]
    retry_after = "1" if meaning.is_temporary else None
    reply = _problem(code, meaning.status, retry_after)
    if meaning.is_temporary:
        assert isinstance(Attempts(_command(), 60_000).answered(reply), Pause)
    with pytest.raises(HubError) as refused:
        Attempts(_command(), 1).answered(reply)
    assert refused.value.code == code
    if meaning.status == 400:
        assert isinstance(refused.value, HubMalformed)


def test_call_is_the_same_in_every_attempt() -> None:
    call = operations.CLOSE_PERIOD.call(PeriodEnd(through="2026-01-31"))
    assert call.command_id is not None
    assert call.headers(1000)["Idempotency-Key"] == call.headers(7)["Idempotency-Key"]
    other = operations.CLOSE_PERIOD.call(PeriodEnd(through="2026-01-31"))
    assert other.command_id != call.command_id


def test_hub_is_told_how_much_time_is_left() -> None:
    attempts = Attempts(_command(), 3_600_000)
    assert attempts.left_ms == 60_000  # a hub waits no longer
    assert 0 < Attempts(_command(), 500).left_ms <= 500
    assert _command().headers(500)["Tpwallet-Deadline-Ms"] == "500"


@given(least_ms=st.integers(0, 10_000), count=st.integers(1, 30))
def test_pauses_grow_within_their_limits(least_ms: int, count: int) -> None:
    backoff = Backoff()
    pauses = [backoff.pause_ms(least_ms) for _ in range(count)]
    assert all(least_ms <= pause <= max(least_ms, 3 * limits.RETRY_MS_MAX // 2) for pause in pauses)
    backoff.reset()
    assert backoff.pause_ms() <= 3 * limits.RETRY_MS_MIN // 2
