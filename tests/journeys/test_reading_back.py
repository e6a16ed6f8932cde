"""What was written with money can be read back and asked for: references, notes, and many at once.

Told twice with the same words: to a pool in this process, and to a hub over HTTP.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import tpwallet
from tests.faces.client.hubs import served
from tests.faces.http.served import ALICE, BANK, BOB, serve_pool
from tpwallet import Leg
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfers
from tpwallet.faces.client import Client
from tpwallet.faces.reading import limits
from tpwallet.kernel.errors import Malformed, Rejected

EUR = 978
MOST_128, MOST_64, MOST_32 = (1 << 128) - 1, (1 << 64) - 1, (1 << 32) - 1
INVOICE = str(2**90 + 7)
RAW, OTHER = 1001, 1002


@pytest.fixture(params=["library", "http"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A pool with three accounts, behind each of the doors."""
    if request.param == "http":
        with served(serve_pool(tmp_path / "pool")) as found, Client(found.url, found.key) as client:
            yield client
        return
    with tpwallet.open(tmp_path / "pool") as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        for address in (ALICE, BOB):
            pool.open_account(address, asset="EUR", kind="liability")
        yield pool


def post_with_note(hub: Any) -> list[str]:
    """A posting of three legs, dated, noted; returns their ids."""
    legs = [Leg(debit=BANK, credit=one, amount="1.00", asset="EUR") for one in (ALICE, BOB, ALICE)]
    receipt = hub.post(legs, effective_date="2026-01-31", metadata={"order": "7"})
    return [one.transfer_id for one in receipt.transfers]


def import_invoice(hub: Any) -> None:
    """One line of a file, with a reference."""
    lines = f"id,debit,credit,amount,asset,code,reference\n9,#{RAW},#{OTHER},2.50,EUR,7,{INVOICE}\n"
    assert hub.import_transfers(lines.encode(), "csv").imported


def open_raw(hub: Any) -> None:
    """Two raw accounts, the first marked as widely as the record holds."""
    marked = Account(
        id=RAW,
        ledger=EUR,
        code=2001,
        user_data_128=MOST_128,
        user_data_64=MOST_64,
        user_data_32=MOST_32,
    )
    plain = Account(id=OTHER, ledger=EUR, code=2002)
    hub.create_accounts(pack_account(marked) + pack_account(plain))


def move_raw(hub: Any, *marks: tuple[int, int, int, int]) -> None:
    """Raw transfers of one cent, from id 21 on, with a code and user data each."""
    hub.create_transfers(
        pack_transfers(
            [
                Transfer(
                    id=21 + number,
                    debit_account_id=RAW,
                    credit_account_id=OTHER,
                    amount=1,
                    ledger=EUR,
                    code=code,
                    user_data_128=wide,
                    user_data_64=middle,
                    user_data_32=small,
                )
                for number, (code, wide, middle, small) in enumerate(marks)
            ]
        )
    )


def marks_of(shown: Any) -> tuple[str, str, int]:
    """What was written into a record beside its money."""
    return shown.user_data_128, shown.user_data_64, shown.user_data_32


def test_user_data_is_shown_in_every_reading_of_a_transfer(hub: Any) -> None:
    open_raw(hub)
    before = hub.totals().position
    move_raw(hub, (7, MOST_128, MOST_64, MOST_32))
    written = (str(MOST_128), str(MOST_64), MOST_32)
    assert marks_of(hub.find_transfer("21").transfer) == written
    (listed,) = hub.transactions(since=before).transfers
    assert marks_of(listed) == written
    (line,) = hub.statement(f"#{OTHER}").postings
    assert (*marks_of(line), line.code) == (*written, 7)
    (change,) = hub.feed(after=str(before)).changes
    assert marks_of(change.transfer) == written
    (event,) = [
        one for one in hub.events(after=before, is_expanded=True).events if "batch" in one.name
    ]
    (shown,) = event.body["transfers"]
    assert (shown["user_data_128"], shown["user_data_64"], shown["user_data_32"]) == written


