"""With --json every command answers with one JSON value and says nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

import tpwallet
from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line
from tpwallet.faces.cli.main import cli
from tpwallet.faces.embedded import Personal

# In an order in which each can be done; serve is the one command that does not end.
WALK: tuple[tuple[str, ...], ...] = (
    ("init", "other"),
    ("account", "open", "fees/EUR", "--asset", "EUR", "--kind", "income"),
    ("account", "list"),
    ("account", "show", ADA),
    ("account", "credit-line", BEN, "5.00", "EUR"),
    ("account", "freeze", BEN),
    ("account", "reopen", BEN),
    ("account", "open", "spare/EUR", "--asset", "EUR", "--kind", "liability"),
    ("account", "close", "spare/EUR"),
    ("transfer", "new", BANK, ADA, "1.00", "EUR"),
    ("transfer", "hold", ADA, BEN, "1.00", "EUR", "--id", "801"),
    ("transfer", "hold", ADA, BEN, "1.00", "EUR", "--id", "802"),
    ("transfer", "post", "801"),
    ("transfer", "void", "802"),
    ("transfer", "show", "801"),
    ("transfer", "list"),
    ("import", "transfers", "in.csv"),
    ("balance", ADA),
    ("statement", ADA),
    ("export", "--out", "books.tpwx"),
    ("verify",),
    ("proof", "transfer", "801"),
    ("proof", "event", "3"),
    ("proof", "consistency", "3"),
    ("proof", "checkpoint"),
    ("replay",),
    ("backup", "saved"),
    ("restore", "saved", "again"),
    ("key", "issue", "reader", "--scope", "ledger:read"),
    ("key", "list"),
    ("key", "revoke", "reader"),
    ("asset", "register", "OLD", "--scale", "2", "--ledger", "70001"),
    ("asset", "register", "NEW", "--scale", "2", "--ledger", "70002"),
    ("asset", "list"),
    ("asset", "rescale", "OLD", "NEW", "--ratio", "1/1"),
    ("asset", "register", "GONE", "--scale", "2", "--ledger", "70003"),
    ("asset", "delist", "GONE"),
    ("period", "close", "2020-12-31"),
    ("period", "show"),
    ("document", "put", "fees", "card", "fees.json"),
    ("document", "put", "fees", "card", "fees.json", "--schema", "2"),
    ("document", "show", "fees"),
    ("document", "history", "fees", "card"),
    ("document", "rollback", "fees", "card", "1"),
    ("account", "find", BANK, ADA),
    ("transfer", "find", "7001", "7"),
    ("segment", "archive", "10"),
    ("segment", "list"),
    ("grant", "new", "key:reader", "customer"),
    ("grant", "list"),
    ("grant", "end", "1"),
    ("clock", "override", "machine-slept"),
    ("vault", "sweep"),
    ("vault", "erase", "person-1", "--yes"),
    ("doctor",),
    ("views", "rebuild"),
)


def _leaves(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield path
        return
    for name, inner in command.commands.items():
        yield from _leaves(inner, *path, name)


def test_every_command_answers_programs_with_one_json_value(books: Line) -> None:
    (books.folder / "in.csv").write_text(f"debit,credit,amount,asset\n{BANK},{BEN},1.00,EUR\n")
    (books.folder / "fees.json").write_text("{}")
    with tpwallet.open(books.pool) as pool:
        pool.transfer(
            debit=BANK,
            credit=ADA,
            amount="1",
            asset="EUR",
            personal=Personal("person-1", {"note": "for the flat"}),
        )
    for arguments in WALK:
        ran = books.inside(*arguments, "--json")
        assert (ran.status, ran.err) == (0, ""), (arguments, ran)
        json.loads(ran.out)
        assert ran.out.count("\n") == 1 or arguments[0] == "proof", arguments
    walked = {path for path in _leaves(cli) for one in WALK if one[: len(path)] == path}
    assert set(_leaves(cli)) - walked == {("serve",)}


def test_an_erased_person_is_gone_and_the_books_stay(books: Line) -> None:
    with tpwallet.open(books.pool) as pool:
        pool.transfer(
            debit=BANK,
            credit=ADA,
            amount="1",
            asset="EUR",
            personal=Personal("person-1", {"note": "for the flat"}),
        )
    aborted = books("vault", "erase", "person-1")  # nobody is there to say yes
    assert aborted.status == 130
    assert books.json("vault", "erase", "person-1", "--yes") == {
        "subject": "person-1",
        "texts": 1,
    }
    assert books.json("vault", "erase", "person-1", "--yes")["texts"] == 0
    assert books.json("balance", ADA)["posted"] == "101.00"
    assert books.json("verify")["verdict"]["ok"] is True
    assert Path(books.pool / "vault.db").exists()
