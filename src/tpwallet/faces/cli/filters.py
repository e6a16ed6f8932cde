"""The options that choose records by what they were written with."""

from collections.abc import Callable
from typing import TypeVar

import click

from tpwallet.faces.cli.command import option

F = TypeVar("F", bound=Callable[..., object])


def mark_options(function: F) -> F:
    """The options of every list of accounts, transfers or postings."""
    for add in (
        option(
            "--user-data-32",
            type=int,
            metavar="NUMBER",
            help="Only those with these 32 bits of user data.",
        ),
        option(
            "--user-data-64",
            metavar="NUMBER",
            help="Only those with these 64 bits of user data.",
        ),
        option(
            "--user-data-128",
            metavar="NUMBER",
            help="Only those with this user data; an imported reference is here.",
        ),
        option("--code", type=int, metavar="NUMBER", help="Only those with this code."),
    ):
        function = add(function)
    return function


def side_option(function: F) -> F:
    """The option of lists of one account's movements."""
    return option(
        "--side",
        type=click.Choice(("debit", "credit")),
        help="Only those on this side of the account.",
    )(function)
