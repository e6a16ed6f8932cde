"""The history index: any account's balances after any past moment, and its statements.

An append-only read model of the ledger's events, built by compiled loops and kept in four files
(about 56 bytes a transfer). It copies no transfer: a posting names its record by `position.index`,
and the reader takes that from the journal. Every stored transfer (a post or a void too) and every
expired reservation is one *movement*, and movements are numbered in the journal's order.

It is no truth of its own: what is lost or not trusted is rebuilt from the journal, from `position`
on. Every byte of the files is summed, and compared when they are opened; nonsense that is met
later ends the index and never the process (see `damage`).

One process has a directory open at a time. Any thread may call; calls take turns.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import Halted, InvariantBroken, Malformed
from tpwallet.ports.view import ViewDamaged
from tpwallet.views.history import limits
from tpwallet.views.history.adding import add
from tpwallet.views.history.bounds import accounts_by, existed, moment_of, movements_by
from tpwallet.views.history.damage import StoredNonsense
from tpwallet.views.history.loops import reading
from tpwallet.views.history.loops.words import (
    ACCOUNT_ID,
    CREATED_AT,
    CREATED_POSITION,
    MOVEMENTS,
    VALUE_WORDS,
)
from tpwallet.views.history.moments import (
    AtTime,
    Balances,
    Cause,
    LedgerBalances,
    Moment,
    Opened,
    Posting,
    Side,
    Statement,
    balances_of,
)
from tpwallet.views.history.store import Store

_SIDES = (Side.DEBIT, Side.CREDIT)
_CAUSES = (Cause.TRANSFER, Cause.EXPIRY)


class HistoryIndex:
    """One pool's history, in one directory.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as directory:
    ...     index = HistoryIndex.open(directory, seed=7)
    ...     index.position, index.balance(1, at_position=0)
    ...     index.close()
    (0, None)
    """

    def __init__(self, store: Store) -> None:
        """Use `open`."""
        self._store = store
        self._lock = threading.Lock()
        self._unusable = ""  # why, once it is
        self._damage: ViewDamaged | None = None

    @classmethod
    def open(cls, directory: Path | str, seed: int) -> "HistoryIndex":
        """Open the history a directory holds, or begin one there.

        What cannot be trusted (damaged, of another format, not of one flush) is begun again:
        `position` is then 0. `seed` is 128 bits of entropy for the layout of ids in memory.

        **Rejects** with `Halted` a directory that another process has open.
        """
        return cls(Store(Path(directory), seed))

    def _usable(self) -> Store:
        if self._unusable:
            raise Halted(f"the history index is {self._unusable}")
        return self._store

    @contextmanager
    def _stored(self) -> Iterator[Store]:
        """What is stored, while nobody else asks or adds; damage that is met ends the index."""
        with self._lock:
            store = self._usable()
            try:
                yield store
            except StoredNonsense as nonsense:
                self._unusable = "damaged: open it again, and it is begun again"
                self._damage = ViewDamaged("history", str(nonsense))
                raise self._damage from nonsense

    @property
    def damage(self) -> ViewDamaged | None:
        """What was met since it was opened that cannot have been written; None: nothing. The index
        is then of no use, and whoever opens it next begins it again.
        """
        return self._damage

    @property
    def begun_again(self) -> str:
        """Why what the directory held was not trusted when it was opened; empty: it was."""
        damage = self._store.damage
        return "" if damage is None else str(damage)

    # Building

    @property
    def position(self) -> int:
        """The last position of the journal that it holds."""
        return self._store.position

    def apply(self, entries: Iterable[Entry]) -> None:
        """Add the journal's next entries.

        **Rejects** with `InvariantBroken` an entry that is not the next, and one that does not
        fit the history; after the latter the index is of no use until it is `reset`.
        """
        for entry in entries:
            self._add(entry)
        with self._lock:
            if not self._unusable:
                self._store.sum_up()

    def _add(self, entry: Entry) -> None:
        with self._stored() as store:
            if entry.first_position != store.position + 1:
                raise InvariantBroken(
                    f"history at {store.position} met position {entry.first_position}"
                )
            self._unusable = "broken: an entry was not added; open it again, or reset it"
            for event in entry.events:
                add(store, event)
            self._unusable = ""

    def flush(self) -> None:
        """Make everything up to `position` durable: 48 bytes are written for each account.

        A crash loses what came after the last flush, to be applied again. After an error the
        index is of no use until it is opened again: what a failed write left is not known.
        """
        with self._lock:
            store = self._usable()
            self._unusable = "broken: it was not made durable; open it again"
            store.save()
            self._unusable = ""

    def close(self) -> None:
        """Let go of the directory. What was not flushed is lost. Closing twice is allowed."""
        with self._lock:
            if self._unusable != "closed":
                if self._damage is not None:
                    self._store.distrust()
                self._store.close(trim=not self._unusable)
                self._unusable = "closed"

    def reset(self) -> None:
        """Begin again from nothing, to be rebuilt from the journal's first position."""
        with self._lock:
            if self._unusable == "closed":
                raise Halted("the history index is closed")
            self._store.clear()
            self._unusable = ""
            self._damage = None

    def bytes_used(self) -> int:
        """Bytes of disk it takes; room it holds for growing is not counted."""
        with self._lock:
            return self._usable().bytes_used()

    # Reading

    def opened(self, account_id: int) -> Opened | None:
        """When an account came into being; None: it has not."""
        with self._stored() as store:
            row = _row_of(store, account_id)
            return None if row is None else _opened(store, row)

    def current(self, account_id: int) -> Balances | None:
        """An account's balances as of `position`; None: there is no such account."""
        with self._stored() as store:
            row = _row_of(store, account_id)
            if row is None:
                return None
            debits, credits = store.accounts[row].reshape(2, -1).tolist()
            return balances_of(debits[:VALUE_WORDS] + credits[:VALUE_WORDS])

    def balance(
        self, account_id: int, *, at_position: int | None = None, at_time: int | None = None
    ) -> Balances | None:
        """An account's balances after a past moment: a position of the journal, or a time in
        nanoseconds; without either, as of `position`. None: the account did not exist then.

        **Rejects** with `Malformed` both at once, and a position that is not in the index yet.
        """
        moment = moment_of(at_position, at_time)
        with self._stored() as store:
            row = _row_of(store, account_id)
            if row is None:
                return None
            bound = movements_by(store, moment)
            if not existed(store, row, moment):
                return None
            words = np.empty(8, np.uint64)
            reading.balance(store.at, row, bound, words)
            return balances_of(words.tolist())

    def balances_at(
        self, position: int | None = None, *, at_time: int | None = None
    ) -> LedgerBalances:
        """The balances of every account that existed at a past moment, as in `balance`."""
        moment = moment_of(position, at_time)
        with self._stored() as store:
            bound = movements_by(store, moment)
            count = accounts_by(store, moment)
            words = np.empty((count, 8), np.uint64)
            if count:
                reading.balances_of_all(store.at, bound, words)
            ids = store.accounts[:count, ACCOUNT_ID : ACCOUNT_ID + 2].copy()
            return LedgerBalances(ids, words)

    def movement_at_time(self, time: int) -> int | None:
        """Number of the last movement made by a time, in nanoseconds; None: there is none."""
        with self._stored() as store:
            bound = movements_by(store, AtTime(time))
        return bound - 1 if bound else None

    def statement(
        self,
        account_id: int,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int = limits.STATEMENT_POSTINGS_MAX,
        reverse: bool = False,
        cursor: int | None = None,
    ) -> Statement | None:
        """A page of an account's postings after the moment `since` and up to the moment `until`,
        the earliest first or, with `reverse`, the latest. None: there is no such account.

        The balance at `since`, plus the postings, is the balance at `until`. `cursor` is that of
        the page before, asked for with the same moments and direction.

        **Rejects** with `Malformed` a limit or cursor out of range, and a moment as in `balance`.
        """
        if not 1 <= limit <= limits.STATEMENT_POSTINGS_MAX:
            raise Malformed(
                f"a page has 1 to {limits.STATEMENT_POSTINGS_MAX} postings", parameter="limit"
            )
        with self._stored() as store:
            row = _row_of(store, account_id)
            if row is None:
                return None
            after = 0 if since is None else movements_by(store, since)
            bound = movements_by(store, until)
            if cursor is not None:
                if not 0 <= cursor < int(store.block[MOVEMENTS]):
                    raise Malformed("a cursor comes from the page before", parameter="cursor")
                after = after if reverse else max(after, cursor + 1)
                bound = min(bound, cursor) if reverse else bound
            found = np.empty((limit, 6), np.int64)
            words = np.empty((limit + 1, 8), np.uint64)
            count, more = reading.page(store.at, row, after, bound, reverse, found, words)
        return _statement(found[:count], words[: count + 1], more=more, reverse=reverse)


def _row_of(store: Store, account_id: int) -> int | None:
    reference = store.account_ids.get(account_id)
    return reference - 1 if reference else None


def _opened(store: Store, row: int) -> Opened:
    words = store.accounts[row]
    return Opened(int(words[CREATED_POSITION]), int(words[CREATED_AT]))


def _statement(found: np.ndarray, words: np.ndarray, *, more: int, reverse: bool) -> Statement:
    balances = [balances_of(row) for row in words.tolist()]
    postings = [
        Posting(
            movement,
            position,
            index,
            time,
            _SIDES[side],
            _CAUSES[expiry],
            balances[at],
            balances[at + 1],
        )
        for at, (movement, side, position, index, time, expiry) in enumerate(found.tolist())
    ]
    if reverse:
        postings.reverse()
    return Statement(tuple(postings), postings[-1].movement if more else None)
