"""No argument of another kind gets past the library or the client: each is refused by name, before
anything is booked or sent, and never as a fault of ours.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from inspect import signature
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import tpwallet
from tests.faces.client.hubs import nobody
from tests.faces.http.served import ALICE, BANK
from tests.faces.wrong_arguments import Case, cases_of, methods_of, parameters_of, taken
from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.client import AsyncClient, Client
from tpwallet.faces.client.api import Methods
from tpwallet.faces.embedded import Pool
from tpwallet.faces.reading.reads import Reads
from tpwallet.kernel.errors import Malformed, Rejected

PATHS: list[Any] = [None, 5, 1.5, True, b"pool", ["pool"], "a\0b"]

OF_POOL = {name: one for name, one in methods_of(Pool).items() if parameters_of(one)}
OF_READER = {name: one for name, one in methods_of(Reads).items() if parameters_of(one)}
OF_CLIENT = {name: one for name, one in methods_of(Methods).items() if parameters_of(one)}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """An open pool with two accounts and some money."""
    with tpwallet.open(tmp_path_factory.mktemp("wrong") / "pool") as found:
        found.open_account(BANK, asset="EUR", kind="asset")
        found.open_account(ALICE, asset="EUR", kind="liability")
        found.transfer(debit=BANK, credit=ALICE, amount="9.00", asset="EUR")
        yield found


@pytest.fixture(scope="module")
def reader(pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reads]:
    """The same, for reading only."""
    path = tmp_path_factory.mktemp("read") / "pool"
    with tpwallet.open(path) as made:
        made.open_account(ALICE, asset="EUR", kind="liability")
    with tpwallet.read(path) as found:
        yield found


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A client of nobody: what is sent fails otherwise than what is refused."""
    with Client(nobody(), "tpk_x", unreached_ms=1) as found:
        yield found


def refusals(owner: Any, cases: Iterator[Case]) -> Iterator[str]:
    """What is not refused as it should be."""
    for case in cases:
        told = f"{case.method}({case.parameter}={case.arguments[case.parameter]!r:.60})"
        try:
            found = getattr(owner, case.method)(**case.arguments)
        except Malformed as error:
            parameter = str(error.facts.get("parameter"))
            if parameter.partition("[")[0].partition(".")[0] != case.parameter:
                yield f"{told} is told of {parameter}: {error}"
            if "regex" in str(error) or "`str`" in str(error) or "`int`" in str(error):
                yield f"{told} is told as {error}"
        except Exception as error:  # noqa: BLE001 - what is raised here is the finding
            yield f"{told} raises {type(error).__name__}: {error} {getattr(error, 'facts', '')}"
        else:
            yield f"{told} is answered {found!r:.80}"


@pytest.mark.parametrize("name", sorted(OF_POOL))
def test_wrong_argument_of_the_library_is_refused_by_name(pool: Pool, name: str) -> None:
    before = pool.position
    assert list(refusals(pool, cases_of(name, OF_POOL[name]))) == []
    assert pool.position == before


@pytest.mark.parametrize("name", sorted(OF_READER))
def test_wrong_argument_of_a_reader_is_refused_by_name(reader: Reads, name: str) -> None:
    assert list(refusals(reader, cases_of(name, OF_READER[name]))) == []


@pytest.mark.parametrize("name", sorted(OF_CLIENT))
def test_wrong_argument_of_the_client_is_refused_by_name(client: Client, name: str) -> None:
    assert list(refusals(client, cases_of(name, OF_CLIENT[name]))) == []


def test_both_clients_have_the_same_methods() -> None:
    assert methods_of(Client).keys() - {"close"} == methods_of(AsyncClient).keys() - {"aclose"}


@pytest.mark.parametrize("owner", [Pool, Reads])
def test_every_method_is_held_to_its_shapes(owner: type) -> None:
    bare = [name for name, one in methods_of(owner).items() if not hasattr(one, "__wrapped__")]
    assert bare == []


def test_method_that_is_not_told_of_is_noticed() -> None:
    def lend(self: object, *, collateral: str) -> None: ...

    with pytest.raises(KeyError):
        list(cases_of("lend", lend))


def test_what_is_right_is_taken(pool: Pool) -> None:
    for name, method in OF_POOL.items():
        if name in {"erase", "import_transfers", "issue_key", "override_clock", "open_sealed"}:
            continue
        arguments = {one.name: taken(name, one.name).right for one in parameters_of(method)}
        arguments = {one: value for one, value in arguments.items() if value is not None}
        try:
            getattr(pool, name)(**arguments)
        except Rejected:  # by the rules, and not for its shape
            continue


@pytest.mark.parametrize("path", PATHS)
def test_wrong_path_is_refused_by_name(path: Any) -> None:
    for door in (tpwallet.open, lambda path: tpwallet.read(path).__enter__()):
        with pytest.raises(Malformed) as refused:
            door(path)
        assert refused.value.facts["parameter"] == "path"


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"create": 1}, "create"),
        ({"create": None}, "create"),
        ({"base_asset": 5}, "base_asset"),
        ({"base_asset": "eur"}, "base_asset"),
        ({"base_asset": "NOSUCH"}, "base_asset"),
    ],
)
def test_pool_is_not_made_of_wrong_arguments(
    tmp_path: Path, wrong: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(Malformed) as refused:
        tpwallet.open(tmp_path / "pool", **wrong)
    assert refused.value.facts["parameter"] == parameter
    assert not (tmp_path / "pool").exists()


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (1.0, "expected text, got a float. A decimal amount in the asset's own scale: `12.50`"),
        (5, "expected text, got a whole number. A decimal amount in the asset's own scale"),
        (Decimal("1.00"), "expected text, got a Decimal. A decimal amount in the asset's own"),
        (None, "expected text, got None. A decimal amount in the asset's own scale: `12.50`"),
        ("1e5", "expected text of another form. A decimal amount in the asset's own scale"),
    ],
)
def test_what_is_wrong_with_an_amount_is_a_sentence(
    pool: Pool, client: Client, amount: Any, sentence: str
) -> None:
    for door in (pool, client):
        with pytest.raises(Malformed) as refused:
            door.transfer(debit=BANK, credit=ALICE, amount=amount, asset="EUR")
        assert str(refused.value).startswith(sentence)


def test_shapes_of_the_library_take_what_they_should(pool: Pool) -> None:
    class Code(StrEnum):
        EURO = "EUR"

    notes = MappingProxyType({"order": "7"})
    leg = Leg(debit=BANK, credit=ALICE, amount="1.00", asset=Code.EURO)
    assert pool.post((leg, leg), metadata=notes, dry_run=True).transfers
    paid = pool.transfer(debit=BANK, credit=ALICE, amount="1.00", asset=Code.EURO, dry_run=True)
    assert paid.transfers[0].asset == "EUR"


def test_signature_is_shown_in_plain_types() -> None:
    for method in (Pool.transfer, Client.transfer):
        told = str(signature(method))
        assert "Annotated" not in told
        assert "amount: str, asset: str, code: int = 1, transfer_id: str | None = None" in told


def test_call_that_misses_an_argument_is_python_s_to_refuse(pool: Pool) -> None:
    with pytest.raises(TypeError, match="amount"):
        pool.transfer(debit=BANK, credit=ALICE, asset="EUR")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="price"):
        pool.transfer(price=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        pool.keys(1)  # type: ignore[call-arg]
