"""The history's memory and files: the block of words that the loops take, and what it leads to.

In memory lie each account's present values and the heads of its chains, the open reservations, and
the id indexes of both; in files, which are only ever appended to, what has been. `save` makes the
files durable, then names their sizes and checksums in the state file. When the store is opened
again, every byte up to those sizes is compared with its checksum, and whatever a crash left past
them is cut off. What does not agree is all forgotten: it is begun again, and `damage` says why.

This is not locked and checks nothing but itself: see `index`.
"""

import fcntl
import hashlib
import os
from pathlib import Path

import numpy as np

from tpwallet.kernel.errors import Halted, InvariantBroken
from tpwallet.kernel.id_index import IdIndex
from tpwallet.kernel.memory import reserve
from tpwallet.kernel.words import address_of
from tpwallet.views.history import limits
from tpwallet.views.history.block_sums import BlockSums
from tpwallet.views.history.checking import damage_in
from tpwallet.views.history.damage import Damage, StoredNonsense
from tpwallet.views.history.growing_file import GrowingFile
from tpwallet.views.history.loops.reservations import mark_free
from tpwallet.views.history.loops.restoring import restore
from tpwallet.views.history.loops.words import (
    ACCOUNT_IDS_AT,
    ACCOUNT_WORDS,
    ACCOUNTS,
    ACCOUNTS_AT,
    BLOCK_WORDS,
    EVENT_BYTES,
    EVENTS,
    EVENTS_AT,
    LATEST,
    MOVEMENT_BYTES,
    MOVEMENTS,
    MOVEMENTS_AT,
    RESERVATION_IDS_AT,
    RESERVATION_WORDS,
    RESERVATIONS_AT,
    RESERVED_CREDIT,
    RESERVED_DEBIT,
    SLOTS_USED,
    TIMES,
    TIMES_AT,
    WIDE_BYTES,
    WIDES,
    WIDES_AT,
)
from tpwallet.views.history.saved_state import (
    FILES,
    KEPT,
    ROW_BYTES,
    STATE,
    Header,
    SavedState,
    StateUnusable,
    read_state,
    write_state,
)

_COUNTERS = (MOVEMENTS, EVENTS, WIDES, TIMES)  # of the files, in the order of `FILES`
_ADDRESSES = (MOVEMENTS_AT, EVENTS_AT, WIDES_AT, TIMES_AT)
_NO_SUMS = np.empty(0, np.uint32)


def _id_index(seed: int, purpose: bytes) -> IdIndex:
    key = hashlib.blake2b(seed.to_bytes(16, "little"), digest_size=16, person=purpose).digest()
    return IdIndex(int.from_bytes(key, "little"), segments_max=limits.ID_SEGMENTS_MAX)


