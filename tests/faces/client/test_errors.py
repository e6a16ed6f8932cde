"""What a client raises: the library's kinds of error, with everything the hub has told."""

import pickle
from typing import Any

import pytest

from tests.faces.client.hubs import Hub
from tests.faces.client.using import fresh, pay
from tests.faces.http.served import ALICE, BANK, issue
from tpwallet.faces.client import (
    Client,
    HubError,
    HubExecutedBeforeErasure,
    HubForbidden,
    HubMalformed,
    HubRejected,
    HubUnauthorized,
    Leg,
    Personal,
)
from tpwallet.faces.client.errors import error_of, own_problem
from tpwallet.faces.http.codes import CODES
from tpwallet.faces.http.problems import problem_of
from tpwallet.kernel.errors import (
    ExecutedBeforeErasure,
    Forbidden,
    Malformed,
    OutcomeUnknown,
    Rejected,
    TpwalletError,
    Unauthorized,
)


def test_refusal_of_the_books_has_code_parameter_facts_and_position(client: Any) -> None:
    paid = pay(client)
    legs = [
        Leg(debit=BANK, credit=ALICE, amount="1.00", asset="EUR"),
        Leg(debit=ALICE, credit="nobody/EUR", amount="1.00", asset="EUR"),
    ]
    with pytest.raises(Rejected) as refused:
        client.post(legs, command_id=f"refused-{fresh()}")
    error = refused.value
    assert isinstance(error, HubRejected)
    assert (error.code, error.parameter, error.status) == (
        "credit_account_not_found",
        "legs[1].credit",
        404,
    )
    assert error.facts["leg"] == 1
    assert error.position == paid.position + 1
    assert client.entry(error.position).command_id == error.command_id


def test_kinds_are_the_library_s(hub: Hub, client: Any) -> None:
    with pytest.raises(Malformed) as malformed:
        client.transfer(debit="a//b", credit=ALICE, amount="1", asset="EUR")
    assert isinstance(malformed.value, HubMalformed)
    assert malformed.value.facts == {"parameter": "debit"}
    with Client(hub.url, "tpk_unknown") as stranger, pytest.raises(Unauthorized) as unknown:
        stranger.totals()
    assert isinstance(unknown.value, HubUnauthorized)
    with Client(hub.url) as nobody, pytest.raises(Unauthorized):
        nobody.totals()
    reader = issue(hub.pool, f"reader-{fresh()}", "ledger:read")
    with Client(hub.url, reader) as weak, pytest.raises(Forbidden) as forbidden:
        pay(weak)
    assert isinstance(forbidden.value, HubForbidden)
    assert forbidden.value.facts["scope"] == "ledger:write"


def test_command_executed_before_an_erasure_cannot_be_read_as_not_done(client: Any) -> None:
    subject, command_id = f"person-{fresh()}", f"paid-{fresh()}"
    memo = Personal(subject=subject, texts={"note": "rent"})
    paid = pay(client, personal=memo, command_id=command_id)
    client.erase(subject)
    with pytest.raises(OutcomeUnknown) as told:
        pay(client, personal=memo, command_id=command_id)
    error = told.value
    assert isinstance(error, HubExecutedBeforeErasure)
    assert isinstance(error, ExecutedBeforeErasure)
    assert not isinstance(error, Rejected)
    assert error.position is not None
    assert error.position <= paid.position
    assert error.facts == {
        "command_id": command_id,
        "position": error.position,
        "parameter": "Idempotency-Key",
    }
    assert problem_of(error) == error.problem
    assert client.entry(error.position).command_id == command_id
    with pytest.raises(HubRejected) as fresh_one:
        pay(client, personal=memo)
    assert (fresh_one.value.code, fresh_one.value.position) == ("subject_erased", None)


@pytest.mark.parametrize("code", sorted(CODES))
def test_problem_of_an_error_is_the_problem_it_was_made_of(code: str) -> None:
    told = problem_of(Rejected(code, "no", parameter="amount", leg=3))
    assert problem_of(error_of(told)) == told


def test_position_and_instance_are_facts_for_who_shows_errors() -> None:
    import msgspec

    told = msgspec.structs.replace(
        own_problem("exceeds_credits", 422, "no"), position=9, instance="urn:uuid:1"
    )
    assert error_of(told).facts == {"position": 9, "instance": "urn:uuid:1"}


def test_error_can_be_passed_between_processes() -> None:
    error = error_of(own_problem("exceeds_credits", 422, "no"), "c")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, HubRejected)
    assert (again.code, str(again), again.command_id) == ("exceeds_credits", "no", "c")
    assert again.problem == error.problem


def test_every_error_is_one_of_ours() -> None:
    assert issubclass(HubError, TpwalletError)
