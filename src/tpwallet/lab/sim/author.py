"""An author of commands, who knows what the pool should hold and mostly asks for what is nearly
right: money that is just there, a reservation that just ran out, an id that was just used.
"""

import random
from collections.abc import Callable

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.flows import accounts, transfers
from tpwallet.flows.administration import RegisterAsset
from tpwallet.flows.bulk import CreateAccounts, CreateTransfers
from tpwallet.flows.clock import Expire
from tpwallet.flows.imports import ImportTransfers
from tpwallet.hub import ROUTES, body_digest
from tpwallet.kernel.access import CLOCK, LEDGER_BULK, LEDGER_READ, LEDGER_WRITE, OWNER, Actor
from tpwallet.kernel.command import Command, Request
from tpwallet.lab.sim.administrator import administrative_command, day_text
from tpwallet.lab.sim.clocks import SimClocks
from tpwallet.lab.sim.model.books import Books
from tpwallet.lab.sim.model.records import account_bytes, transfer_bytes
from tpwallet.lab.sim.raw_author import RawAuthor

DESK = Actor("key:desk", frozenset({LEDGER_READ, LEDGER_WRITE}))
ROBOT = Actor("key:robot", frozenset({LEDGER_BULK}))
_DIGEST_KEY = bytes(32)
_ASSETS = ("EUR", "EUR", "EUR", "USD", "USD", "PTS", "PTS", "JPY")
_OWNERS = {
    "bank": AccountKind.ASSET,
    "equity": AccountKind.EQUITY,
    "customer/1": AccountKind.LIABILITY,
    "customer/2": AccountKind.LIABILITY,
    "customer/3": AccountKind.LIABILITY,
    "customers": AccountKind.CLEARING,  # under no grant of `customer`
    "fees": AccountKind.INCOME,
}
_DAY_NS = 86_400 * 1_000_000_000


def request_of(command: Command, actor: Actor, command_id: str) -> Request:
    """A request as a face would make it."""
    digest = body_digest(_DIGEST_KEY, ROUTES[type(command)].name, command)
    return Request(command, actor, command_id, digest)


class Author:
    """Writes requests; the same seed, books and clocks give the same ones."""

    def __init__(self, rng: random.Random, clocks: SimClocks) -> None:
        self._rng = rng
        self._clocks = clocks
        self._raw = RawAuthor(rng)
        self._written = 0
        kinds: dict[Callable[[Books], tuple[Command, Actor]], int] = {
            self._opening: 8,
            self._posting: 30,
            self._holding: 14,
            self._ending: 16,
            self._shutting: 6,
            self._lending: 4,
            self._raw_accounts: 3,
            self._raw_transfers: 14,
            self._importing: 4,
            self._releasing: 4,
            self._administering: 8,
            self._overreaching: 1,
        }
        self._prelude = self._opened_first()
        self._kinds, self._weights = list(kinds), list(kinds.values())

    def write(self, books: Books) -> Request:
        """A request that was never made before."""
        if self._prelude and self._chance(0.8):
            command, actor = self._prelude.pop(), OWNER
        else:
            command, actor = self._rng.choices(self._kinds, self._weights)[0](books)
        self._written += 1
        return request_of(command, actor, f"c{self._written}")

    def _opened_first(self) -> list[Command]:
        """What most pools have before anything happens, the last first."""
        opened: list[Command] = [CreateAccounts(account_bytes(self._raw.accounts(8)))]
        for asset in ("EUR", "EUR", "USD", "PTS"):
            opened += [
                accounts.OpenAccount(
                    address=f"{owner}/{asset}",
                    asset=asset,
                    kind=kind,
                    guarded=owner != "bank",
                    allow_opposite_balance=owner == "equity",
                )
                for owner, kind in _OWNERS.items()
            ]
        opened.append(RegisterAsset(code="PTS", scale=0, ledger=900_001))
        return opened if self._chance(0.9) else []

    def _clerk(self) -> Actor:
        return self._rng.choice((OWNER, DESK, DESK))

    def _opening(self, books: Books) -> tuple[Command, Actor]:
        owner, asset = self._rng.choice(list(_OWNERS)), self._rng.choice(_ASSETS)
        kind = _OWNERS[owner]
        if owner.startswith("customer") and self._chance(0.6):
            # A new one, which a grant of before may cover or not.
            owner = f"{self._rng.choice(('customer', 'customers'))}/{self._rng.randint(4, 9)}"
        if self._chance(0.05):
            kind = self._rng.choice(list(AccountKind))
        address = f"{owner}/{asset}"
        if self._chance(0.05):
            address = self._rng.choice((f"{address}/credit-line", f"control/closing/{asset}"))
        command = accounts.OpenAccount(
            address=address,
            asset=asset,
            kind=kind,
            code=self._rng.choice((None, None, None, 2001)),
            guarded=not owner.startswith("bank") or self._chance(0.1),
            allow_opposite_balance=owner == "equity",
            metadata={"tier": "gold"} if self._chance(0.05) else {},
        )
        return command, self._clerk()

    def _posting(self, books: Books) -> tuple[Command, Actor]:
        count = self._rng.choice((1, 1, 1, 2, 3, 5))
        command = transfers.Post(
            legs=tuple(self._leg(books) for _ in range(count)),
            transfer_id=self._given_id(),
            note=self._note(),
        )
        return command, self._clerk()

    def _holding(self, books: Books) -> tuple[Command, Actor]:
        command = transfers.Hold(
            leg=self._leg(books),
            timeout_seconds=self._rng.choice((0, 0, 1, 5, 60, 86_400)),
            transfer_id=self._given_id(),
        )
        return command, self._clerk()

    def _ending(self, books: Books) -> tuple[Command, Actor]:
        waiting = books.oracle.open_reservations()
        pending = self._rng.choice(waiting[-6:]) if waiting and self._chance(0.9) else 1
        if self._chance(0.3):
            pending = books.oracle.next_to_expire() or pending
        if self._chance(0.3):
            return transfers.VoidHold(pending_id=str(pending)), self._clerk()
        reserved = books.oracle.transfer(pending)
        amount, asset = None, None
        if reserved is not None and self._chance(0.4):
            asset = self._rng.choice(_ASSETS)
            minor = max(reserved.amount + self._rng.choice((-5, -1, 0, 1)), 0)
            amount = _text(minor % 10**20, asset)
        command = transfers.PostHold(pending_id=str(pending), amount=amount, asset=asset)
        return command, self._clerk()

    def _shutting(self, books: Books) -> tuple[Command, Actor]:
        name = self._account(books)
        if books.closings and self._chance(0.6):
            closed = self._rng.choice(list(books.closings))
            return accounts.ReopenAccount(account=f"#{closed}"), self._clerk()
        if self._chance(0.5):
            return accounts.FreezeAccount(account=name), self._clerk()
        return accounts.CloseAccount(account=name), self._clerk()

    def _lending(self, books: Books) -> tuple[Command, Actor]:
        asset = self._rng.choice(_ASSETS)
        command = accounts.SetCreditLine(
            address=f"customer/{self._rng.randint(1, 9 if self._chance(0.2) else 3)}/{asset}"
            + ("/credit-line" if self._chance(0.05) else ""),
            asset=asset if self._chance(0.95) else "EUR",
            limit=_text(self._rng.choice((0, 100, 500, 500)), asset),
        )
        return command, self._clerk()

    def _raw_accounts(self, books: Books) -> tuple[Command, Actor]:
        rows = self._raw.accounts(self._rng.randint(1, 4))
        if self._chance(0.2):
            rows.append(self._raw.squatter())
        return CreateAccounts(account_bytes(rows)), self._rng.choice((OWNER, ROBOT))

    def _raw_transfers(self, books: Books) -> tuple[Command, Actor]:
        rows = self._raw.transfers(books, self._rng.randint(1, 8))
        return CreateTransfers(transfer_bytes(rows)), self._rng.choice((OWNER, ROBOT))

    def _importing(self, books: Books) -> tuple[Command, Actor]:
        rows = self._raw.import_rows(books, self._rng.randint(1, 6), self._clocks.wall())
        return ImportTransfers(transfer_bytes(rows)), self._rng.choice((OWNER, ROBOT))

    def _releasing(self, books: Books) -> tuple[Command, Actor]:
        return Expire(), CLOCK

    def _administering(self, books: Books) -> tuple[Command, Actor]:
        return administrative_command(self._rng, books, self._clocks.wall()), OWNER

    def _overreaching(self, books: Books) -> tuple[Command, Actor]:
        return self._rng.choice((Expire(), CreateAccounts(bytes(128)))), DESK

    def _leg(self, books: Books) -> Leg:
        asset = self._rng.choice(_ASSETS)
        debit, credit = self._account(books, asset), self._account(books, asset)
        if self._chance(0.5):
            debit = f"{self._rng.choice(('bank', 'equity'))}/{asset}"
        if debit == credit and self._chance(0.9):
            credit = f"customer/{self._rng.randint(1, 3)}/{asset}"
        minor = self._rng.choice((0, 1, 5, 100, 100, 250, 1_000, 10**18))
        amount = "1.005" if self._chance(0.01) else _text(minor, asset)
        code = 0x1_0000 if self._chance(0.005) else self._rng.randint(1, 3)
        return Leg(debit=debit, credit=credit, amount=amount, asset=asset, code=code)

    def _account(self, books: Books, asset: str | None = None) -> str:
        if self._chance(0.1):
            return f"#{self._rng.randint(1, 9)}"
        known = [one.address for one in books.named.values()]
        fitting = [name for name in known if asset is None or asset in name.split("/")]
        if fitting and self._chance(0.9):
            return self._rng.choice(fitting)
        return f"customer/{self._rng.randint(1, 3)}/{asset or 'EUR'}"

    def _given_id(self) -> str | None:
        return str(self._rng.randint(10_000, 10_200)) if self._chance(0.1) else None

    def _note(self) -> Note:
        if self._chance(0.8):
            return Note()
        day = self._rng.choice((-40, -10, -2, -1, 0, 0, 1))
        return Note(
            effective_date=day_text(self._clocks.wall() + day * _DAY_NS)
            if self._chance(0.7)
            else None,
            metadata={"invoice": "17"} if self._chance(0.5) else {},
        )

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability


def _text(minor: int, asset: str) -> str:
    if asset in ("JPY", "PTS"):
        return str(minor)
    return f"{minor // 100}.{minor % 100:02d}"
