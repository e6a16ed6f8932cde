"""`tpwallet key`: the keys that programs present to a hub."""

from typing import Final

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.output import answer, show_facts, show_table, tell
from tpwallet.faces.cli.receipts import answer_receipt, change_options
from tpwallet.faces.cli.texts import check_time

SCOPES: Final = (
    "ledger:read",
    "ledger:write",
    "ledger:bulk",
    "proofs:read",
    "metrics:read",
    "personal:read",
    "admin",
)


@command("issue")
@click.argument("key_id")
@option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="What it may do. May be repeated.",
)
@option("--expires-at", metavar="TIME", help="It opens nothing from then on: 2027-01-31T00:00:00Z.")
def issue(key_id: str, scopes: tuple[str, ...], expires_at: str | None) -> None:
    """Make an API key; its token is shown this once.

    KEY_ID is what the key is called, here and in the journal.
    """
    until = check_time(expires_at, parameter="expires_at")
    with writing() as door:
        found = door.issue_key(key_id, scopes, expires_at=until)

    def show() -> None:
        tell("The key '{key}' is made. Its token is shown this once:", key=found.key_id)
        click.echo(f"\n  {found.token}\n")
        show_facts((("scopes", ", ".join(found.scopes)), ("expires", found.expires_at or "never")))

    answer(found, show)


@command("revoke")
@click.argument("key_id")
@change_options
def revoke(key_id: str, command_id: str | None, is_rehearsal: bool) -> None:
    """Close an API key for good."""
    with writing() as door:
        receipt = door.revoke_key(key_id, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(
        receipt, "The key '{key}' opens nothing any more.", is_rehearsal=is_rehearsal, key=key_id
    )


@command("list")
def list_keys() -> None:
    """List API keys, without their tokens."""
    with reading() as reader:
        found = reader.keys()

    def show() -> None:
        show_table(
            ("Key", "Scopes", "Expires", "Revoked"),
            [
                (
                    one.key_id,
                    ", ".join(one.scopes),
                    one.expires_at or "",
                    "yes" if one.revoked else "",
                )
                for one in found.keys
            ],
            empty="There are no keys.",
        )

    answer(found, show)


KEY = group(
    "key",
    section="Administration",
    help="Make, list and close the keys that programs present.",
    commands=(issue, revoke, list_keys),
)
