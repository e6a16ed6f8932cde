"""The door to a pool that a hub serves: the same commands and questions, sent to its address.

A command of the machine becomes the call of the client that asks for it, and the hub decides it
under the rights of the key. The hub knows accounts by their names, so nobody has to tell it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tpwallet.faces import present, reading_shapes, shapes
from tpwallet.faces.cli.questions import Moment
from tpwallet.faces.cli.sending import send
from tpwallet.faces.client import Client
from tpwallet.kernel.command import Command
from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof


@contextmanager
def open_remote(url: str, key: str | None) -> Iterator["RemoteDoor"]:
    """The door to the pool of a key. **Rejects** with `Malformed` what is no address."""
    with Client(url, key) as hub:
        yield RemoteDoor(hub)


@contextmanager
def open_remote_reader(url: str, key: str | None) -> Iterator["RemoteReader"]:
    """Whoever answers questions about the pool of a key. **Rejects** as `open_remote` does."""
    with Client(url, key) as hub:
        yield RemoteReader(hub)


class RemoteDoor:
    """A pool that a hub holds; see `Door`."""

    def __init__(self, hub: Client) -> None:
        self._hub = hub

    def run(
        self,
        command: Command,
        *,
        names: Iterable[str] = (),
        command_id: str | None = None,
        is_rehearsal: bool = False,
    ) -> shapes.Receipt:
        """Run a command, or only say what it would be answered."""
        return send(self._hub, command, {"command_id": command_id, "dry_run": is_rehearsal})

    def issue_key(
        self, key_id: str, scopes: Sequence[str], *, expires_at: int | None
    ) -> shapes.IssuedKey:
        """Make a key; its token is in the answer and nowhere else."""
        expires = None if expires_at is None else present.time_text(expires_at)
        return self._hub.issue_key(key_id, scopes, expires_at=expires)

    def import_file(self, path: Path, *, is_rehearsal: bool) -> shapes.ImportedFile:
        """Import a file of transfers, all of it or nothing. It is rehearsed first, because only
        then every line at fault is named.

        **Rejects** with `Malformed` a file whose name does not say what it is.
        """
        form = path.suffix.removeprefix(".").lower()
        content = path.read_bytes()
        found = self._hub.import_transfers(content, form, dry_run=True)
        if not found.problems and not is_rehearsal:
            found = self._hub.import_transfers(content, form)
        return msgspec.structs.replace(found, file=str(path), dry_run=is_rehearsal)


class RemoteReader:
    """A reader of a pool that a hub holds; see `Questions`."""

    def __init__(self, hub: Client) -> None:
        self._hub = hub

    def balance(self, account: str, *, at: Moment | None = None) -> shapes.Balance:
        """An account's balance, now or after a past moment."""
        return self._hub.balance(account, at=at)

    def statement(
        self,
        account: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> shapes.Statement:
        """A page of an account's postings."""
        return self._hub.statement(
            account,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
        )

    def account(self, account: str) -> reading_shapes.FoundAccount:
        """An account."""
        return self._hub.account(account)

    def accounts(
        self,
        *,
        prefix: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.AccountPage:
        """A page of accounts."""
        return self._hub.accounts(prefix=prefix, asset=asset, kind=kind, limit=limit, cursor=cursor)

    def transfer(self, transfer_id: str) -> reading_shapes.FoundTransfer:
        """A transfer by its id."""
        return self._hub.find_transfer(transfer_id)

    def transactions(
        self,
        *,
        account: str | None = None,
        asset: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.TransferPage:
        """A page of transfers and expiries."""
        return self._hub.transactions(
            account=account,
            asset=asset,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
        )

    def checkpoint(self, position: int | None = None) -> reading_shapes.Checkpoint:
        """A signed checkpoint."""
        return self._hub.checkpoint(position)

    def proof_of_transfer(self, transfer_id: str) -> ItemProof:
        """Prove that a transfer stands in the journal."""
        return self._hub.proof_of_transfer(transfer_id)

    def proof_of_event(self, position: int) -> EventProof:
        """Prove that an event stands at a position."""
        return self._hub.proof_of_event(position)

    def consistency(self, old: int | str, new: int | str | None = None) -> ConsistencyProof:
        """Prove that the log of one checkpoint is how that of another begins."""
        return self._hub.consistency(old, new)

    def keys(self) -> shapes.Keys:
        """Every key, without its secret."""
        return self._hub.keys()

    def assets(self) -> shapes.Assets:
        """Every asset."""
        return self._hub.assets()

    def period(self) -> shapes.Period:
        """Up to which day the books are closed."""
        return self._hub.closed_period()

    def grants(self) -> shapes.Grants:
        """Every bulk grant in force."""
        return self._hub.grants()

    def document_history(self, kind: str, name: str) -> shapes.Documents:
        """All versions of a document, oldest first."""
        position = self._hub.document_history(kind, name, limit=1).position
        found = list(self._hub.each_version(kind, name))
        return shapes.Documents(documents=found, position=position)

    def documents_in_force(self, kind: str) -> shapes.Documents:
        """The documents of a kind that are in force now."""
        position = self._hub.documents_in_force(kind, limit=1).position
        found = list(self._hub.each_document_in_force(kind))
        return shapes.Documents(documents=found, position=position)