def test_user_data_is_shown_in_every_reading_of_an_account(hub: Any) -> None:
    before = hub.totals().position
    open_raw(hub)
    written = (str(MOST_128), str(MOST_64), MOST_32)
    assert marks_of(hub.account(f"#{RAW}").account) == written
    assert marks_of(hub.account(f"#{OTHER}").account) == ("0", "0", 0)
    shown = {one.account_id: one for one in hub.accounts().accounts}
    assert marks_of(shown[str(RAW)]) == written
    bodies = [one.body for one in hub.events(after=before, is_expanded=True).events]
    first, second = next(body["accounts"] for body in bodies if "accounts" in body)
    assert (first["user_data_128"], first["user_data_64"], first["user_data_32"]) == written
    assert (second["user_data_128"], second["user_data_64"], second["user_data_32"]) == (
        "0",
        "0",
        0,
    )


def test_an_imported_reference_can_be_read_back(hub: Any) -> None:
    open_raw(hub)
    import_invoice(hub)
    assert hub.find_transfer("9").transfer.user_data_128 == INVOICE
    assert [one.user_data_128 for one in hub.history(f"#{OTHER}")] == [INVOICE]


def test_a_note_belongs_to_every_leg_of_its_posting(hub: Any) -> None:
    before = hub.transfer(debit=BANK, credit=BOB, amount="1.00", asset="EUR").transfers[0]
    legs = post_with_note(hub)
    after = hub.transfer(debit=BANK, credit=BOB, amount="1.00", asset="EUR").transfers[0]
    for leg in legs:
        found = hub.find_transfer(leg).transfer
        assert (found.effective_date, found.metadata) == ("2026-01-31", {"order": "7"}), leg
    for other in (before, after):
        found = hub.find_transfer(other.transfer_id).transfer
        assert (found.effective_date, found.metadata) == (None, {})


def test_many_transfers_are_looked_up_at_once_and_the_missing_left_out(hub: Any) -> None:
    legs = post_with_note(hub)
    held = hub.hold(debit=BANK, credit=BOB, amount="1.00", asset="EUR", transfer_id="50")
    found = hub.find_transfers(["50", legs[2], "404", legs[0], "50"])
    assert found.position >= held.position
    assert [one.transfer_id for one in found.transfers] == ["50", legs[2], legs[0], "50"]
    assert [hub.find_transfer(one.transfer_id).transfer for one in found.transfers] == list(
        found.transfers
    )
    assert hub.find_transfers(["404"]).transfers == []


def test_many_accounts_are_looked_up_at_once_and_the_missing_left_out(hub: Any) -> None:
    open_raw(hub)
    found = hub.find_accounts([BOB, f"#{RAW}", "nobody/EUR", "#404", BANK])
    assert [one.account for one in found.accounts] == [BOB, f"#{RAW}", BANK]
    assert found.accounts[1] == hub.account(f"#{RAW}").account


def test_a_look_up_has_its_limits(hub: Any) -> None:
    most = [str(number) for number in range(1, limits.LOOKUPS_MAX + 1)]
    assert hub.find_transfers(most).transfers == []
    deep = [f"{'/'.join(['a' * 15] * 16)}{number}" for number in range(limits.LOOKUPS_MAX)]
    assert hub.find_accounts([one[-256:].lstrip("/") for one in deep]).accounts == []
    for look_up, parameter, wrong in (
        (
            hub.find_transfers,
            "transfer_ids",
            [[], [*most, "999"], ["0"], ["7", "x"], [""], ["7,8"], "78"],
        ),
        (hub.find_accounts, "accounts", [[], [*most, BANK], ["a//b"], [BANK, "#0"]]),
    ):
        for asked in wrong:
            with pytest.raises(Malformed) as refused:
                look_up(asked)
            assert refused.value.facts["parameter"] == parameter


def ids(page: Any) -> list[int]:
    """The ids of a page of transfers or postings, or of all there are."""
    lines = getattr(page, "transfers", None) or getattr(page, "postings", None) or []
    return [int(one.transfer_id) for one in lines]


