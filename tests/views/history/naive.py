"""The same answers by the simplest means: fold every event, and keep everything."""

from dataclasses import dataclass

from tpwallet.domains.ledger.events import BatchApplied, Expired
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.records import Transfer, unpack_transfer
from tpwallet.kernel.wire import Event
from tpwallet.views.history.moments import Balances, Cause, Posting, Side

_ENDS = TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER


@dataclass(frozen=True)
class Movement:
    """One movement; it counts from the latest time there was by then."""

    position: int
    time: int
    counts_from: int


class Naive:
    """All movements and all postings of a run of events."""

    def __init__(self, events: list[Event]) -> None:
        self.movements: list[Movement] = []
        self.postings: dict[int, list[Posting]] = {}
        self._now: dict[int, Balances] = {}
        self._open: dict[int, Transfer] = {}
        for position, event in enumerate(events, start=1):
            if isinstance(event, BatchApplied):
                for index in range(len(event.records) // 128):
                    record = event.records[128 * index : 128 * index + 128]
                    self._store(unpack_transfer(record), position, index)
            elif isinstance(event, Expired):
                for index in range(len(event.ids) // 16):
                    ended = int.from_bytes(event.ids[16 * index : 16 * index + 16], "little")
                    reservation = self._open.pop(ended)
                    place = (position, index, event.time, Cause.EXPIRY)
                    self._move(reservation, place, -reservation.amount, 0)

    def by_position(self, position: int) -> int:
        """How many movements there were up to a position."""
        return sum(movement.position <= position for movement in self.movements)

    def by_time(self, time: int) -> int:
        """How many movements there were by a time."""
        return sum(movement.counts_from <= time for movement in self.movements)

    def between(self, account_id: int, after: int, until: int) -> list[Posting]:
        """An account's postings among movements `after` to `until - 1`."""
        return [
            posting
            for posting in self.postings.get(account_id, [])
            if after <= posting.movement < until
        ]

    def balance(self, account_id: int, count: int) -> Balances:
        """An account's balances after the first `count` movements."""
        postings = self.between(account_id, 0, count)
        return postings[-1].after if postings else Balances()

    def _store(self, transfer: Transfer, position: int, index: int) -> None:
        place = (position, index, transfer.timestamp, Cause.TRANSFER)
        if transfer.flags & _ENDS:
            reserved = self._open.pop(transfer.pending_id)
            posts = transfer.flags & TransferFlags.POST_PENDING_TRANSFER
            self._move(reserved, place, -reserved.amount, transfer.amount if posts else 0)
        elif transfer.flags & TransferFlags.PENDING:
            self._open[transfer.id] = transfer
            self._move(transfer, place, transfer.amount, 0)
        else:
            self._move(transfer, place, 0, transfer.amount)

    def _move(
        self, accounts: Transfer, place: tuple[int, int, int, Cause], pending: int, posted: int
    ) -> None:
        position, index, time, cause = place
        number = len(self.movements)
        for side in Side:
            is_debit = side is Side.DEBIT
            account = accounts.debit_account_id if is_debit else accounts.credit_account_id
            before = self._now.get(account, Balances())
            debits = (pending, posted) if is_debit else (0, 0)
            credits = (0, 0) if is_debit else (pending, posted)
            after = Balances(
                before.debits_pending + debits[0],
                before.debits_posted + debits[1],
                before.credits_pending + credits[0],
                before.credits_posted + credits[1],
            )
            posting = Posting(number, position, index, time, side, cause, before, after)
            self._now[account] = after
            self.postings.setdefault(account, []).append(posting)
        latest = self.movements[-1].counts_from if self.movements else 0
        self.movements.append(Movement(position, time, max(latest, time)))
