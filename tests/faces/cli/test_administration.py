"""Keys, assets, periods and documents from the command line."""

import stat
from pathlib import Path

from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line


def test_a_new_pool_has_one_key_that_may_do_everything(line: Line) -> None:
    told = line.json("init", "--name", "Main", "--base-asset", "CNY")
    assert (told["name"], told["base_asset"]) == ("Main", "CNY")
    token = Path(told["key_file"]).read_text()
    assert token == told["key"]["token"] + "\n"
    for name in ("admin.key", "secrets.json"):
        assert stat.S_IMODE((line.pool / name).stat().st_mode) == 0o600
    (key,) = line.json("key", "list")["keys"]
    assert key["key_id"] == "admin"
    assert set(key["scopes"]) == set(told["key"]["scopes"])
    assert "admin" in key["scopes"]


def test_a_new_pool_says_what_to_do_next(line: Line) -> None:
    told = line.ok("init", line.folder / "other").out
    assert f"--pool {line.folder / 'other'}" in told
    assert "tpwallet account open" in told


def test_a_pool_is_not_made_twice(books: Line) -> None:
    again = books("init")
    assert (again.status, "holds a pool already" in again.err) == (2, True)
    assert books.json("balance", ADA)["posted"] == "100.00"


def test_a_pool_that_cannot_be_made_leaves_nothing_behind(line: Line) -> None:
    assert line("init", "--base-asset", "NONE").status == 2
    assert line("init", "--journal", "mysql://here").status == 2
    assert line("init", "--journal", "postgresql://127.0.0.1:1/none?connect_timeout=2").status == 3
    assert not line.pool.exists()


def test_a_key_is_issued_listed_and_revoked(books: Line) -> None:
    made = books.json(
        *("key", "issue", "reader", "--scope", "ledger:read", "--scope", "proofs:read"),
        *("--expires-at", "2100-01-01T00:00:00Z"),
    )
    assert made["token"].startswith("tpk_")
    assert made["expires_at"] == "2100-01-01T00:00:00.000000000Z"
    again = books("key", "issue", "reader", "--scope", "ledger:read")
    assert (again.status, "key_exists" in again.err) == (1, True)
    books.ok("key", "revoke", "reader")
    keys = {key["key_id"]: key for key in books.json("key", "list")["keys"]}
    assert keys["reader"]["revoked"] is True
    assert made["token"] not in books.ok("key", "list").out


def test_the_token_is_shown_to_people_once(books: Line) -> None:
    told = books.ok("key", "issue", "reader", "--scope", "ledger:read").out
    assert "tpk_" in told
    assert "shown this once" in told


def test_an_asset_of_the_pools_own_can_be_held(books: Line) -> None:
    books.ok("asset", "register", "MILES", "--scale", "1", "--ledger", "70001")
    assets = {one["code"]: one for one in books.json("asset", "list")["assets"]}
    assert assets["MILES"]["scale"] == 1
    books.ok("account", "open", "miles", "--asset", "MILES", "--kind", "equity")
    again = books("asset", "register", "MILES", "--scale", "1", "--ledger", "70001")
    assert again.status in (0, 1)


def test_a_closed_period_takes_no_more(books: Line) -> None:
    assert "No period is closed." in books.ok("period", "show").out
    books.ok("period", "close", "2020-12-31")
    assert books.json("period", "show")["closed_through"] == "2020-12-31"
    late = books("transfer", "new", BANK, BEN, "1", "EUR", "--effective-date", "2020-12-31")
    assert (late.status, "period_closed" in late.err) == (1, True)
    books.ok("transfer", "new", BANK, BEN, "1", "EUR", "--effective-date", "2021-01-01")
    assert books("period", "close", "2999-12-31").status == 1
    assert books("period", "close", "yesterday").status == 2


def test_a_bulk_grant_is_made_listed_and_ended(books: Line) -> None:
    assert "There are no grants." in books.ok("grant", "list").out
    arguments = ("grant", "new", "key:loader", "customer", "bank", "--asset", "EUR")
    assert "Nothing was changed" in books.ok(*arguments, "--dry-run").out
    books.ok(*arguments)
    (grant,) = books.json("grant", "list")["grants"]
    assert (grant["holder"], grant["subtrees"]) == ("key:loader", ["customer", "bank"])
    assert grant["assets"] == ["EUR"]
    assert "customer, bank" in books.ok("grant", "list").out
    assert books("grant", "new", "key:loader").status == 2
    unknown = books("grant", "new", "key:loader", "customer", "--asset", "NONE")
    assert (unknown.status, "unknown_asset" in unknown.err) == (1, True)
    books.ok("grant", "end", grant["bit"])
    again = books("grant", "end", grant["bit"])
    assert (again.status, "grant_not_found" in again.err) == (1, True)


def test_the_clock_is_vouched_for_with_a_reason(books: Line) -> None:
    arguments = ("clock", "override", "compared", "--command-id", "override-1")
    assert "The clock is believed." in books.ok(*arguments).out
    assert books.json(*arguments) == books.json(*arguments)
    assert books("clock", "override", "").status == 2
    for reason in ("x" * 65, "it is right", "+44 20 7946 0000"):
        assert books("clock", "override", reason).status == 2
    assert books("clock", "override").status == 2


def test_a_document_has_versions_and_comes_back(books: Line) -> None:
    file = books.folder / "fees.json"
    for fee in (10, 20):
        file.write_text(f'{{"fee_bps":{fee}}}')
        books.ok("document", "put", "fees", "standard", file)
    history = books.json("document", "history", "fees", "standard")["documents"]
    assert [one["version"] for one in history] == [1, 2]
    assert '{"fee_bps":20}' in books.ok("document", "show", "fees").out
    books.ok("document", "rollback", "fees", "standard", "1")
    assert '{"fee_bps":10}' in books.ok("document", "show", "fees", "standard").out
    assert books("document", "rollback", "fees", "standard", "9").status == 1


def test_a_document_may_be_put_in_force_later(books: Line) -> None:
    file = books.folder / "fees.json"
    file.write_text("{}")
    books.ok(*("document", "put", "fees", "later", file, "--effective-at", "2100-01-01T00:00:00Z"))
    assert books.json("document", "show", "fees")["documents"] == []
    assert len(books.json("document", "history", "fees", "later")["documents"]) == 1