MARKS = (
    (7, 1, 5, 9),
    (7, 2, 5, 9),
    (8, 1, 5, 9),
    (7, 1, 6, 9),
    (7, 1, 5, 8),
    (7, MOST_128, MOST_64, MOST_32),
    (7, 1 << 64, 0, 0),
)
WANTED: list[tuple[dict[str, Any], list[int]]] = [
    ({"code": 8}, [23]),
    ({"user_data_128": "1"}, [21, 23, 24, 25]),
    ({"user_data_128": str(1 << 64)}, [27]),
    ({"user_data_64": "5"}, [21, 22, 23, 25]),
    ({"user_data_64": "0"}, [27]),
    ({"user_data_32": 9}, [21, 22, 23, 24]),
    ({"code": 7, "user_data_128": "1", "user_data_64": "5", "user_data_32": 9}, [21]),
    ({"user_data_128": str(MOST_128), "user_data_64": str(MOST_64)}, [26]),
    ({"user_data_32": MOST_32, "code": 7}, [26]),
    ({"code": 8, "user_data_128": "2"}, []),
    ({"code": 0}, []),
]


def test_transfers_are_chosen_by_code_and_user_data(hub: Any) -> None:
    open_raw(hub)
    since = hub.totals().position
    move_raw(hub, *MARKS)
    account = f"#{OTHER}"
    for filters, expected in WANTED:
        assert ids(hub.transactions(since=since, **filters)) == expected
        assert ids(hub.transactions(account=account, **filters)) == expected
        assert ids(hub.statement(account, **filters)) == expected
        assert ids(hub.statement(account, is_reversed=True, **filters)) == expected[::-1]
        listed = hub.each_transaction(asset="EUR", since=since, **filters)
        assert [int(one.transfer_id) for one in listed] == expected
        assert [int(one.transfer_id) for one in hub.history(account, **filters)] == expected


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_what_is_chosen_add_up_to_it(hub: Any, limit: int) -> None:
    open_raw(hub)
    since = hub.totals().position
    move_raw(hub, *MARKS)
    for filters, expected in WANTED:
        for method, arguments in (("transactions", ()), ("statement", (f"#{OTHER}",))):
            ask = partial(getattr(hub, method), *arguments, limit=limit)
            page = ask(since=since, **filters)
            found = ids(page)
            while page.next_cursor is not None:
                page = ask(cursor=page.next_cursor)
                found += ids(page)
            assert found == expected


def test_postings_are_chosen_by_side_and_the_balances_are_the_account_s(hub: Any) -> None:
    hub.transfer(debit=BANK, credit=ALICE, amount="5.00", asset="EUR", transfer_id="1")
    hub.transfer(debit=ALICE, credit=BOB, amount="2.00", asset="EUR", transfer_id="2", code=3)
    hub.transfer(debit=BOB, credit=ALICE, amount="1.00", asset="EUR", transfer_id="3", code=3)
    for side, expected in (("debit", [2]), ("credit", [1, 3]), (None, [1, 2, 3])):
        page = hub.statement(ALICE, side=side)
        assert ids(page) == expected
        assert (page.opening, page.closing) == ("0.00", "4.00")
        assert ids(hub.transactions(account=ALICE, side=side)) == expected
    (line,) = hub.statement(ALICE, side="credit", code=3).postings
    assert (line.transfer_id, line.posted) == ("3", "4.00")


def test_what_ends_a_reservation_is_found_by_what_the_reservation_was_written_with(
    hub: Any,
) -> None:
    hub.hold(debit=BANK, credit=ALICE, amount="3.00", asset="EUR", code=40, transfer_id="1")
    hub.post_hold("1", amount="1.00", asset="EUR")
    assert [one.kind for one in hub.transactions(code=40).transfers] == ["pending", "post"]
    assert [one.kind for one in hub.statement(ALICE, code=40).postings] == ["pending", "post"]


