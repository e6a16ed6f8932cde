"""A file of transfers is imported whole or not at all."""

import io
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.faces.http.served import ALICE, BANK, Door, issue, opened, serve_pool
from tpwallet.faces.http import limits
from tpwallet.faces.http.media_types import CSV, NDJSON, PARQUET
from tpwallet.kernel.access import LEDGER_WRITE

HEAD = b"debit,credit,amount,asset\n"
LINE = f"{BANK},{ALICE},1.25,EUR\n".encode()
BAD = f"{BANK},nobody,1.00,EUR\n".encode()


def _import(
    door: Door, content: bytes, media_type: str = CSV, *, key: str = "", **params: str
) -> httpx.Response:
    headers = {"Content-Type": media_type, **({"Idempotency-Key": key} if key else {})}
    return door.ask("POST", "/v1/imports", content=content, headers=headers, params=params)


@pytest.fixture
def granted(door: Door) -> Door:
    """A served pool whose key may move every account by raw records."""
    grant = {"holder": "key:all", "subtrees": ["bank", "customer"]}
    assert door.post("/v1/grants", grant).status_code == 201
    return door


def test_file_is_imported_once(granted: Door) -> None:
    first, again = (_import(granted, HEAD + LINE + LINE, key="once") for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.json()["transfers"] == 2
    assert first.json()["imported"] is True
    assert first.json() == again.json()
    assert granted.posted(ALICE) == 250
    under_another_key = _import(granted, HEAD + LINE + LINE)
    assert (under_another_key.status_code, under_another_key.json()["code"]) == (
        422,
        "import_refused",
    )
    assert granted.posted(ALICE) == 250


def test_every_format_is_read(granted: Door) -> None:
    row = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
    sink = io.BytesIO()
    pq.write_table(pa.table({name: [value] for name, value in row.items()}), sink)
    line = ",".join(f'"{name}":"{value}"' for name, value in row.items())
    for content, media_type in ((sink.getvalue(), PARQUET), (f"{{{line}}}".encode(), NDJSON)):
        answer = _import(granted, content, media_type)
        assert (answer.status_code, answer.json().get("imported")) == (200, True), answer.text
    assert granted.posted(ALICE) == 200


def test_bad_lines_are_named_all_by_a_dry_run_and_the_first_by_the_refusal(granted: Door) -> None:
    content = HEAD + LINE + BAD + BAD
    rehearsed = _import(granted, content, dry_run="true").json()
    assert rehearsed["imported"] is False
    assert [one["line"] for one in rehearsed["problems"]] == [3, 4]
    assert rehearsed["problems"][0]["status"] == "credit_account_not_found"
    refused = _import(granted, content)
    assert (refused.status_code, refused.json()["code"]) == (422, "import_refused")
    assert refused.json()["facts"]["refused"] == 2
    unreadable = _import(granted, HEAD + LINE + b"a,b,x,EUR\n")
    assert (unreadable.status_code, unreadable.json()["facts"]) == (400, {"line": 3})
    assert granted.posted(ALICE) == 0


def test_dry_run_of_a_good_file_changes_nothing(granted: Door) -> None:
    position = granted.pool.writer.position
    rehearsed = _import(granted, HEAD + LINE, dry_run="true").json()
    assert (rehearsed["imported"], rehearsed.get("problems", [])) == (False, [])
    assert (granted.posted(ALICE), granted.pool.writer.position) == (0, position)


@pytest.mark.parametrize(
    ("content", "media_type", "status", "parameter"),
    [
        (b"", CSV, 400, "body"),
        (HEAD, CSV, 400, "body"),
        (b"\xff\xfe", CSV, 400, "body"),
        (b"no,such,columns\n1,2,3\n", CSV, 400, "body"),
        (b"PAR1", PARQUET, 400, "body"),
        (b"[" * 100_000, NDJSON, 400, "body"),
        (HEAD + LINE, "text/plain", 415, "Content-Type"),
        (b" " * (limits.IMPORT_BYTES_MAX + 1), CSV, 413, "body"),
    ],
)
def test_what_is_no_file_of_transfers_is_refused(
    door: Door, content: bytes, media_type: str, status: int, parameter: str | None
) -> None:
    answer = _import(door, content, media_type)
    assert (answer.status_code, answer.json().get("parameter")) == (status, parameter), answer.text


@pytest.mark.parametrize("time", ["1969-12-31T23:59:59Z", "2600-01-01T00:00:00Z", "9" * 300, "0"])
def test_times_out_of_range_are_bad_lines(door: Door, time: str) -> None:
    content = b"timestamp," + HEAD + time.encode() + b"," + LINE
    answer = _import(door, content)
    assert (answer.status_code, answer.json()["facts"]) == (400, {"line": 2}), answer.text


def test_files_of_one_pool_do_not_keep_out_those_of_another(tmp_path: Path) -> None:
    pools = [serve_pool(tmp_path / name) for name in ("one", "other")]
    doors = [(pool, issue(pool, "all")) for pool in pools]
    with opened(pools) as client, pools[0].imports.one():
        codes = [
            _import(Door(client, pool, token), HEAD + BAD, dry_run="true").status_code
            for pool, token in doors
        ]
    assert codes == [429, 200]


def test_import_needs_the_bulk_scope_and_a_key(door: Door) -> None:
    as_writer = {"Authorization": f"Bearer {issue(door.pool, 'w', LEDGER_WRITE)}"}
    headers = {"Content-Type": CSV, **as_writer}
    answer = door.ask("POST", "/v1/imports", content=HEAD + LINE, headers=headers)
    assert answer.status_code == 403
    unkeyed = door.client.post(
        "/v1/imports",
        content=HEAD + LINE,
        headers={"Authorization": f"Bearer {door.token}", "Content-Type": CSV},
    )
    assert unkeyed.json()["code"] == "idempotency_key_required"
