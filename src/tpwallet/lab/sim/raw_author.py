"""An author of raw records: accounts and transfers as bulk callers send them."""

import random
from dataclasses import replace

from tpwallet.lab.oracle import (
    U128_MAX,
    AccountFlag,
    OracleAccount,
    OracleTransfer,
    TransferFlag,
)
from tpwallet.lab.sim.model.books import Books
from tpwallet.lab.sim.model.records import account_id

_LEDGERS = (978, 978, 978, 978, 840, 840, 392, 77)  # 392 may be delisted, 77 is no asset's
_ACCOUNT_IDS = range(1, 10)
_LIMITS = (
    0,
    0,
    AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS,
)
_AMOUNTS = (0, 1, 1, 5, 5, 5, 10, 10, 100, 100)
_GREAT_AMOUNTS = (2**64, 2**127, U128_MAX)
_REMEMBERED = 60


class RawAuthor:
    """Writes records, and remembers some of them to send them again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._next_id = 100_000
        self._sent: list[OracleTransfer] = []

    def accounts(self, count: int) -> list[OracleAccount]:
        """Some accounts, linked here and there."""
        rows = [
            OracleAccount(
                id=0 if self._chance(0.02) else self._rng.choice(_ACCOUNT_IDS),
                ledger=self._rng.choice(_LEDGERS),
                code=self._rng.randint(1, 2),
                flags=self._rng.choice(_LIMITS) | self._rng.choice((0, AccountFlag.HISTORY)),
                reserved=int(self._chance(0.03)),
            )
            for _ in range(count)
        ]
        return [self._linked_account(row) for row in rows]

    def squatter(self) -> OracleAccount:
        """An account just as a friendly call would open it, in its address's place."""
        asset, ledger = self._rng.choice((("EUR", 978), ("USD", 840)))
        address, code, limit = self._rng.choice(
            (
                (f"control/closing/{asset}", 9000, 0),
                (
                    f"customer/{self._rng.randint(1, 3)}/{asset}/credit-line",
                    1000,
                    AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS,
                ),
                (
                    f"customer/{self._rng.randint(4, 9)}/{asset}",
                    2000,
                    AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
                ),
            )
        )
        return OracleAccount(
            id=account_id(address), ledger=ledger, code=code, flags=AccountFlag.HISTORY | limit
        )

    def transfers(self, books: Books, count: int) -> list[OracleTransfer]:
        """Some transfers, linked here and there, many of them nearly right."""
        rows = [self._transfer(books) for _ in range(count)]
        if self._chance(0.1):
            rows.insert(self._rng.randrange(len(rows) + 1), self._rng.choice(rows))
        if self._chance(0.1):
            rows += self._stutter(books)
        if self._chance(0.2):
            rows = [
                replace(row, flags=row.flags ^ TransferFlag.LINKED) if self._chance(0.5) else row
                for row in rows
            ]
        self._sent = [*self._sent, *rows][-_REMEMBERED:]
        return rows

    def import_rows(self, books: Books, count: int, now_ns: int) -> list[OracleTransfer]:
        """Rows of an import: new, unlinked, either all with a past time or none."""
        rows = [replace(self._plain(books), timestamp=0) for _ in range(count)]
        if self._chance(0.5):
            return rows
        start = now_ns - self._rng.choice((10, 1_000_000, 10**9, 10**12, 10**14))
        return [
            replace(
                row,
                flags=row.flags | TransferFlag.IMPORTED,
                timestamp=start + number,
                timeout=0,
            )
            for number, row in enumerate(rows)
        ]

    def _transfer(self, books: Books) -> OracleTransfer:
        roll = self._rng.random()
        if roll < 0.2 and self._sent:
            row = self._rng.choice(self._sent)
            if self._chance(0.5):  # by itself this time
                row = replace(row, flags=row.flags & ~TransferFlag.LINKED)
            return self._altered(row) if self._chance(0.4) else row
        waiting = books.oracle.open_reservations()
        if roll < 0.45 and waiting:
            due = books.oracle.next_to_expire() if self._chance(0.3) else None
            return self._resolution(books, due or self._rng.choice(waiting[-8:]))
        row = self._plain(books)
        return self._altered(row) if self._chance(0.08) else row

    def _plain(self, books: Books) -> OracleTransfer:
        existing = books.oracle.accounts() or [OracleAccount(id=1, ledger=978)]
        if self._chance(0.7):  # not those that are guarded
            existing = [one for one in existing if one.id in _ACCOUNT_IDS] or existing
        debit = self._rng.choice(existing)
        peers = [one for one in existing if one.ledger == debit.ledger and one.id != debit.id]
        credit = self._rng.choice(peers or existing)
        flags = 0
        if self._chance(0.4):
            flags |= TransferFlag.PENDING
            if self._chance(0.08):
                flags |= self._rng.choice((TransferFlag.CLOSING_DEBIT, TransferFlag.CLOSING_CREDIT))
        is_great = self._chance(0.08)
        if self._chance(0.2):
            flags |= self._rng.choice((TransferFlag.BALANCING_DEBIT, TransferFlag.BALANCING_CREDIT))
            is_great = self._chance(0.6)  # as much as there is
        self._next_id += 1
        return OracleTransfer(
            id=self._next_id,
            debit_account_id=debit.id,
            credit_account_id=credit.id,
            amount=self._rng.choice(_GREAT_AMOUNTS if is_great else _AMOUNTS),
            user_data_64=self._rng.choice((0, 7)),
            timeout=self._rng.choice((0, 1, 2, 60)) if flags & TransferFlag.PENDING else 0,
            ledger=debit.ledger,
            code=self._rng.randint(1, 2),
            flags=flags,
        )

    def _resolution(self, books: Books, pending_id: int) -> OracleTransfer:
        reserved = books.oracle.transfer(pending_id)
        amount = 0 if reserved is None else reserved.amount
        kind = self._rng.choice(
            (TransferFlag.POST_PENDING_TRANSFER, TransferFlag.VOID_PENDING_TRANSFER)
        )
        self._next_id += 1
        return OracleTransfer(
            id=self._next_id,
            amount=self._rng.choice((0, U128_MAX, amount, max(amount - 1, 0))),
            pending_id=pending_id,
            flags=kind,
        )

    def _stutter(self, books: Books) -> list[OracleTransfer]:
        """A chain that says the same twice, and falls for it."""
        first, last = self._plain(books), self._plain(books)
        linked = replace(first, flags=first.flags | TransferFlag.LINKED)
        return [linked, linked, last]

    def _altered(self, row: OracleTransfer) -> OracleTransfer:
        """The same row with one field changed."""
        values = {
            "id": self._rng.choice((0, row.id ^ 1, U128_MAX)),
            "debit_account_id": self._rng.choice((0, 8, row.credit_account_id)),
            "credit_account_id": self._rng.choice((0, 9, U128_MAX)),
            "amount": self._rng.choice(_AMOUNTS + _GREAT_AMOUNTS),
            "pending_id": self._rng.choice((0, row.id, 100_001)),
            "user_data_32": 9,
            "timeout": self._rng.choice((0, 1, 2**32 - 1)),
            "ledger": self._rng.choice((0, 392, 840, 978)),
            "code": self._rng.choice((0, 3)),
            "flags": row.flags ^ (1 << self._rng.randrange(10)),
            "timestamp": 1,
        }
        name = self._rng.choice(sorted(values))
        return replace(row, **{name: values[name]})

    def _linked_account(self, row: OracleAccount) -> OracleAccount:
        return replace(row, flags=row.flags | AccountFlag.LINKED) if self._chance(0.15) else row

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability
