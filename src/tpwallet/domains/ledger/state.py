"""The ledger's state: arrays behind the loops, and how a unit takes them back.

Bulk batches decide in place and are not undoable: nothing after them in their unit may refuse.
Everything a flow does is undoable; its first change in a unit begins the undo log.
"""

import hashlib

import msgspec
import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import OPEN_ACCESS, SYSTEM_ACCESS, access_of
from tpwallet.domains.ledger.chart import Chart, account_id_of
from tpwallet.domains.ledger.events import (
    AccountNamed,
    AccountsCreated,
    BatchApplied,
    BulkGranted,
    BulkGrantEnded,
    Expired,
    Grant,
)
from tpwallet.domains.ledger.loops import replay, units
from tpwallet.domains.ledger.loops.books import free_ended
from tpwallet.domains.ledger.loops.words import (
    ACCESS_AT,
    ACCOUNT_IDS_AT,
    ACCOUNTS,
    ACCOUNTS_AT,
    ACCOUNTS_MAX,
    BLOCK_WORDS,
    COUNTERS,
    ENDED,
    ENDED_AT,
    INDEX_MASK,
    LAST_ACCOUNT_TIMESTAMP,
    LAST_TRANSFER_TIMESTAMP,
    OPEN_RESERVATIONS,
    QUEUE,
    QUEUE_AT,
    QUEUE_MAX,
    QUEUE_ROW_WORDS,
    RESERVATIONS_AT,
    SLOT_OPEN,
    SLOT_WORDS,
    SLOTS_AT,
    SLOTS_MAX,
    SLOTS_USED,
    TIMESTAMP,
    TRANSFER_IDS_AT,
    TRANSFERS,
    UNDO_AT,
    UNDO_MAX,
    UNDO_ROW_WORDS,
    WORDS,
)
from tpwallet.domains.ledger.records import (
    REFUSAL,
    Account,
    Transfer,
    unpack_account,
    unpack_transfer,
    words_of,
)
from tpwallet.domains.ledger.scratch import Scratch
from tpwallet.domains.ledger.status import BURNT_BIT
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.id_index import IdIndex
from tpwallet.kernel.memory import Dumped, reserve
from tpwallet.kernel.wire import Event
from tpwallet.kernel.words import address_of

_encode_grants = msgspec.msgpack.Encoder().encode
_decode_grants = msgspec.msgpack.Decoder(list[Grant]).decode
_VALUE_MASK = (1 << 60) - 1


def _seed(entropy: bytes, purpose: bytes) -> int:
    return int.from_bytes(
        hashlib.blake2b(entropy, digest_size=16, person=purpose).digest(), "little"
    )