class Store:
    """One history, as of `position`."""

    def __init__(self, directory: Path, seed: int) -> None:
        """Open what a directory holds; it is empty, and has `damage`, when that cannot be trusted.

        **Rejects** with `Halted` a directory that another process has open.
        """
        self.directory = directory
        self._seed = seed
        directory.mkdir(parents=True, exist_ok=True)
        self._folder = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._folder)
            raise Halted(f"{directory} is in use by another process") from None
        self._files = [GrowingFile(directory / name) for name in FILES]
        self._begin()
        self.damage = self._open()
        if self.damage is not None or not self.position:
            self.clear()

    def _open(self) -> Damage | None:
        """Load what was saved, if anything was; what is wrong with it, if anything is."""
        try:
            state = read_state(self.directory / STATE)
            if state is None:
                return None
            damage = damage_in(self.directory, state)
            if damage is None:
                self._load(state)
        except StateUnusable as unusable:
            return unusable.damage
        except StoredNonsense as nonsense:
            return Damage(STATE, None, f"does not fit its files: {nonsense}")
        return damage

    def _begin(self) -> None:
        """Empty memory."""
        self.position = 0
        self.accounts = reserve((limits.ACCOUNTS_MAX, ACCOUNT_WORDS), np.uint64)
        self._reservations = reserve((limits.OPEN_RESERVATIONS_MAX, RESERVATION_WORDS), np.uint64)
        self.account_ids = _id_index(self._seed, b"accounts")
        self._reservation_ids = _id_index(self._seed, b"reservations")
        self.block = np.zeros(BLOCK_WORDS, np.uint64)
        self.block[ACCOUNTS_AT] = address_of(self.accounts)
        self.block[ACCOUNT_IDS_AT] = self.account_ids.at
        self.block[RESERVATIONS_AT] = address_of(self._reservations)
        self.block[RESERVATION_IDS_AT] = self._reservation_ids.at
        self.at = address_of(self.block)

    def clear(self) -> None:
        """Forget everything, on disk too."""
        self.distrust()
        self._begin()
        self._map((0, 0, 0, 0), (_NO_SUMS,) * len(FILES))

    def distrust(self) -> None:
        """Have whoever opens the directory next begin again."""
        (self.directory / STATE).unlink(missing_ok=True)
        os.fsync(self._folder)

    # Files

    def _map(self, used: tuple[int, ...], sums: tuple[np.ndarray, ...]) -> None:
        """Cut the files off at the bytes in use, and take their addresses."""
        for file, length in zip(self._files, used, strict=True):
            file.truncate(length)
        self._sums = [BlockSums(*known) for known in zip(sums, used, strict=True)]
        self._take_addresses()

    def _take_addresses(self) -> None:
        for word, file in zip(_ADDRESSES, self._files, strict=True):
            self.block[word] = file.at

    def _used(self) -> tuple[int, ...]:
        """Bytes in use of each file."""
        return tuple(
            int(self.block[counter]) * row_bytes
            for counter, row_bytes in zip(_COUNTERS, ROW_BYTES, strict=True)
        )

    def make_room(self, movements: int) -> None:
        """Have room for an event of so many movements.

        **Rejects** with `OSError` a full disk, and with `InvariantBroken` a movement too many.
        """
        if int(self.block[MOVEMENTS]) + movements > limits.MOVEMENTS_MAX:
            raise InvariantBroken(f"a history has at most {limits.MOVEMENTS_MAX} movements")
        # Both values of a movement may be wide; its time takes at most a word, and a run one more.
        more = (
            movements * MOVEMENT_BYTES,
            EVENT_BYTES,
            2 * movements * WIDE_BYTES,
            8 * movements + 8,
        )
        moved = False
        for file, used, needed in zip(self._files, self._used(), more, strict=True):
            if used + needed > file.room:
                file.make_room(used, needed)
                moved = True
        if moved:
            self._take_addresses()

    def sum_up(self) -> None:
        """Sum what was written since the last time."""
        for sums, file, used in zip(self._sums, self._files, self._used(), strict=True):
            sums.extend(file.content, used)

    # State

    def _load(self, state: SavedState) -> None:
        header = state.header
        rows_reserved = state.reservations[:, (RESERVED_DEBIT, RESERVED_CREDIT)]
        if np.any(rows_reserved >= header.accounts):
            raise StoredNonsense("a reservation is of an account there is not")
        self.accounts[: header.accounts, KEPT] = state.accounts
        self._reservations[: header.reservations] = state.reservations
        for counter, count in zip(_COUNTERS, header.rows, strict=True):
            self.block[counter] = count
        self.block[ACCOUNTS] = header.accounts
        self.block[SLOTS_USED] = header.reservations
        self.block[LATEST] = header.latest
        self.position = header.position
        self._map(header.used, state.sums)
        restore(self.at)

    def _open_reservations(self) -> np.ndarray:
        used = np.empty(int(self.block[SLOTS_USED]), np.bool_)
        mark_free(self.at, used)
        return np.asarray(self._reservations[: len(used)][used])

    def save(self) -> None:
        """Make everything up to `position` durable."""
        self.sum_up()
        for file in self._files:
            file.flush()
        accounts = self.accounts[: int(self.block[ACCOUNTS]), KEPT]
        reservations = self._open_reservations()
        header = Header(
            position=self.position,
            latest=int(self.block[LATEST]),
            accounts=len(accounts),
            reservations=len(reservations),
            rows=tuple(int(self.block[counter]) for counter in _COUNTERS),
        )
        sums = tuple(each.known() for each in self._sums)
        write_state(self.directory / STATE, SavedState(header, accounts, reservations, sums))
        os.fsync(self._folder)

    def bytes_used(self) -> int:
        """Bytes in use of the files, and of the state file as last saved."""
        state = self.directory / STATE
        return sum(self._used()) + (state.stat().st_size if state.exists() else 0)

    def close(self, *, trim: bool) -> None:
        """Let go of the files; `trim` gives the room they did not use back to the disk."""
        for file, used in zip(self._files, self._used(), strict=True):
            file.close(used if trim else None)
        os.close(self._folder)
