"""The table of operations is the server's own description, and every one has a method."""

import re
from typing import Any

import pytest

from tests.faces.client.scenarios import SCENARIOS
from tpwallet.faces.client import operations
from tpwallet.faces.client.api import Methods
from tpwallet.faces.client.operation import Operation
from tpwallet.faces.http.app import ROUTES
from tpwallet.faces.http.openapi import document
from tpwallet.kernel.access import SCOPES

TABLE = {found.name: found for found in vars(operations).values() if isinstance(found, Operation)}
METHODS = ("get", "put", "post", "delete")


def _described() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """(method, path, description) of every operation of the document."""
    return {
        item[method]["operationId"]: (method.upper(), path, item[method])
        for path, item in document(ROUTES)["paths"].items()
        for method in METHODS
        if method in item
    }


DESCRIBED = _described()


def _shape(content: dict[str, Any]) -> str | None:
    """The name of the shape that some content is in JSON."""
    schema = content.get("application/json", {}).get("schema", {})
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def test_every_operation_of_the_api_is_in_the_table() -> None:
    assert TABLE.keys() == DESCRIBED.keys()


@pytest.mark.parametrize("name", sorted(TABLE))
def test_operation_is_as_the_server_describes_it(name: str) -> None:
    ours, (method, path, described) = TABLE[name], DESCRIBED[name]
    assert (ours.method, ours.path) == (method, re.sub(r":\w+\}", "}", path))
    parameters = {one["name"] for one in described.get("parameters", ())}
    assert ours.waits == ("at_least" in parameters)
    assert (ours.scope is None) == (described.get("security") == [])
    answer = next(one for status, one in described["responses"].items() if status[0] == "2")
    if not path.endswith("/stream") and name != "read_metrics":
        assert ours.answer.__name__ == _shape(answer["content"])
    sent = described.get("requestBody", {}).get("content", {})
    if not sent.keys() - {"application/json"}:
        assert (ours.body.__name__ if ours.body else None) == _shape(sent)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_operation_has_a_method_that_is_tried(name: str) -> None:
    tried = [scenario for scenario in SCENARIOS if scenario.operation == name]
    assert tried, f"no scenario asks {name}"


def test_scopes_are_the_machine_s() -> None:
    assert {one.scope for one in TABLE.values() if one.scope} == set(SCOPES)


def test_every_method_is_tried() -> None:
    public = {name for name in dir(Methods) if not name.startswith("_")}
    assert public == {scenario.method for scenario in SCENARIOS}
