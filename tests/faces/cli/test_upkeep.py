"""Segments, delisting, rescaling and the vault from the command line."""

from pathlib import Path

from tests.faces.cli.conftest import ADA
from tests.faces.cli.running import Line


def test_a_segment_is_archived_listed_and_named_when_it_is_gone(books: Line) -> None:
    end = books.json("balance", ADA)["position"]
    found = books.json("segment", "archive", end)
    assert (found["first_position"], found["last_position"] <= end) == (1, True)
    listed = books.json("segment", "list")
    assert listed["segments"] == [found]
    assert found["file"] in books.ok("segment", "list").out
    assert books.ok("verify").status == 0
    Path(found["file"]).rename(books.folder / "away.tpws")
    gone = books("verify", "--json")
    assert (gone.status, gone.problem["code"]) == (3, "segment_not_at_hand")
    assert found["file"] in books("verify").err
    assert books.json("balance", ADA)["posted"] == "100.00"


def test_a_position_that_is_not_there_is_not_archived(books: Line) -> None:
    assert books("segment", "archive", "999999").status == 2
    assert "Nothing was archived." in books.ok("segment", "list").out


def test_an_asset_is_rescaled_and_delisted(books: Line) -> None:
    for code, ledger in (("OLD", "50000"), ("NEW", "50001")):
        books.ok("asset", "register", code, "--scale", "2", "--ledger", ledger)
    for address, kind in (("bank/OLD", "asset"), ("customer/ada/OLD", "liability")):
        books.ok("account", "open", address, "--asset", "OLD", "--kind", kind)
    books.ok("transfer", "new", "bank/OLD", "customer/ada/OLD", "10.00", "OLD")
    in_use = books("asset", "delist", "OLD")
    assert (in_use.status, "asset_in_use" in in_use.err) == (1, True)
    inexact = books("asset", "rescale", "OLD", "NEW", "--ratio", "1/3", "--json")
    assert (inexact.status, inexact.problem["code"]) == (1, "rescale_not_exact")
    tried = books.ok("asset", "rescale", "OLD", "NEW", "--ratio", "1/4", "--dry-run").out
    assert "2 accounts would be moved" in tried
    assert books.json("asset", "rescale", "OLD", "NEW", "--ratio", "1/4")["accounts"] == 2
    assert books.json("balance", "customer/ada/NEW")["posted"] == "2.50"
    assert books("asset", "delist", "NEW", "--dry-run").status == 1


def test_the_vault_is_swept(books: Line) -> None:
    found = books.json("vault", "sweep", "--dry-run")
    assert found["dry_run"]
    assert books.json("vault", "sweep")["swept"] == 0
