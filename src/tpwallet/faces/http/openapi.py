"""The API described in OpenAPI 3.1, made from the routes themselves.

Litestar writes the operations; three things it does not know are added. Bodies refuse unknown
fields, so their schemas say `additionalProperties: false`. Every operation may answer with a
problem. And a batch is bytes, columns or rows, which no Python type says.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX
from tpwallet.faces import bodies, reading_shapes, shapes
from tpwallet.faces.http import limits
from tpwallet.faces.http.headers import DEADLINE, POSITION
from tpwallet.faces.http.media_types import (
    ARROW,
    BINARY,
    CSV,
    EVENTS,
    JSON,
    NDJSON,
    PARQUET,
    PROBLEM,
)
from tpwallet.faces.http.request import ApiRequest
from tpwallet.proofs import evidence

_SECURITY = "apiKey"
_MODULES = (bodies, shapes, reading_shapes, evidence)
_METHODS = ("get", "put", "post", "delete")
_DESCRIPTION = (
    "A money hub: accounts, transfers, holds, proofs. Amounts and ids are decimal strings, times "
    "are RFC 3339. A key belongs to one pool. Every refusal is a problem (RFC 9457) with a stable "
    "code; /v1/errors lists them."
)
# Operations whose body or answer is more than one Python type.
_ROWS: dict[str, type[msgspec.Struct]] = {
    "create_accounts": bodies.RawAccount,
    "create_transfers": bodies.RawTransfer,
}
_REFERENCE = "#/components/schemas/{}"
_OPEN_PATHS = {"/healthz", "/readyz", "/v1/errors", "/v1/errors/{code}"}
_BYTES = {"type": "string", "format": "binary"}
_DONE = {"200": "Done", "201": "Booked", "503": "Not ready"}
_POSITION_HEADER = {
    "description": "The position of the journal that the answer reflects.",
    "schema": {"type": "integer"},
}
_PROBLEM = {
    "description": "A refusal (RFC 9457)",
    "content": {PROBLEM: {"schema": {"$ref": _REFERENCE.format("Problem")}}},
}
_DEADLINE_PARAMETER = {
    "name": DEADLINE,
    "in": "header",
    "required": False,
    "description": "After so many milliseconds a command that was not begun is dropped.",
    "schema": {"type": "integer", "minimum": 1, "maximum": limits.DEADLINE_MS_MAX},
}


@cache
def document(routes: tuple[Router, ...]) -> dict[str, Any]:
    """The OpenAPI document of some routes."""
    app = Litestar(
        route_handlers=list(routes),
        request_class=ApiRequest,
        openapi_config=OpenAPIConfig(
            title="tpwallet",
            version=version("tpwallet"),
            description=_DESCRIPTION,
            use_handler_docstrings=True,
            security=[{_SECURITY: []}],
            components=Components(
                security_schemes={
                    _SECURITY: SecurityScheme(
                        type="http", scheme="bearer", description="An API key, tpk_…"
                    )
                }
            ),
        ),
        logging_config=None,
    )
    found: dict[str, Any] = app.openapi_schema.to_schema()
    return _completed(found)


def _completed(found: dict[str, Any]) -> dict[str, Any]:
    """The document with what Litestar does not know."""
    operations = [
        (path, item[method])
        for path, item in found["paths"].items()
        for method in _METHODS
        if method in item
    ]
    schemas = found["components"]["schemas"]
    rows = list(_ROWS.values())
    schemas.update(_schemas({*schemas, shapes.Problem.__name__, *(row.__name__ for row in rows)}))
    for path, operation in operations:
        _complete(path, operation)
    return found


def _schemas(names: Iterable[str]) -> dict[str, Any]:
    """The schemas of our structs, as their own decoder sees them."""
    kinds = [_kind(name) for name in sorted(names)]
    _, components = msgspec.json.schema_components(kinds, ref_template=_REFERENCE.format("{name}"))
    return components


def _kind(name: str) -> type[msgspec.Struct]:
    found = next(getattr(module, name) for module in _MODULES if hasattr(module, name))
    kind: type[msgspec.Struct] = found
    return kind


def _complete(path: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for parameter in operation.get("parameters", ()):
        _drop_null(parameter["schema"])
    responses.pop("400", None)  # Litestar's own form
    name = operation["operationId"]
    for status, response in responses.items():
        response["description"] = _DONE[status]
        response["headers"] = {POSITION: _POSITION_HEADER}
    if name == "import_transfers":
        text = {"schema": {"type": "string"}}
        content = {CSV: text, NDJSON: text, PARQUET: {"schema": _BYTES}}
        operation["requestBody"] = {"required": True, "content": content}
    if name in _ROWS:
        row = _ROWS[name]
        operation["requestBody"] = _batch_body(row)
        receipt = {"schema": {"$ref": _REFERENCE.format("BatchReceipt")}}
        responses["200"]["content"] = {JSON: receipt, BINARY: {"schema": _BYTES}}
    if name == "read_metrics":
        responses["200"]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    if path.endswith("/stream"):
        responses["200"]["content"] = {EVENTS: {"schema": {"type": "string"}}}
    if path in _OPEN_PATHS:
        operation["security"] = []
    elif path.startswith("/v1/"):
        operation.setdefault("parameters", []).append(_DEADLINE_PARAMETER)
    for status in ("4XX", "5XX"):
        responses[status] = _PROBLEM


def _drop_null(schema: dict[str, Any]) -> None:
    """A parameter is there or not; it is never null."""
    choices = schema.pop("oneOf", None)
    if choices is not None:
        (kind,) = [choice for choice in choices if choice != {"type": "null"}]
        schema.update({**kind, **schema})


def _batch_body(row: type[msgspec.Struct]) -> dict[str, Any]:
    items = {"$ref": _REFERENCE.format(row.__name__)}
    rows = {"type": "array", "items": items, "minItems": 1, "maxItems": BATCH_RECORDS_MAX}
    return {
        "required": True,
        "content": {
            BINARY: {"schema": _BYTES},
            ARROW: {"schema": _BYTES},
            JSON: {"schema": rows},
        },
    }
