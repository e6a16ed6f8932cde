"""Importing a file of transfers: all of it, or nothing and every reason why."""

import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line

HEADER = "debit,credit,amount,asset\n"


def posted(line: Line, account: str) -> str:
    found: str = line.json("balance", account)["posted"]
    return found


def write(line: Line, text: str, name: str = "in.csv") -> str:
    path = line.folder / name
    path.write_text(text)
    return str(path)


def test_a_file_is_imported_whole_and_only_once(books: Line) -> None:
    file = write(books, f"{HEADER}{BANK},{BEN},5.00,EUR\n{ADA},{BEN},1.50,EUR\n")
    told = books.json("import", "transfers", file)
    assert (told["transfers"], told["imported"]) == (2, True)
    assert posted(books, BEN) == "6.50"
    again = books("import", "transfers", file)
    assert again.status == 1
    assert "imported before" in again.out
    assert posted(books, BEN) == "6.50"


def test_a_dry_run_says_so_and_imports_nothing(books: Line) -> None:
    file = write(books, f"{HEADER}{BANK},{BEN},5.00,EUR\n")
    assert "would be imported" in books.ok("import", "transfers", file, "--dry-run").out
    assert posted(books, BEN) == "0.00"
    assert books.json("import", "transfers", file)["imported"] is True


def test_every_bad_line_is_named_and_nothing_is_imported(books: Line) -> None:
    file = write(
        books,
        f"{HEADER}{BANK},{BEN},5.00,EUR\n{BANK},{BEN},5.001,EUR\n{BANK},{BEN},,EUR\n"
        f"{BANK},{BEN},1,XXQ\n",
    )
    ran = books("import", "transfers", file, "--json")
    assert ran.status == 1
    assert [one["line"] for one in ran.json["problems"]] == [3, 4, 5]
    assert ran.json["imported"] is False
    assert posted(books, BEN) == "0.00"


def test_every_transfer_the_ledger_refuses_is_named(books: Line) -> None:
    file = write(
        books,
        f"{HEADER}{ADA},{BEN},99.00,EUR\n{ADA},{BEN},2.00,EUR\n{BANK},customer/none,1.00,EUR\n",
    )
    ran = books("import", "transfers", file, "--json")
    assert [(one["line"], one["status"]) for one in ran.json["problems"]] == [
        (3, "exceeds_credits"),
        (4, "credit_account_not_found"),
    ]
    assert posted(books, BEN) == "0.00"
    told = books("import", "transfers", file, "--lang", "zh").out
    assert "借方账户没有这么多资金。" in told


@pytest.mark.parametrize("name", ["in.csv", "in.ndjson", "in.parquet"])
def test_three_kinds_of_file_say_the_same(books: Line, name: str) -> None:
    row = {"debit": BANK, "credit": BEN, "amount": "5.00", "asset": "EUR"}
    path = books.folder / name
    if name.endswith(".csv"):
        path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    elif name.endswith(".ndjson"):
        path.write_text(json.dumps(row) + "\n")
    else:
        pyarrow.parquet.write_table(pa.Table.from_pylist([row]), path)
    assert books.json("import", "transfers", path)["transfers"] == 1
    assert posted(books, BEN) == "5.00"


def test_a_file_of_another_kind_is_refused(books: Line) -> None:
    ran = books("import", "transfers", write(books, "x", "in.xml"))
    assert ran.status == 2
    assert ".parquet" in ran.err


def test_many_wrong_lines_are_cut_off_for_people_and_told_to_programs(books: Line) -> None:
    file = write(books, HEADER + f"{BANK},{BEN},0.001,EUR\n" * 60)
    told = books("import", "transfers", file).out
    assert "Wrong lines: 60" in told
    assert "and 10 more" in told
    assert len(books("import", "transfers", file, "--json").json["problems"]) == 60
