"""One use of every method that governs or runs a pool."""

import json
from typing import Any

from tests.faces.client.using import (
    Scenarios,
    fresh,
    pay,
)
from tpwallet.faces import shapes
from tpwallet.faces.client import Personal
from tpwallet.faces.client import operations as ops

tries = Scenarios()


@tries.register("issue_key", ops.ISSUE_KEY)
def _issue_key(hub: Any) -> Any:
    found = hub.issue_key(f"k{fresh()}", ["ledger:read"], expires_at="2100-01-01T00:00:00Z")
    assert found.token.startswith("tpk_")
    return found


@tries.register("keys", ops.LIST_KEYS)
def _keys(hub: Any) -> Any:
    return hub.keys()


@tries.register("revoke_key", ops.REVOKE_KEY)
def _revoke_key(hub: Any) -> Any:
    key_id = f"k{fresh()}"
    hub.issue_key(key_id, ["ledger:read"])
    return hub.revoke_key(key_id)


def _put(hub: Any, kind: str, name: str, value: int) -> Any:
    return hub.put_document(kind, name, json.dumps({"value": value}).encode())


@tries.register("put_document", ops.PUT_DOCUMENT)
def _put_document(hub: Any) -> Any:
    return _put(hub, "fees", f"plan-{fresh()}", 1)


@tries.register("roll_back_document", ops.ROLL_BACK_DOCUMENT)
def _roll_back_document(hub: Any) -> Any:
    name = f"plan-{fresh()}"
    _put(hub, "fees", name, 1)
    _put(hub, "fees", name, 2)
    return hub.roll_back_document("fees", name, 1)


@tries.register("documents_in_force", ops.DOCUMENTS_IN_FORCE)
def _documents_in_force(hub: Any) -> Any:
    return hub.documents_in_force("fees", limit=1)


@tries.register("each_document_in_force", ops.DOCUMENTS_IN_FORCE, shapes.Document)
def _each_document_in_force(hub: Any) -> Any:
    kind = f"kind-{fresh()}"
    for name in ("b", "a"):
        _put(hub, kind, name, 1)
    found = list(hub.each_document_in_force(kind))
    assert [one.name for one in found] == ["a", "b"]
    return found[0]


@tries.register("document_history", ops.DOCUMENT_HISTORY)
def _document_history(hub: Any) -> Any:
    name = f"plan-{fresh()}"
    _put(hub, "fees", name, 1)
    found = hub.document_history("fees", name)
    assert [json.loads(bytes(one.content)) for one in found.documents] == [{"value": 1}]
    return found


@tries.register("each_version", ops.DOCUMENT_HISTORY, shapes.Document)
def _each_version(hub: Any) -> Any:
    name = f"plan-{fresh()}"
    for value in range(3):
        _put(hub, "fees", name, value)
    found = list(hub.each_version("fees", name))
    assert [one.version for one in found] == [1, 2, 3]
    return found[0]


@tries.register("register_asset", ops.REGISTER_ASSET)
def _register_asset(hub: Any) -> Any:
    number = fresh()
    return hub.register_asset(f"POINTS-{number}", scale=0, ledger=1_000_000 + number)


@tries.register("assets", ops.LIST_ASSETS)
def _assets(hub: Any) -> Any:
    return hub.assets()


def _points(hub: Any) -> tuple[str, str]:
    """Two new assets, and an account with 7 of the first."""
    old, new = f"OLD-{fresh()}", f"NEW-{fresh()}"
    for code, scale in ((old, 0), (new, 2)):
        hub.register_asset(code, scale=scale, ledger=1_000_000 + fresh())
    shop, customer = f"shop/{fresh()}", f"points/{fresh()}"
    hub.open_account(shop, asset=old, kind="asset")
    hub.open_account(customer, asset=old, kind="liability")
    hub.transfer(debit=shop, credit=customer, amount="7", asset=old)
    return old, new


@tries.register("rescale_accounts", ops.RESCALE_ACCOUNTS)
def _rescale_accounts(hub: Any) -> Any:
    old, new = _points(hub)
    first = hub.rescale_accounts(old, successor=new, ratio="1/4", limit=1)
    found = hub.rescale_accounts(old, successor=new, ratio="1/4", after=first.next_cursor)
    assert (first.accounts, found.accounts, found.next_cursor) == (1, 1, None)
    return found


@tries.register("delist_asset", ops.DELIST_ASSET)
def _delist_asset(hub: Any) -> Any:
    code = f"POINTS-{fresh()}"
    hub.register_asset(code, scale=0, ledger=1_000_000 + fresh())
    return hub.delist_asset(code)


@tries.register("close_period", ops.CLOSE_PERIOD)
def _close_period(hub: Any) -> Any:
    return hub.close_period("2000-01-31", dry_run=True)


@tries.register("closed_period", ops.CLOSED_PERIOD)
def _closed_period(hub: Any) -> Any:
    found = hub.closed_period()
    assert found.closed_through is None
    return found


@tries.register("grant_bulk", ops.GRANT_BULK)
def _grant_bulk(hub: Any) -> Any:
    return hub.grant_bulk("key:everything", subtrees=[f"shop/{fresh()}"], assets=["EUR"])


@tries.register("grants", ops.LIST_GRANTS)
def _grants(hub: Any) -> Any:
    return hub.grants()


@tries.register("end_grant", ops.END_GRANT)
def _end_grant(hub: Any) -> Any:
    hub.grant_bulk("key:other", subtrees=[f"shop/{fresh()}"])
    return hub.end_grant(hub.grants().grants[-1].bit)


@tries.register("override_clock", ops.OVERRIDE_CLOCK)
def _override_clock(hub: Any) -> Any:
    return hub.override_clock("INC-4711")


@tries.register("open_sealed", ops.READ_PERSONAL_TEXT)
def _open_sealed(hub: Any) -> Any:
    personal = Personal(subject=f"person-{fresh()}", texts={"note": "for Ada"})
    paid = pay(hub, personal=personal)
    sealed = hub.find_transfer(paid.transfers[0].transfer_id).transfer.sealed
    found = hub.open_sealed(sealed["note"])
    assert found.text == "for Ada"
    return found


@tries.register("erase", ops.ERASE_PERSON)
def _erase(hub: Any) -> Any:
    subject = f"person-{fresh()}"
    pay(hub, personal=Personal(subject=subject, texts={"note": "for Ben"}))
    found = hub.erase(subject)
    assert found.texts == 1
    return found


@tries.register("is_alive", ops.IS_ALIVE)
def _is_alive(hub: Any) -> Any:
    return hub.is_alive()


@tries.register("is_ready", ops.IS_READY)
def _is_ready(hub: Any) -> Any:
    found = hub.is_ready()
    assert found.status == "ready"
    return found


@tries.register("metrics", ops.READ_METRICS)
def _metrics(hub: Any) -> Any:
    found = hub.metrics()
    assert "# HELP" in found
    return found


@tries.register("error_codes", ops.LIST_ERROR_CODES)
def _error_codes(hub: Any) -> Any:
    return hub.error_codes()


@tries.register("error_code", ops.READ_ERROR_CODE)
def _error_code(hub: Any) -> Any:
    found = hub.error_code("exceeds_credits")
    assert found.status == 422
    return found
