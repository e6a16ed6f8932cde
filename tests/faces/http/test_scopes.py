"""No route of a pool does anything for a key without its scope, nor without a key."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import tpwallet
from tests.faces.http.served import ALICE, BANK, Door, issue
from tpwallet.faces.http.app import ROUTES
from tpwallet.faces.http.openapi import document
from tpwallet.kernel.access import (
    ADMIN,
    LEDGER_BULK,
    LEDGER_READ,
    LEDGER_WRITE,
    METRICS_READ,
    PERSONAL_READ,
    PROOFS_READ,
    SCOPES,
)

PATHS = document(ROUTES)["paths"]
REFERENCE = Path(tpwallet.__file__).parent.parent.parent / "docs" / "reference" / "http-api.md"
TEXT = REFERENCE.read_text(encoding="utf-8")
LEG = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}


class Asked(NamedTuple):
    """The scope an operation needs, and a request for it that is right."""

    scope: str
    body: Any = None
    path: dict[str, str] = {}  # noqa: RUF012 - of a named tuple, never changed
    query: dict[str, str] = {}  # noqa: RUF012


FEES = {"kind": "fees", "name": "card"}
ASKED = {
    "open_account": Asked(LEDGER_WRITE, {"address": "a", "asset": "EUR", "kind": "asset"}),
    "freeze_account": Asked(LEDGER_WRITE, {"account": ALICE}),
    "close_account": Asked(LEDGER_WRITE, {"account": ALICE}),
    "reopen_account": Asked(LEDGER_WRITE, {"account": ALICE}),
    "set_credit_line": Asked(LEDGER_WRITE, {"address": ALICE, "asset": "EUR", "limit": "1.00"}),
    "create_transfer": Asked(LEDGER_WRITE, LEG),
    "create_posting": Asked(LEDGER_WRITE, {"legs": [LEG]}),
    "create_hold": Asked(LEDGER_WRITE, LEG),
    "post_hold": Asked(LEDGER_WRITE, {}, {"pending_id": "7"}),
    "void_hold": Asked(LEDGER_WRITE, {}, {"pending_id": "7"}),
    "create_accounts": Asked(LEDGER_BULK, [{"id": "1", "ledger": 978, "code": 1}]),
    "create_transfers": Asked(LEDGER_BULK, [{"id": "1"}]),
    "import_transfers": Asked(LEDGER_BULK, b"debit,credit,amount,asset\n"),
    "issue_key": Asked(ADMIN, {"key_id": "k", "scopes": ["ledger:read"]}),
    "list_keys": Asked(ADMIN),
    "revoke_key": Asked(ADMIN, path={"key_id": "all"}),
    "put_document": Asked(ADMIN, {"schema": 1, "content": 1}, FEES),
    "roll_back_document": Asked(ADMIN, {"version": 1}, FEES),
    "documents_in_force": Asked(LEDGER_READ, path=FEES),
    "document_history": Asked(LEDGER_READ, path=FEES),
    "register_asset": Asked(ADMIN, {"code": "POINTS", "scale": 0, "ledger": 20_001}),
    "list_assets": Asked(LEDGER_READ),
    "delist_asset": Asked(ADMIN, {}, {"code": "EUR"}),
    "rescale_accounts": Asked(ADMIN, {"successor": "USD", "ratio": "1"}, {"code": "EUR"}),
    "close_period": Asked(ADMIN, {"through": "2026-01-31"}),
    "closed_period": Asked(LEDGER_READ),
    "grant_bulk": Asked(ADMIN, {"holder": "key:k", "subtrees": ["bank"]}),
    "list_grants": Asked(LEDGER_READ),
    "end_grant": Asked(ADMIN, path={"bit": "1"}),
    "override_clock": Asked(ADMIN, {"reason": "checked"}),
    "read_personal_text": Asked(PERSONAL_READ, path={"reference": "0" * 32}),
    "erase_person": Asked(ADMIN, {"subject": "p"}),
    "read_balance": Asked(LEDGER_READ, path={"account": ALICE}),
    "statement": Asked(LEDGER_READ, path={"account": ALICE}),
    "list_accounts": Asked(LEDGER_READ),
    "look_up_accounts": Asked(LEDGER_READ, query={"accounts": ALICE}),
    "look_up_transfers": Asked(LEDGER_READ, query={"transfer_ids": "7"}),
    "read_account": Asked(LEDGER_READ, path={"account": ALICE}),
    "read_transfer": Asked(LEDGER_READ, path={"transfer_id": "7"}),
    "list_transactions": Asked(LEDGER_READ),
    "read_totals": Asked(LEDGER_READ),
    "read_tree": Asked(LEDGER_READ, path={"path": "customer"}),
    "list_events": Asked(LEDGER_READ),
    "stream_events": Asked(LEDGER_READ),
    "list_changes": Asked(LEDGER_READ),
    "stream_changes": Asked(LEDGER_READ),
    "read_entry": Asked(LEDGER_READ, path={"position": "1"}),
    "read_progress": Asked(LEDGER_READ),
    "read_checkpoint": Asked(PROOFS_READ),
    "prove_transfer": Asked(PROOFS_READ, path={"transfer_id": "7"}),
    "prove_event": Asked(PROOFS_READ, path={"position": "1"}),
    "prove_item": Asked(PROOFS_READ, path={"position": "1", "index": "0"}),
    "prove_consistency": Asked(PROOFS_READ, query={"old": "1"}),
    "read_metrics": Asked(METRICS_READ),
}
OPEN = {"is_alive", "is_ready", "list_error_codes", "read_error_code"}
OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, item in PATHS.items()
    for method, operation in item.items()
}


def test_every_operation_is_asked_here() -> None:
    assert set(OPERATIONS) == set(ASKED) | OPEN
    assert set(SCOPES) == {asked.scope for asked in ASKED.values()}


def test_the_reference_lists_every_route_with_its_scope() -> None:
    listed = set(re.findall(r"^\| `(\w+) (/\S+)` \| `([a-z:]+)` \| (K\.)?", TEXT, re.MULTILINE))
    required = {
        name
        for name, (method, path) in OPERATIONS.items()
        for parameter in PATHS[path][method.lower()].get("parameters", ())
        if parameter["name"] == "Idempotency-Key" and parameter["required"]
    }
    assert listed == {
        (*OPERATIONS[name], asked.scope, "K." if name in required else "")
        for name, asked in ASKED.items()
    }


@pytest.mark.parametrize("name", sorted(ASKED))
def test_key_without_the_scope_is_turned_away_and_one_with_it_is_not(door: Door, name: str) -> None:
    asked = ASKED[name]
    others = [scope for scope in SCOPES if scope != asked.scope]
    without, only = issue(door.pool, "others", *others), issue(door.pool, "only", asked.scope)
    position = door.pool.writer.position
    for authorization in ({}, {"Authorization": f"Bearer {without}"}):
        answer = _ask(door, name, authorization)
        assert answer.status_code == (403 if authorization else 401), (name, answer.text)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert door.pool.writer.position == position
    if name.startswith("stream_"):
        return  # it would not end
    allowed = _ask(door, name, {"Authorization": f"Bearer {only}"})
    assert allowed.status_code not in {401, 403}, (name, allowed.text)
    assert allowed.status_code < 500, allowed.text


def _ask(door: Door, name: str, authorization: dict[str, str]) -> Any:
    asked = ASKED[name]
    method, path = OPERATIONS[name]
    headers = {"Idempotency-Key": f"key-{len(authorization)}-{name}", **authorization}
    rest: dict[str, Any] = {}
    if isinstance(asked.body, bytes):
        headers["Content-Type"] = "text/csv"
        rest["content"] = asked.body
    elif asked.body is not None:
        rest["json"] = asked.body
    return door.client.request(
        method, path.format(**asked.path), params=asked.query, headers=headers, **rest
    )
