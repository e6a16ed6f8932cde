"""Moving money from the command line, and looking at it."""

from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line


def balance(line: Line, account: str, *arguments: str) -> tuple[str, str]:
    found = line.json("balance", account, *arguments)
    return found["posted"], found["available"]


def test_money_that_was_moved_is_on_the_accounts(books: Line) -> None:
    told = books.ok("transfer", "new", ADA, BEN, "30.00", "EUR")
    assert "Moved." in told.out
    assert balance(books, ADA) == ("70.00", "70.00")
    assert balance(books, BEN) == ("30.00", "30.00")
    assert balance(books, BANK) == ("100.00", "100.00")


def test_a_reservation_is_posted_in_part_and_the_rest_released(books: Line) -> None:
    held = books.json("transfer", "hold", ADA, BEN, "30.00", "EUR", "--timeout", "3600")
    assert balance(books, ADA) == ("100.00", "70.00")
    pending = held["transfers"][0]["transfer_id"]
    books.ok("transfer", "post", pending, "--amount", "25.00", "--asset", "EUR")
    assert balance(books, ADA) == ("75.00", "75.00")
    refused = books("transfer", "void", pending)
    assert refused.status == 1
    assert "pending_transfer_already_posted" in refused.err


def test_a_reservation_is_released(books: Line) -> None:
    held = books.json("transfer", "hold", ADA, BEN, "30.00", "EUR")
    assert "Released." in books.ok("transfer", "void", held["transfers"][0]["transfer_id"]).out
    assert balance(books, ADA) == ("100.00", "100.00")


def test_what_is_not_there_is_refused_and_says_so(books: Line) -> None:
    refused = books("transfer", "new", BEN, ADA, "1.00", "EUR")
    assert refused.status == 1
    assert refused.out == ""
    assert "The debit account does not have that much." in refused.err
    assert "exceeds_credits" in refused.err


def test_a_rehearsal_answers_and_changes_nothing(books: Line) -> None:
    told = books.ok("transfer", "new", ADA, BEN, "30.00", "EUR", "--dry-run")
    assert "Nothing was changed." in told.out
    assert balance(books, ADA) == ("100.00", "100.00")
    assert books("transfer", "new", ADA, BEN, "300.00", "EUR", "--dry-run").status == 1


def test_a_repeated_command_gives_the_first_answer_again(books: Line) -> None:
    arguments = ("transfer", "new", ADA, BEN, "1.00", "EUR", "--command-id", "mine")
    first = books.json(*arguments)
    assert books.json(*arguments) == first
    assert balance(books, BEN) == ("1.00", "1.00")
    other = books("transfer", "new", ADA, BEN, "2.00", "EUR", "--command-id", "mine")
    assert (other.status, "idempotency_conflict" in other.err) == (1, True)


def test_a_balance_of_the_past_is_that_of_the_past(read: Line) -> None:
    moved = read.json("transfer", "show", "7")["transfer"]
    position = int(moved["place"].split(".")[0])
    assert read.json("balance", ADA, "--at", str(position - 1))["posted"] == "0.00"
    assert read.json("balance", ADA, "--at", str(position))["posted"] == "100.00"
    assert read.json("balance", ADA, "--at", moved["time"])["posted"] == "100.00"
    assert read.json("balance", ADA)["posted"] == "80.00"


def test_a_statement_leads_from_its_opening_to_its_closing_balance(read: Line) -> None:
    page = read.json("statement", ADA)
    assert (page["opening"], page["closing"]) == ("0.00", "80.00")
    assert [one["kind"] for one in page["postings"]] == ["posted", "pending", "post"]
    told = read.ok("statement", ADA).out
    assert "opening balance 0.00 EUR" in told
    assert "closing balance 80.00 EUR" in told


def test_a_statement_goes_on_where_the_page_before_ended(read: Line) -> None:
    first = read.json("statement", ADA, "--limit", "1")
    rest = read.json("statement", ADA, "--limit", "9", "--cursor", first["next_cursor"])
    assert len(first["postings"] + rest["postings"]) == 3
    assert "--cursor" in read.ok("statement", ADA, "--limit", "1").out


def test_transfers_are_listed_and_shown(read: Line) -> None:
    listed = read.json("transfer", "list", "--account", ADA)["transfers"]
    assert [one["transfer_id"] for one in listed][:2] == ["7", "8"]
    reverse = read.json("transfer", "list", "--newest-first", "--limit", "1")["transfers"]
    assert reverse[0]["transfer_id"] == listed[-1]["transfer_id"]
    assert "posted" in read.ok("transfer", "show", "8").out
    assert read("transfer", "show", "99").status == 1