def test_accounts_are_chosen_by_code_user_data_and_when_they_were_opened(hub: Any) -> None:
    named = [one.account for one in hub.accounts().accounts]
    before = hub.totals().position
    open_raw(hub)
    between = hub.totals().position
    hub.open_account("customer/late/EUR", asset="EUR", kind="liability", code=2500)

    def names(**filters: Any) -> list[str]:
        page = hub.accounts(limit=1, **filters)
        found = [one.account for one in page.accounts]
        while page.next_cursor is not None:
            page = hub.accounts(limit=1, cursor=page.next_cursor)
            found += [one.account for one in page.accounts]
        assert found == [one.account for one in hub.each_account(**filters)]
        return found

    raw = [f"#{RAW}", f"#{OTHER}"]
    assert names() == [*named, *raw, "customer/late/EUR"]
    assert names(user_data_128=str(MOST_128)) == raw[:1]
    assert names(user_data_64=str(MOST_64), user_data_32=MOST_32, code=2001) == raw[:1]
    assert names(code=2002) == raw[1:]
    assert names(code=2002, kind="asset") == []
    assert names(since=before, until=between) == raw
    assert names(since=between) == ["customer/late/EUR"]
    assert names(until=before) == named
    assert names(since=between, until=before) == []
    assert names(prefix="customer/", code=2500) == ["customer/late/EUR"]
    assert names(prefix="customer/", since=between) == ["customer/late/EUR"]
    assert names(prefix="customer/", until=between, asset="EUR") == [ALICE, BOB]
    assert names(prefix="customer/", user_data_32=0, code=2500) == ["customer/late/EUR"]
    assert names(prefix="", user_data_64="1") == []
    assert names(prefix="", user_data_128="1") == []


def test_a_raw_ledger_is_asked_for_as_it_is_shown(hub: Any) -> None:
    pair = [Account(id=number, ledger=7, code=1) for number in (31, 32)]
    hub.create_accounts(pack_account(pair[0]) + pack_account(pair[1]))
    moved = Transfer(id=5, debit_account_id=31, credit_account_id=32, amount=1, ledger=7, code=1)
    hub.create_transfers(pack_transfers([moved]))
    (shown,) = hub.transactions(account="#31").transfers
    assert ids(hub.transactions(asset=shown.asset)) == [5]
    assert [one.account for one in hub.accounts(asset=shown.asset).accounts] == ["#31", "#32"]
    assert hub.accounts(asset="LEDGER-8").accounts == []
    with pytest.raises(Rejected) as refused:
        hub.accounts(asset=f"LEDGER-{1 << 32}")
    assert refused.value.code == "unknown_asset"


def test_a_cursor_of_a_filter_is_kept_to_it(hub: Any) -> None:
    open_raw(hub)
    move_raw(hub, *MARKS)
    cursor = hub.transactions(limit=1, user_data_64="5").next_cursor
    assert ids(hub.transactions(limit=1, cursor=cursor)) == [22]
    assert ids(hub.transactions(limit=1, cursor=cursor, user_data_64="5")) == [22]
    for other in ({"user_data_64": "6"}, {"code": 7}, {"user_data_32": 9}):
        with pytest.raises(Rejected) as refused:
            hub.transactions(cursor=cursor, **other)
        assert refused.value.code == "cursor_mismatch"


def test_a_filter_that_cannot_be_understood_is_refused_by_name(hub: Any) -> None:
    wrong: dict[str, tuple[Any, ...]] = {
        "code": (-1, 1 << 16),
        "user_data_128": ("", "0x1", "\u0661", str(1 << 128)),
        "user_data_64": ("-1", "5.0", str(1 << 64)),
        "user_data_32": (-1, 1 << 32),
    }
    lists: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("transactions", ()),
        ("accounts", ()),
        ("statement", (ALICE,)),
    )
    for name, value in [(name, one) for name, values in wrong.items() for one in values]:
        for method, arguments in lists:
            with pytest.raises(Malformed) as refused:
                getattr(hub, method)(*arguments, **{name: value})
            assert refused.value.facts["parameter"] == name


def test_a_side_is_debit_or_credit_and_one_of_an_account(hub: Any) -> None:
    with pytest.raises(Malformed) as refused:
        hub.statement(ALICE, side="left")
    assert refused.value.facts["parameter"] == "side"
    for wrong in ({"account": ALICE, "side": "left"}, {"side": "debit"}):
        with pytest.raises(Malformed) as refused:
            hub.transactions(**wrong)
        assert refused.value.facts["parameter"] == "side"
