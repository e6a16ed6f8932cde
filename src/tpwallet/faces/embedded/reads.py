"""What the library reads: statements, lists, totals, events and proofs of an open pool.

Every read reflects at least what the pool had made durable when it was asked: who has paid sees
the payment. The reading half is opened with the first read that needs it, and then follows the
journal in a thread of its own; if it stops, the next read opens it again. Pages go on with
`cursor`, moments (`at`, `since`, `until`) are positions or RFC 3339 times.
"""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.embedded.damage import telling_damage
from tpwallet.faces.live import LiveAccount, live_account
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.personal_reads import PersonalReads
from tpwallet.hub import Writer
from tpwallet.kernel.errors import Halted, JournalCorrupt
from tpwallet.kernel.journal import Journal
from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof

if TYPE_CHECKING:
    from tpwallet.faces.reading import Reader, ReadSide

Moment = int | str


class PoolReads:
    """The reading methods of a pool; `Pool` adds those that change it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._opening = threading.Lock()
        self._side: ReadSide | None = None
        self._reading_journal: Journal | None = None
        self._opened: Reader | None = None
        self._reads_closed = False

    def _reader(self) -> "Reader":
        with self._opening:
            if self._reads_closed:
                raise Halted("the pool is closed")
            if self._has_stopped():
                self._let_go()
            if self._opened is None:
                with telling_damage(self._writer.directory.path):
                    self._opened = self._open_reader()
            return self._opened

    def _has_stopped(self) -> bool:
        """Whether the reading half has failed in a way that opening it again may mend: a reader
        was interrupted, or a disk was full; not that the journal is damaged.
        """
        failure = None if self._side is None else self._side.follower.failure
        return failure is not None and not isinstance(failure, JournalCorrupt)

    def _open_reader(self) -> "Reader":
        from tpwallet.faces.reading import Reader, ReadSide, limits  # noqa: PLC0415 - 200 ms

        directory = self._writer.directory
        journal = open_journal(directory, read_only=True)
        try:
            side = ReadSide(directory, journal)
        except BaseException:
            journal.close()
            raise
        self._side, self._reading_journal = side, journal
        side.start()
        return Reader(
            side,
            live=self._writer.read,
            vault=self._writer.vault,
            audit=PersonalReads(directory.personal_reads_path).note,
            wait_ns_max=limits.EMBEDDED_WAIT_NS_MAX,
        )

    def _close_reads(self) -> None:
        with self._opening:
            self._reads_closed = True
            self._let_go()

    def _let_go(self) -> None:
        side, journal = self._side, self._reading_journal
        self._side = self._opened = self._reading_journal = None
        try:
            if side is not None:
                side.close()
        finally:
            if journal is not None:
                journal.close()

    @property
    def position(self) -> int:
        """The last durable position of the journal."""
        return self._writer.position

    # Money

    def balance(self, account: str, *, at: Moment | None = None) -> shapes.Balance:
        """An account's balance, now or after a past moment. **Rejects** `account_not_found`."""
        if at is None:
            live: LiveAccount = self._writer.read(lambda state: live_account(state, account))
            return live.balance(account)
        return self._reader().balance(account, at=at, at_least=self.position)

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
        """A page of an account's postings after `since` and up to `until`, the earliest first
        unless `is_reversed`. **Rejects** `account_not_found`, `cursor_mismatch`.
        """
        return self._reader().statement(
            account,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
            at_least=self.position,
        )

    def history(
        self,
        account: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        is_reversed: bool | None = None,
    ) -> Iterator[shapes.Posting]:
        """All postings of a statement, page after page."""
        cursor: str | None = None
        while True:
            page = self.statement(
                account,
                since=since,
                until=until,
                limit=1000,
                is_reversed=is_reversed,
                cursor=cursor,
            )
            yield from page.postings
            cursor = page.next_cursor
            if cursor is None:
                return

    def totals(self, *, at: Moment | None = None) -> reading_shapes.Totals:
        """What the pool owes, holds and earns in each asset, and whether it adds up."""
        return self._reader().totals(at=at, at_least=self.position)

    def tree(self, path: str, *, at: Moment | None = None) -> reading_shapes.Branch:
        """What the accounts at a path and below it come to. **Rejects** `node_not_found`."""
        return self._reader().tree(path, at=at, at_least=self.position)

    # Lists

    def account(self, account: str) -> reading_shapes.FoundAccount:
        """An account: what it is, what is known of it, what it has. **Rejects**
        `account_not_found`.
        """
        return self._reader().account(account, at_least=self.position)

    def accounts(
        self,
        *,
        prefix: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.AccountPage:
        """A page of accounts: by address with a `prefix`, else in order of creation."""
        return self._reader().accounts(
            prefix=prefix,
            asset=asset,
            kind=kind,
            limit=limit,
            cursor=cursor,
            at_least=self.position,
        )

    def find_transfer(self, transfer_id: str) -> reading_shapes.FoundTransfer:
        """A transfer by its id, with its note and how a reservation stands. **Rejects**
        `transfer_not_found`.
        """
        return self._reader().transfer(transfer_id, at_least=self.position)

    def transactions(
        self,
        *,
        account: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.TransferPage:
        """A page of transfers and expiries, of one account, asset and kind, or of all."""
        return self._reader().transactions(
            account=account,
            asset=asset,
            kind=kind,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
            at_least=self.position,
        )

    # The journal

    def events(
        self, *, after: int = 0, limit: int | None = None, is_expanded: bool = False
    ) -> reading_shapes.EventPage:
        """Events after a position; batches summed up, or shown record by record."""
        return self._reader().events(
            after=after, limit=limit, is_expanded=is_expanded, at_least=self.position
        )

    def entry(self, position: int) -> reading_shapes.Entry:
        """What one command led to, and its commit. **Rejects** `event_not_found`."""
        return self._reader().entry(position, at_least=self.position)

    def feed(self, *, after: str = "0", limit: int | None = None) -> reading_shapes.ChangePage:
        """Movements of money after a place, each with both accounts' balances after it."""
        return self._reader().feed(after=after, limit=limit, at_least=self.position)

    def reading_position(self) -> reading_shapes.Progress:
        """How far the reading half has come, and how far behind the journal it is."""
        return self._reader().position()

    # Proofs

    def proof_of_transfer(self, transfer_id: str) -> ItemProof:
        """Prove that a transfer stands in the journal. **Rejects** `transfer_not_found`."""
        return self._reader().proof_of_transfer(transfer_id, at_least=self.position)

    def proof_of_event(self, position: int) -> EventProof:
        """Prove that an event stands at a position. **Rejects** `event_not_found`."""
        return self._reader().proof_of_event(position, at_least=self.position)

    def checkpoint(self, position: int | None = None) -> reading_shapes.Checkpoint:
        """The newest signed checkpoint, or that of the commit that holds a position."""
        return self._reader().checkpoint(position, at_least=self.position)

    def consistency(self, old: int | str, new: int | str | None = None) -> ConsistencyProof:
        """Prove that the log of checkpoint `old` is how that of `new` begins. **Rejects**
        `checkpoint_unknown`.
        """
        return self._reader().consistency(old, new, at_least=self.position)

    # Personal texts

    def open_sealed(self, reference: str) -> str | None:
        """The personal text behind a reference (hexadecimal), or None once its person is erased.
        Who opened what is written down first, in the pool's list of such reads.
        """
        return self._reader().open_sealed(reference, reader="owner")