def test_accounts_are_listed_by_prefix_and_shown(read: Line) -> None:
    listed = read.json("account", "list", "customer")["accounts"]
    assert [one["account"] for one in listed] == [ADA, BEN]
    shown = read.ok("account", "show", ADA).out
    assert "80.00" in shown
    assert "liability" in shown
    assert read("account", "show", "customer/nobody").status == 1


def test_an_account_is_frozen_reopened_and_closed(books: Line) -> None:
    books.ok("account", "freeze", ADA)
    assert books("transfer", "new", ADA, BEN, "1.00", "EUR").status == 1
    assert books.json("account", "show", ADA)["account"]["closed"] is True
    books.ok("account", "reopen", ADA)
    books.ok("transfer", "new", ADA, BEN, "100.00", "EUR")
    books.ok("account", "close", ADA)
    refused = books("account", "close", BEN)
    assert (refused.status, "account_not_empty" in refused.err) == (1, True)


def test_a_credit_line_lets_an_account_be_overdrawn(books: Line) -> None:
    books.ok("account", "credit-line", BEN, "10.00", "EUR")
    books.ok("transfer", "new", BEN, ADA, "10.00", "EUR")
    assert books("transfer", "new", BEN, ADA, "0.01", "EUR").status == 1


def test_notes_are_kept_with_the_account(books: Line) -> None:
    books.ok(
        *("account", "open", "fees/EUR", "--asset", "EUR", "--kind", "income"),
        *("--metadata", "owner=ops", "--metadata", "memo=a=b"),
    )
    assert books.json("account", "show", "fees/EUR")["account"]["metadata"] == {
        "memo": "a=b",
        "owner": "ops",
    }
    wrong = books(
        *("account", "open", "x", "--asset", "EUR", "--kind", "income", "--metadata", "owner")
    )
    assert wrong.status == 2


def test_lists_are_chosen_by_what_was_written_with_the_money(books: Line) -> None:
    file = books.folder / "in.csv"
    file.write_text(f"id,debit,credit,amount,asset,code,reference\n9,{BANK},{BEN},5.00,EUR,6,77\n")
    books.ok("import", "transfers", file)
    for lists in (("transfer", "list"), ("transfer", "list", "--account", BEN)):
        for chosen in (("--code", "6"), ("--user-data-128", "77", "--user-data-32", "0")):
            (found,) = books.json(*lists, *chosen)["transfers"]
            assert (found["transfer_id"], found["user_data_128"]) == ("9", "77")
    assert books.json("statement", BEN, "--side", "debit")["postings"] == []
    (line,) = books.json("statement", BEN, "--side", "credit", "--user-data-64", "0")["postings"]
    assert (line["code"], line["user_data_128"]) == (6, "77")
    shown = books.ok("transfer", "show", "9").out
    assert "user data, 128 bits" in shown
    assert "user data, 64 bits" not in shown
    wrong = books("transfer", "list", "--user-data-64", "much")
    assert (wrong.status, "user_data_64" in wrong.err) == (2, True)


def test_accounts_are_chosen_by_code_and_when_they_were_opened(read: Line) -> None:
    opened = read.json("account", "show", ADA)["account"]["opened_position"]
    for chosen, expected in (
        (("--code", "1000"), [BANK]),
        (("--since", opened), [BEN]),
        (("--until", opened), [BANK, ADA]),
        (("customer", "--until", opened), [ADA]),
        (("--user-data-128", "5"), []),
    ):
        found = read.json("account", "list", *chosen)["accounts"]
        assert [one["account"] for one in found] == expected


def test_many_are_looked_up_at_once(read: Line) -> None:
    found = read.json("transfer", "find", "8", "404", "7")["transfers"]
    assert [one["transfer_id"] for one in found] == ["8", "7"]
    assert ADA in read.ok("transfer", "find", "7").out
    found = read.json("account", "find", BEN, "nobody/EUR", BANK)["accounts"]
    assert [one["account"] for one in found] == [BEN, BANK]
    assert "20.00" in read.ok("account", "find", BEN).out


def test_a_transfer_shows_the_note_of_its_posting(books: Line) -> None:
    noted = ("--effective-date", "2026-01-31", "--metadata", "order=7", "--id", "12")
    books.ok("transfer", "new", ADA, BEN, "1.00", "EUR", *noted)
    shown = books.ok("transfer", "show", "12").out
    assert "2026-01-31" in shown
    assert "order" in shown


def test_an_ended_reservation_is_shown_with_addresses(books: Line) -> None:
    books.ok("transfer", "hold", ADA, BEN, "30.00", "EUR", "--id", "8")
    [posted] = books.json("transfer", "post", "8")["transfers"]
    assert (posted["debit"], posted["credit"]) == (ADA, BEN)
