"""Raw batches: the same records in bytes, columns or rows, and the statuses are the answer."""

import httpx
import numpy as np
import pyarrow as pa
import pytest

from tests.faces.http.served import ALICE, BANK, Door, issue
from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfers
from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.status import Status
from tpwallet.faces.http.batches import RESULT
from tpwallet.faces.http.media_types import ARROW, BINARY
from tpwallet.faces.http.records import records_of_arrow, records_of_rows

EUR = 978


def _accounts(count: int) -> bytes:
    return b"".join(pack_account(Account(id=n, ledger=EUR, code=1)) for n in range(1, count + 1))


def _transfers(count: int, **fields: int) -> bytes:
    given = {"debit_account_id": 1, "credit_account_id": 2, "amount": 1, "ledger": EUR, "code": 1}
    return pack_transfers([Transfer(id=n, **{**given, **fields}) for n in range(1, count + 1)])


def _send(
    door: Door, path: str, content: bytes, media_type: str = BINARY, **headers: str
) -> httpx.Response:
    return door.ask("POST", path, content=content, headers={"Content-Type": media_type, **headers})


def _arrow(**columns: pa.Array) -> bytes:
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def test_full_batch_of_bytes_is_answered_in_bytes(door: Door) -> None:
    assert _send(door, "/v1/batches/accounts", _accounts(2)).status_code == 200
    answer = _send(door, "/v1/batches/transfers", _transfers(BATCH_RECORDS_MAX))
    assert (answer.status_code, answer.headers["content-type"]) == (200, BINARY)
    rows = np.frombuffer(answer.content, RESULT)
    assert len(rows) == BATCH_RECORDS_MAX
    assert (rows["status"] == Status.CREATED).all()
    assert (np.diff(rows["timestamp"].astype(np.int64)) == 1).all()
    assert int(answer.headers["Tpwallet-Position"]) == door.pool.writer.position


def test_statuses_say_why_a_request_was_not_created(door: Door) -> None:
    _send(door, "/v1/batches/accounts", _accounts(2))
    records = _transfers(2) + _transfers(1)
    answer = _send(door, "/v1/batches/transfers", records, Accept="application/json")
    assert answer.json()["created"] == 2
    assert answer.json()["refused"] == [{"index": 2, "status": "exists"}]


def test_rows_and_columns_are_the_same_records(door: Door) -> None:
    _send(door, "/v1/batches/accounts", _accounts(2))
    row = {
        "id": "1",
        "debit_account_id": "1",
        "credit_account_id": "2",
        "amount": str(2**70),
        "ledger": EUR,
        "code": 1,
    }
    answer = door.post("/v1/batches/transfers", [row])
    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    columns = _arrow(
        id=pa.array([1], pa.uint64()),
        debit_account_id=pa.array([1], pa.uint32()),
        credit_account_id=pa.array([2], pa.uint8()),
        amount=pa.array([(2**70).to_bytes(16, "little")], pa.binary(16)),
        ledger=pa.array([EUR], pa.uint32()),
        code=pa.array([1], pa.uint16()),
    )
    same = _send(door, "/v1/batches/transfers", columns, ARROW, Accept="application/json")
    assert same.json()["refused"] == [{"index": 0, "status": "exists"}]


