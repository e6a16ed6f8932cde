"""Events as JSON: every field by its name, ids and amounts as decimal strings, times RFC 3339.

An event nobody wrote a form for is shown by the general rule, so a new event is readable on the
day it is made. Batches are summarised, because one may hold thousands of records; expanded, they
show each. Nothing personal can appear: the journal holds none, only references.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from tpwallet.domains.ledger.events import (
    AccountsCreated,
    BatchApplied,
    CreditLineSet,
    Expired,
)
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.domains.ledger.records import REFUSAL, Account, unpack_account
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.faces import present
from tpwallet.faces.reading.finding import sides_of
from tpwallet.faces.reading.records import expired_ids, transfer_in
from tpwallet.flows.receipts import BookedTransfer
from tpwallet.kernel.access import ApiKey
from tpwallet.kernel.documents import Document
from tpwallet.kernel.wire import Event
from tpwallet.money import Asset, Catalogue

Body = dict[str, Any]
AssetOf = Callable[[int], Asset]  # of an account, by its id

_ID_ENDING = "_id"
_TIME_ENDING = "_at"
_ID_BYTES = 16


def event_body(
    event: Event,
    position: int,
    *,
    catalogue: Catalogue,
    naming: present.Naming,
    asset_of: AssetOf,
    expanded: bool = False,
) -> Body:
    """What an event says, ready for JSON. `asset_of` gives the asset of an account."""
    match event:
        case BatchApplied():
            body = _batch(event)
            if expanded:
                body["transfers"] = [
                    msgspec.to_builtins(
                        present.transfer(booked, catalogue=catalogue, naming=naming)
                    )
                    for booked in booked_in(event, position)
                ]
                body["refusals"] = _refusals(event.refusals)
        case AccountsCreated():
            body = _batch(event)
            if expanded:
                body["accounts"] = [
                    _account(account, catalogue, naming) for account in accounts_in(event)
                ]
                body["refusals"] = _refusals(event.refusals)
        case Expired(_, time):
            ids = expired_ids(event)
            body = {"expired": len(ids), "time": present.time_text(time)}
            if expanded:
                body["transfer_ids"] = [str(one) for one in ids]
        case CreditLineSet(account_id, line_account_id, limit_minor):
            account, line = _id(account_id), _id(line_account_id)
            asset = asset_of(account)
            body = {
                "account": naming(account),
                "line_account": naming(line),
                "asset": asset.code,
                "limit": present.decimal(int(limit_minor), asset),
            }
        case _:
            body = _fields(event)
    return body


def booked_in(event: BatchApplied, position: int) -> list[BookedTransfer]:
    """The stored transfers of a batch, with their places."""
    count = len(event.records) // RECORD_BYTES
    return [BookedTransfer(position, at, transfer_in(event, at)) for at in range(count)]


def accounts_in(event: AccountsCreated) -> list[Account]:
    """The stored accounts of a batch."""
    starts = range(0, len(event.records), RECORD_BYTES)
    return [unpack_account(event.records[at : at + RECORD_BYTES]) for at in starts]


def records_in(event: Event) -> int:
    """How many records an event shows when it is expanded."""
    match event:
        case BatchApplied() | AccountsCreated():
            return sum(_batch(event).values())
        case Expired():
            return len(expired_ids(event))
        case _:
            return 0


def accounts_named_in(event: Event, *, expanded: bool) -> set[int]:
    """The accounts whose names `event_body` will ask for."""
    match event:
        case BatchApplied() if expanded:
            return sides_of(booked.transfer for booked in booked_in(event, 0))
        case AccountsCreated() if expanded:
            return {account.id for account in accounts_in(event)}
        case CreditLineSet(account_id, line_account_id):
            return {_id(account_id), _id(line_account_id)}
        case _:
            return set()


def _batch(event: BatchApplied | AccountsCreated) -> Body:
    return {
        "created": len(event.records) // RECORD_BYTES,
        "refused": len(event.refusals) // REFUSAL.itemsize,
    }


def _refusals(refusals: bytes) -> list[Body]:
    rows = np.frombuffer(refusals, REFUSAL)
    return [
        {
            "index": int(row["index"]),
            "id": str(int(row["id"]["low"]) | int(row["id"]["high"]) << 64),
            "status": Status(int(row["status"]) & ~BURNT_BIT).label,
            "burnt": bool(int(row["status"]) & BURNT_BIT),
        }
        for row in rows
    ]


def _account(account: Account, catalogue: Catalogue, naming: present.Naming) -> Body:
    return {
        "account": naming(account.id),
        "account_id": str(account.id),
        "asset": present.asset_of(catalogue, account.ledger).code,
        "code": account.code,
        "flags": account.flags,
        "user_data_128": str(account.user_data_128),
        "user_data_64": str(account.user_data_64),
        "user_data_32": account.user_data_32,
        "time": present.time_text(account.timestamp),
    }


def _fields(record: msgspec.Struct) -> Body:
    """The fields of a record by name, what must not be shown left out."""
    hidden = {"token_hash"} if isinstance(record, ApiKey) else set()
    return {
        name: _value(name, getattr(record, name))
        for name in record.__struct_fields__
        if name not in hidden
    } | ({"content": _content(record)} if isinstance(record, Document) else {})


def _value(name: str, value: object) -> object:
    """One field: 16 bytes named `…_id` are an id, other bytes hexadecimal; whole numbers named
    `…_at` or `time` are times.
    """
    match value:
        case bytes():
            is_id = name.endswith(_ID_ENDING) and len(value) == _ID_BYTES
            return str(_id(value)) if is_id else value.hex()
        case bool() | str() | None:
            return value
        case int():
            is_time = name.endswith(_TIME_ENDING) or name == "time"
            return present.time_text(value) if is_time else value
        case dict():
            return {str(key): _value("", one) for key, one in value.items()}
        case list() | tuple():
            return [_value("", one) for one in value]
        case msgspec.Struct():
            return _fields(value)
        case _:
            return str(value)


def _content(document: Document) -> object:
    return msgspec.json.decode(document.content)


def _id(data: bytes) -> int:
    return int.from_bytes(data, "little")
