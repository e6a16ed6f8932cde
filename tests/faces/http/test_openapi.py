"""The OpenAPI document is true, and a client generator can work from it."""

import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings

from tests.faces.http.live import listening
from tests.faces.http.served import ALICE, BANK, issue, serve_pool
from tpwallet.faces.http import limits
from tpwallet.faces.http.app import ROUTES
from tpwallet.faces.http.headers import DEADLINE
from tpwallet.faces.http.media_types import ARROW
from tpwallet.faces.http.openapi import document

DOCUMENT = document(ROUTES)
TARGET_BYTES_MAX = 60_000  # what the HTTP parser takes is 65,535
EXAMPLES_MAX = 15


def _schemas(name: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name]
    return found


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    ]


def test_bodies_say_that_unknown_fields_are_refused() -> None:
    for _path, _method, operation in _operations():
        for media in operation.get("requestBody", {}).get("content", {}).values():
            reference = media["schema"].get("$ref")
            if reference:
                assert _schemas(reference.rpartition("/")[2])["additionalProperties"] is False
    assert _schemas("Personal")["additionalProperties"] is False
    assert _schemas("Leg")["properties"]["code"] == {
        "description": "What kind of movement this is.",
        "type": "integer",
        "minimum": 1,
        "maximum": 65_535,
        "default": 1,
    }


def test_every_operation_tells_its_refusals_and_its_security() -> None:
    assert DOCUMENT["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    for path, _method, operation in _operations():
        if path.startswith("/v1/") and not path.startswith("/v1/errors"):
            assert "security" not in operation  # so the document's own: an API key
            for status in ("4XX", "5XX"):
                (media,) = operation["responses"][status]["content"]
                assert media == "application/problem+json"
        assert operation["summary"]
        assert operation["tags"]
    names = [operation["operationId"] for _, _, operation in _operations()]
    assert len(names) == len(set(names))


def test_every_money_route_requires_an_idempotency_key() -> None:
    for path in (
        "/v1/transfers",
        "/v1/postings",
        "/v1/holds",
        "/v1/holds/{pending_id}/post",
        "/v1/holds/{pending_id}/void",
        "/v1/batches/transfers",
        "/v1/account-actions/set-credit-line",
    ):
        parameters = DOCUMENT["paths"][path]["post"]["parameters"]
        (key,) = [one for one in parameters if one["name"] == "Idempotency-Key"]
        assert key["required"] is True


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a running server, and a key."""
    pool = serve_pool(tmp_path_factory.mktemp("pools") / "pool")
    token = issue(pool, "all")
    with listening([pool]) as address:
        yield address, token


@pytest.mark.slow
def test_generated_client_books_a_transfer(tmp_path: Path, api: tuple[str, str]) -> None:
    address, token = api
    with _generated(tmp_path) as package:
        names = {
            module.name.rpartition(".")[2]
            for module in pkgutil.walk_packages(package.__path__, "generated_tpwallet.")
        }
        described = {operation["operationId"] for _, _, operation in _operations()}
        assert described - {"import_transfers"} <= names  # it knows no bodies of text/csv
        create = importlib.import_module("generated_tpwallet.api.money.create_transfer")
        balance = importlib.import_module("generated_tpwallet.api.reading.read_balance")
        models = importlib.import_module("generated_tpwallet.models")
        body = models.NewTransfer(debit=BANK, credit=ALICE, amount="1.25", asset="EUR")
        with package.AuthenticatedClient(base_url=address, token=token) as client:
            receipt = create.sync(client=client, body=body, idempotency_key="generated")
            assert isinstance(receipt, models.Receipt)
            assert receipt.transfers[0].amount == "1.25"
            assert balance.sync(ALICE, client=client).posted == "1.25"
            refused = create.sync(
                client=client,
                body=models.NewTransfer(debit="nobody", credit=ALICE, amount="1", asset="EUR"),
                idempotency_key="refused",
            )
            assert refused.code == "debit_account_not_found"


@contextmanager
def _generated(folder: Path) -> Iterator[ModuleType]:
    """A client that openapi-python-client makes of the document."""
    source, made = folder / "openapi.json", folder / "generated"
    source.write_text(json.dumps(DOCUMENT))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    subprocess.run(
        [*command, "--path", source, "--output-path", made / "generated_tpwallet"],
        check=True,
        capture_output=True,
        env={"PATH": str(Path(sys.executable).parent)},
    )
    sys.path.insert(0, str(made))
    try:
        yield importlib.import_module("generated_tpwallet")
    finally:
        sys.path.remove(str(made))


@schemathesis.serializer(ARROW)
def _bytes(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()


# What a schema cannot say is left to the other tests: which accounts there are, what the books
# allow. Headers that nobody knows are let through, as proxies add them.
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {"positive_data_acceptance": {"enabled": False}},
        "generation": {"allow-extra-parameters": False},
    }
)
schema = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)


def _in_time(case: schemathesis.Case[Any]) -> None:
    """Let a good deadline be long enough to be kept, and a position be one that is reached."""
    drawn = str(case.headers.get(DEADLINE, ""))
    if drawn.isdigit() and 0 < int(drawn) <= limits.DEADLINE_MS_MAX:
        case.headers.update({DEADLINE: str(limits.DEADLINE_MS_MAX)})
    for name in ("at_least", "at", "since", "until"):
        wanted = str(case.query.get(name, ""))
        if wanted.isdigit() and int(wanted) < 1 << 63 and len(wanted) <= 19:
            case.query[name] = "1"


@pytest.mark.slow
@schema.exclude(path_regex="/stream$|/imports$").parametrize()  # endless; any text may be a file
@settings(
    max_examples=EXAMPLES_MAX,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_the_answer_is_as_described(
    case: schemathesis.Case[Any], api: tuple[str, str]
) -> None:
    address, token = api
    assume(len(urlencode(case.query)) < TARGET_BYTES_MAX)  # past it no request is read at all
    _in_time(case)
    case.call_and_validate(base_url=address, headers={"Authorization": f"Bearer {token}"})