def test_repeated_batch_is_answered_and_not_booked_again(door: Door) -> None:
    _send(door, "/v1/batches/accounts", _accounts(2))
    first, again = (
        _send(door, "/v1/batches/transfers", _transfers(3), **{"Idempotency-Key": "once"})
        for _ in range(2)
    )
    assert first.content == again.content
    other = _send(door, "/v1/batches/transfers", _transfers(2), **{"Idempotency-Key": "once"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")


def test_guarded_accounts_need_a_grant(door: Door) -> None:
    ids = {
        "debit_account_id": parse_account(BANK, parameter="debit"),
        "credit_account_id": parse_account(ALICE, parameter="credit"),
    }
    refused = _send(door, "/v1/batches/transfers", _transfers(1, **ids))
    assert np.frombuffer(refused.content, RESULT)["status"][0] == Status.DEBIT_ACCOUNT_NOT_GRANTED
    grant = {"holder": "key:all", "subtrees": ["bank", "customer"], "assets": ["EUR"]}
    assert door.post("/v1/grants", grant).status_code == 201
    assert door.get("/v1/grants").json()["grants"] == [{"bit": 1, **grant}]
    granted = _send(door, "/v1/batches/transfers", _transfers(1, **ids))
    assert np.frombuffer(granted.content, RESULT)["status"][0] == Status.CREATED
    assert door.ask("DELETE", "/v1/grants/1").status_code == 200
    assert door.ask("DELETE", "/v1/grants/1").json()["code"] == "grant_not_found"


@pytest.mark.parametrize(
    ("content", "status", "parameter"),
    [
        (b"", 400, "records"),
        (bytes(127), 400, "records"),
        (bytes(128 * (BATCH_RECORDS_MAX + 1)), 400, "records"),
        (bytes(2 << 20), 413, "body"),
    ],
)
def test_bytes_of_a_wrong_length_are_refused(
    door: Door, content: bytes, status: int, parameter: str | None
) -> None:
    answer = _send(door, "/v1/batches/transfers", content)
    assert (answer.status_code, answer.json().get("parameter")) == (status, parameter)


@pytest.mark.parametrize(
    ("content", "parameter"),
    [
        (b"not arrow", "body"),
        (_arrow(id=pa.array([], pa.uint64())), "body"),
        (_arrow(surprise=pa.array([1], pa.uint64())), "surprise"),
        (_arrow(id=pa.array([1], pa.int64())), "id"),
        (_arrow(id=pa.array([None], pa.uint64())), "id"),
        (_arrow(id=pa.array([1.5], pa.float64())), "id"),
        (_arrow(code=pa.array([70_000], pa.uint32())), "code"),
        (_arrow(id=pa.array(["1"]).dictionary_encode()), "body"),
    ],
)
def test_columns_that_are_no_records_are_refused(
    door: Door, content: bytes, parameter: str
) -> None:
    answer = _send(door, "/v1/batches/transfers", content, ARROW)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_compressed_columns_are_refused(door: Door) -> None:
    table = pa.table({"id": pa.array(range(1000), pa.uint64())})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    answer = _send(door, "/v1/batches/transfers", sink.getvalue().to_pybytes(), ARROW)
    assert answer.json()["detail"] == "send Arrow buffers uncompressed"


@pytest.mark.parametrize(
    ("rows", "parameter"),
    [
        ([], "body"),
        ({}, "body"),
        ([{"id": 1}], "[0].id"),
        ([{"id": "1", "surprise": 1}], "[0].surprise"),
        ([{"id": str(2**128)}], "[0].id"),
        ([{"id": "1", "user_data_64": str(2**64)}], "[0].user_data_64"),
    ],
)
def test_rows_that_are_no_records_are_refused(door: Door, rows: object, parameter: str) -> None:
    answer = door.post("/v1/batches/transfers", rows)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_unacceptable_form_of_answer_is_refused_before_anything_is_done(door: Door) -> None:
    answer = _send(door, "/v1/batches/accounts", _accounts(1), Accept="text/html")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert _send(door, "/v1/batches/accounts", _accounts(1), Accept="*/*").status_code == 200


def test_bulk_needs_its_scope_before_a_body_is_read(door: Door) -> None:
    token = issue(door.pool, "writer", "ledger:write")
    answer = _send(door, "/v1/batches/accounts", b"junk", Authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_sliced_and_chunked_columns_are_read_whole() -> None:
    from tpwallet.domains.ledger.records import TRANSFER
    from tpwallet.faces.bodies import RawTransfer

    ids = pa.array([n.to_bytes(16, "little") for n in range(1, 9)], pa.binary(16)).slice(2, 4)
    chunks = pa.chunked_array([ids.slice(0, 1), ids.slice(1)])
    rows = [RawTransfer(id=str(n)) for n in range(3, 7)]
    assert records_of_arrow(_arrow(id=chunks), TRANSFER) == records_of_rows(rows)
