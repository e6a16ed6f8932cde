"""A pool that has been busy: a random but repeatable workload of every kind, lived through by a
real writer on a journal in memory, with what it showed after each command written down.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfers
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.accounts import FreezeAccount, OpenAccount, ReopenAccount, SetCreditLine
from tpwallet.flows.administration import PutDocument, RegisterAsset
from tpwallet.flows.bulk import CreateAccounts, CreateTransfers
from tpwallet.flows.transfers import Hold, Post, PostHold, VoidHold
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.command import Command
from tpwallet.kernel.errors import Rejected
from tpwallet.kernel.state import PoolState
from tpwallet.lab.journals import MemoryJournal, MemoryStorage
from tpwallet.views.history.moments import Balances

SECOND = 1_000_000_000
BANK, FEES, DESK = "bank/main/EUR", "fees/EUR", "desk/EUR"
CUSTOMERS = [f"customer/{number}/available/EUR" for number in range(4)]
RAW = [1001, 1002, 1003]
ALL = [BANK, FEES, DESK, *CUSTOMERS]


class Clock:
    """A clock that tests put forward; wall and monotonic are one."""

    def __init__(self) -> None:
        self.now = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        return self.now


@dataclass
class Shown:
    """What the writer showed after a command."""

    position: int
    time: int
    state_hash: bytes
    balances: dict[int, Balances]


@dataclass
class BusyPool:
    """A pool and its memory of itself."""

    directory: PoolDirectory
    storage: MemoryStorage
    writer: Writer
    clock: Clock
    shown: list[Shown] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)

    def journal(self) -> MemoryJournal:
        """Another reader of the pool's journal."""
        return MemoryJournal(self.storage)

    def open_journal(self, _: PoolDirectory) -> MemoryJournal:
        """The same, for a reading half to open."""
        return self.journal()

    def run(self, command: Command) -> object:
        """Run a command, and write down what the pool shows after it; refusals are answers."""
        self.clock.now += SECOND // 10
        try:
            answer = self.writer.run(command)
        except Rejected as refusal:
            answer = refusal
        self.shown.append(self.writer.read(self._show))
        return answer

    def _show(self, state: PoolState) -> Shown:
        ledger = state.part(LedgerState)
        words = ledger.accounts[: ledger.account_count].tolist()
        balances = {
            row[0] | row[1] << 64: Balances(*(row[at] | row[at + 1] << 64 for at in (2, 4, 6, 8)))
            for row in words
        }
        return Shown(state.position, self.clock.now, state.state_hash(), balances)

    def close(self) -> None:
        self.writer.close()


def busy_pool(folder: Path, seed: int, commands: int = 60) -> BusyPool:
    """A pool that has lived through the workload of a seed."""
    directory = create_pool(folder / f"pool-{seed}", name="busy", base_asset="EUR")
    storage = MemoryStorage(directory.pool_id)
    clock = Clock()
    writer = Writer(
        directory, wall=clock, monotonic=clock, open_journal=lambda _: MemoryJournal(storage)
    )
    pool = BusyPool(directory, storage, writer, clock)
    _open_accounts(pool)
    keep_busy(pool, seed, commands)
    return pool


def _open_accounts(pool: BusyPool) -> None:
    for address, kind in ((BANK, AccountKind.ASSET), (FEES, AccountKind.INCOME)):
        pool.run(OpenAccount(address=address, asset="EUR", kind=kind))
    pool.run(OpenAccount(address=DESK, asset="EUR", kind=AccountKind.CLEARING, guarded=False))
    for address in CUSTOMERS:
        pool.run(
            OpenAccount(
                address=address,
                asset="EUR",
                kind=AccountKind.LIABILITY,
                guarded=False,
                metadata={"segment": address[9]},
                sealed={"name": bytes(range(16))},
            )
        )
    raw = [Account(id=one, ledger=978, code=2000 + one % 10, flags=8) for one in RAW]
    pool.run(CreateAccounts(b"".join(map(pack_account, raw))))


def keep_busy(pool: BusyPool, seed: int, commands: int) -> None:
    """Let a pool live through more of a workload."""
    chance = random.Random(seed)
    for number in range(commands):
        pool.run(chance.choice(_COMMANDS)(pool, chance, number))
        if chance.random() < 0.2:
            pool.clock.now += chance.randint(1, 20) * SECOND


def _leg(chance: random.Random, largest: int = 5000) -> Leg:
    debit, credit = chance.sample(ALL, 2)
    minor = chance.randint(0, largest)
    return Leg(debit=debit, credit=credit, amount=f"{minor // 100}.{minor % 100:02d}", asset="EUR")


def _deposit(pool: BusyPool, chance: random.Random, number: int) -> Command:
    leg = Leg(debit=BANK, credit=chance.choice(CUSTOMERS), amount="250.00", asset="EUR")
    return Post(legs=(leg,), note=Note(metadata={"number": str(number)}))


def _post(pool: BusyPool, chance: random.Random, number: int) -> Command:
    return Post(legs=tuple(_leg(chance) for _ in range(chance.randint(1, 4))))


def _hold(pool: BusyPool, chance: random.Random, number: int) -> Command:
    transfer_id = str(10_000 + 1000 * len(pool.shown) + number)
    pool.holds.append(transfer_id)
    return Hold(leg=_leg(chance), timeout_seconds=chance.choice((0, 5)), transfer_id=transfer_id)


def _end_hold(pool: BusyPool, chance: random.Random, number: int) -> Command:
    if not pool.holds:
        return _hold(pool, chance, number)
    pending_id = chance.choice(pool.holds)
    if chance.random() < 0.5:
        return VoidHold(pending_id=pending_id)
    return PostHold(pending_id=pending_id, amount=chance.choice((None, "0.01")), asset="EUR")


def _batch(pool: BusyPool, chance: random.Random, number: int) -> Command:
    first = 1_000_000 * (1 + len(pool.shown))
    transfers = []
    for index in range(chance.randint(1, 40)):
        debit, credit = chance.sample([*RAW, 4444], 2)
        transfers.append(
            Transfer(
                id=first + index,
                debit_account_id=debit,
                credit_account_id=credit,
                amount=chance.randint(1, 90),
                ledger=978,
                code=3,
                flags=chance.choice((0, 0, 0, 2)),
                timeout=0,
            )
        )
    return CreateTransfers(pack_transfers(transfers))


def _freeze(pool: BusyPool, chance: random.Random, number: int) -> Command:
    account = chance.choice(CUSTOMERS)
    return chance.choice((FreezeAccount, ReopenAccount, ReopenAccount))(account=account)


def _lend(pool: BusyPool, chance: random.Random, number: int) -> Command:
    limit = str(chance.choice((0, 10, 25)))
    return SetCreditLine(address=CUSTOMERS[0], asset="EUR", limit=limit)


def _govern(pool: BusyPool, chance: random.Random, number: int) -> Command:
    if chance.random() < 0.3:
        return RegisterAsset(code=f"P{number}", scale=3, ledger=7_000 + number)
    return PutDocument(kind="fees", name="card", schema=1, content=b'{"bps":%d}' % number)


_COMMANDS: tuple[Callable[[BusyPool, random.Random, int], Command], ...] = (
    _deposit,
    _deposit,
    _post,
    _post,
    _hold,
    _hold,
    _end_hold,
    _batch,
    _batch,
    _freeze,
    _lend,
    _govern,
)