class LedgerState:
    """Accounts, transfer ids, open reservations and the chart of one pool."""

    apply_version = 3

    def __init__(self, entropy: bytes) -> None:
        """An empty ledger; `entropy` (32 bytes) only seeds how its indexes are laid out."""
        self.accounts = reserve((limits.ACCOUNTS_MAX, WORDS), np.uint64)
        self.access = reserve((limits.ACCOUNTS_MAX,), np.uint64)
        self.named_at = reserve((limits.ACCOUNTS_MAX,), np.uint64)  # positions; 0: no address
        self.reservations = reserve((limits.OPEN_RESERVATIONS_MAX, WORDS), np.uint64)
        self.slots = reserve((limits.OPEN_RESERVATIONS_MAX, SLOT_WORDS), np.uint64)
        self.queue = reserve((limits.QUEUE_ROWS_MAX, QUEUE_ROW_WORDS), np.uint64)
        self._ended = reserve((limits.OPEN_RESERVATIONS_MAX,), np.uint64)
        self._undo = reserve((limits.UNDO_ROWS_MAX, UNDO_ROW_WORDS), np.uint64)
        self.transfer_ids = IdIndex(_seed(entropy, b"transfers"))
        self.account_ids = IdIndex(_seed(entropy, b"accounts"))
        self.chart = Chart(_seed(entropy, b"chart"))
        self.scratch = Scratch()
        self.block = np.zeros(BLOCK_WORDS, np.uint64)
        for word, value in (
            *self.scratch.places(),
            (ACCOUNTS_AT, address_of(self.accounts)),
            (ACCOUNTS_MAX, len(self.accounts)),
            (ACCESS_AT, address_of(self.access)),
            (RESERVATIONS_AT, address_of(self.reservations)),
            (SLOTS_AT, address_of(self.slots)),
            (SLOTS_MAX, len(self.slots)),
            (QUEUE_AT, address_of(self.queue)),
            (QUEUE_MAX, len(self.queue)),
            (ENDED_AT, address_of(self._ended)),
            (UNDO_AT, address_of(self._undo)),
            (UNDO_MAX, len(self._undo)),
            (TRANSFER_IDS_AT, self.transfer_ids.at),
            (ACCOUNT_IDS_AT, self.account_ids.at),
        ):
            self.block[word] = value
        self.at = address_of(self.block)
        self._grants: dict[int, Grant] = {}
        self._begun: int | None = None  # the undo log's mark, once a flow has changed something
        self._irrevocable = False  # the arrays were changed in this unit without an undo log
        self._named: list[int] = []  # rows named in this unit
        # Of this unit, the last change last: access words before, from which row on, and grants.
        self._access_before: list[tuple[int, np.ndarray, dict[int, Grant]]] = []

    # Units

    def mark(self) -> int:
        """Begin a unit; the undo log begins with its first change."""
        self._begun, self._irrevocable = None, False
        return 0

    def begin_undoable(self) -> None:
        """Make the changes from here to the unit's end undoable."""
        if self._begun is None:
            self._begun = int(units.mark(self.at))

    def begin_bulk(self) -> None:
        """A bulk batch comes: it cannot be taken back, so it must be the unit's only change."""
        if self._begun is not None or self._irrevocable:
            raise InvariantBroken("a bulk batch shares its unit with other changes")
        self.transfer_ids.expect_growth()

    def begin_batch(self) -> None:
        """A batch is about to change the arrays; without an undo log that is for good."""
        if self._begun is None:
            self._irrevocable = True

    def put_off_batch(self) -> None:
        """The batch that was begun has changed nothing yet."""
        self._irrevocable = False

    def rollback(self, mark: int) -> None:
        """Take back everything since the unit began."""
        if self._irrevocable:
            raise InvariantBroken("a bulk batch cannot be taken back")
        while self._access_before:
            first, words, self._grants = self._access_before.pop()
            self.access[first : first + len(words)] = words
        for row in self._named:
            self.chart.account_nodes[row] = self.named_at[row] = 0
        self._named.clear()
        self.chart.rollback()
        if self._begun is not None:
            units.roll_back(self.at, self._begun)
            free_ended(self.at)
            self._begun = None

    def settle(self, mark: int) -> None:
        """Keep everything since the unit began."""
        self._named.clear()
        self._access_before.clear()
        self.chart.settle()
        if self._begun is not None:
            units.settle(self.at, self._begun)
            free_ended(self.at)
            self._begun = None

    # Facts

    def handles(self, event: Event) -> bool:
        """What moves money, and what says who may."""
        return isinstance(
            event,
            AccountsCreated | BatchApplied | Expired | AccountNamed | BulkGranted | BulkGrantEnded,
        )

    def apply(self, event: Event, position: int) -> None:
        """Book what an event says."""
        match event:
            case BatchApplied(records, refusals):
                self._apply_transfers(records, refusals, position)
            case AccountsCreated(records):
                words = words_of(records)
                replay.apply_accounts(
                    self.at, address_of(words), len(words), np.uint64(OPEN_ACCESS)
                )
            case Expired(ids):
                replay.apply_expired(self.at, np.frombuffer(ids, np.uint64).reshape(-1, 2))
            case AccountNamed():
                self._name(event, position)
            case BulkGranted(grant):
                self._remember_access(0, self.account_count)
                self._grants = self._grants | {grant.bit: grant}
                self._open_to(grant)
            case BulkGrantEnded(bit):
                self._remember_access(0, self.account_count)
                self._grants = {n: grant for n, grant in self._grants.items() if n != bit}
                self.access[: self.account_count] &= np.uint64(~(1 << bit) & 0xFFFF_FFFF_FFFF_FFFF)
            case _:
                raise InvariantBroken(f"the ledger does not book {event.wire_name}")

    def _apply_transfers(self, records: bytes, refusals: bytes, position: int) -> None:
        words = words_of(records)
        if len(words):
            self.transfer_ids.expect_growth()
            replay.apply_transfers(self.at, address_of(words), len(words), position)
        refused = np.frombuffer(refusals, REFUSAL)
        burnt = refused["id"][(refused["status"] & BURNT_BIT) != 0]
        if len(burnt):
            pairs = np.ascontiguousarray(burnt).view(np.uint64).reshape(-1, 2)
            replay.apply_burnt(self.at, pairs)

    def _name(self, event: AccountNamed, position: int) -> None:
        row = self.row_of(int.from_bytes(event.account_id, "little"))
        if row is None:
            raise InvariantBroken("an account was named that does not exist")
        self._named.append(row)
        self._remember_access(row, row + 1)
        self.named_at[row] = position
        self.chart.place(row, event.address)
        ledger = int(self.accounts[row, 14]) & 0xFFFF_FFFF
        self.access[row] = access_of(event, ledger, self._grants.values())

    def _remember_access(self, first: int, end: int) -> None:
        self._access_before.append((first, self.access[first:end].copy(), self._grants))

    def _open_to(self, grant: Grant) -> None:
        """Set a grant's bit on every account it covers, and on none of the hub's own."""
        count = self.account_count
        inside = np.zeros(count, np.bool_)
        for path in grant.subtrees:
            inside |= self.chart.subtree(path, count)
            row = self.row_of(account_id_of(path))
            if row is not None:
                inside[row] = True
        if grant.ledgers:
            ledgers = self.accounts[:count, 14] & np.uint64(0xFFFF_FFFF)
            inside &= np.isin(ledgers, np.array(grant.ledgers, np.uint64))
        inside &= self.access[:count] != np.uint64(SYSTEM_ACCESS)
        self.access[:count][inside] |= np.uint64(1 << grant.bit)

    # Reading

    @property
    def account_count(self) -> int:
        """How many accounts there are."""
        return int(self.block[ACCOUNTS])

    @property
    def transfer_count(self) -> int:
        """How many transfers are stored."""
        return int(self.block[TRANSFERS])

    @property
    def open_reservation_count(self) -> int:
        """How many reservations are open."""
        return int(self.block[OPEN_RESERVATIONS])

    @property
    def accounts_left(self) -> int:
        """How many more accounts there is room for."""
        return int(self.block[ACCOUNTS_MAX]) - self.account_count

    @property
    def reservations_left(self) -> int:
        """How many more reservations there is room for; undo log and expiry queue have room for
        whatever these are.
        """
        ended = int(self.block[ENDED])  # their slots are kept for the batch or unit under way
        return int(self.block[SLOTS_MAX]) - self.open_reservation_count - ended

    @property
    def next_expiry(self) -> int:
        """When the next reservation may expire, in nanoseconds; 0: none."""
        return int(replay.next_expiry(self.at))

    def row_of(self, account_id: int) -> int | None:
        """The row of an account."""
        reference = self.account_ids.get(account_id)
        return (reference & _VALUE_MASK) if reference else None

    def account(self, account_id: int) -> Account | None:
        """An account as it is now."""
        row = self.row_of(account_id)
        return None if row is None else unpack_account(self.accounts[row].tobytes())

    def is_system(self, account_id: int) -> bool:
        """Whether an account is the hub's own."""
        row = self.row_of(account_id)
        return row is not None and int(self.access[row]) == SYSTEM_ACCESS

    def place_of(self, transfer_id: int) -> tuple[int, int] | None:
        """Where a transfer's record lies: (position, index); None when it is unknown or burnt."""
        reference = self.transfer_ids.get(transfer_id)
        kind, value = reference >> 60, reference & _VALUE_MASK
        if kind in (0, 6):
            return None
        if kind == 2:
            value = int(self.slots[value, 0])
        return value >> 13, value & int(INDEX_MASK)

    def reservation_state(self, transfer_id: int) -> str | None:
        """How a reservation stands: open, posted, voided or expired; None: it is none."""
        kind = self.transfer_ids.get(transfer_id) >> 60
        return {2: "open", 3: "posted", 4: "voided", 5: "expired"}.get(kind)

    def open_reservation(self, transfer_id: int) -> Transfer | None:
        """An open reservation's record; None: this is none."""
        reference = self.transfer_ids.get(transfer_id)
        if reference >> 60 != 2:
            return None
        return unpack_transfer(self.reservations[reference & _VALUE_MASK].tobytes())

    # Whole state

    def _open_reservations(self) -> np.ndarray:
        """Records of open reservations, in order of their timestamps."""
        used = int(self.block[SLOTS_USED])
        open_rows = self.reservations[:used][self.slots[:used, SLOT_OPEN] != 0]
        order = np.argsort(open_rows[:, TIMESTAMP], kind="stable")
        return np.asarray(open_rows[order])

    def state_hash(self) -> bytes:
        """32 bytes that two equal ledgers share, however their indexes lie."""
        count = self.account_count
        digest = hashlib.sha256(self.accounts[:count].data)
        digest.update(self.access[:count].data)
        digest.update(self.named_at[:count].data)
        digest.update(self.chart.account_nodes[:count].data)
        digest.update(self.chart.state_hash())
        digest.update(self._open_reservations().tobytes())
        digest.update(self._settled_ids())
        for counter in (TRANSFERS, LAST_ACCOUNT_TIMESTAMP, LAST_TRANSFER_TIMESTAMP):
            digest.update(int(self.block[counter]).to_bytes(8, "little"))
        return digest.digest()

    def _settled_ids(self) -> bytes:
        """A digest of the ids, with open reservations' slots left out: slots are layout."""
        total = np.zeros(3, np.uint64)
        replay.digest_ids(self.at, total)
        return total.tobytes()

    def dump(self) -> list[bytes]:
        """The ledger as bytes."""
        count, used = self.account_count, int(self.block[SLOTS_USED])
        return [
            self.block[:COUNTERS].tobytes(),
            self.accounts[:count].tobytes(),
            self.access[:count].tobytes(),
            self.named_at[:count].tobytes(),
            self.reservations[:used].tobytes(),
            self.slots[:used].tobytes(),
            self.queue[: int(self.block[QUEUE])].tobytes(),
            *self.transfer_ids.dump(),
            *self.account_ids.dump(),
            *self.chart.dump(count),
            _encode_grants(list(self._grants.values())),
        ]

    def load(self, parts: Dumped) -> None:
        """Replace a ledger that is still empty by a dump."""
        self.block[:COUNTERS] = np.frombuffer(parts[0], np.uint64)
        of_accounts = (self.accounts, self.access, self.named_at)
        of_reservations = (self.reservations, self.slots, self.queue)
        for array, part in zip((*of_accounts, *of_reservations), parts[1:7], strict=True):
            words = np.frombuffer(part, np.uint64)
            array.reshape(-1)[: len(words)] = words
        self.transfer_ids.load(parts[7:11])
        self.account_ids.load(parts[11:15])
        self.chart.load(parts[15:21])
        self._grants = {grant.bit: grant for grant in _decode_grants(parts[21])}
