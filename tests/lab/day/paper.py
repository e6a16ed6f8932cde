"""Paper books: a day carried out in order by the plainest code that could be right."""

from collections import defaultdict
from dataclasses import dataclass, field

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.flows.accounts import OpenAccount
from tpwallet.flows.transfers import Hold, Post, PostHold, VoidHold
from tpwallet.lab.day.errands import SHORT_HOLD_SECONDS
from tpwallet.lab.day.intents import Intent
from tpwallet.money import Amount, standard_catalogue

EXPIRES_AFTER = 4 * 3_600  # seconds of the day, when a short reservation has certainly run out
OWED = {AccountKind.LIABILITY, AccountKind.EQUITY, AccountKind.INCOME}


class PaperRefusal(Exception):
    """An account would pass to the other side of zero, or is not there."""


@dataclass
class PaperBooks:
    """Balances (credits less debits) and what is reserved, by address, in minor units."""

    kinds: dict[str, AccountKind] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reserved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    holds: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    runs_out: dict[str, int] = field(default_factory=dict)

    def carry_out(self, intent: Intent) -> None:
        self.expire(intent.due_second)
        match intent.command:
            case OpenAccount(address=address, asset=asset, kind=kind):
                self.kinds[address], self.assets[address] = kind, asset
            case Post(legs=legs):
                moves = [(leg.debit, leg.credit, self.minor(leg.amount, leg.asset)) for leg in legs]
                for leg in legs:
                    if {self.assets[leg.debit], self.assets[leg.credit]} != {leg.asset}:
                        raise PaperRefusal("a leg moves another asset than its accounts hold")
                self.move(moves)
            case Hold(leg=leg, transfer_id=hold_id, timeout_seconds=timeout):
                amount = self.minor(leg.amount, leg.asset)
                self.check_side(leg.debit, self.balances[leg.debit] - amount)
                self.reserved[leg.debit] += amount
                self.holds[str(hold_id)] = (leg.debit, leg.credit, amount)
                if timeout == SHORT_HOLD_SECONDS:
                    self.runs_out[str(hold_id)] = intent.due_second + EXPIRES_AFTER
            case PostHold(pending_id=hold_id, amount=part, asset=asset):
                debit, credit, amount = self.release(hold_id)
                taken = amount if part is None else self.minor(part, str(asset))
                if not 0 < taken <= amount:
                    raise PaperRefusal("a capture takes more than was reserved")
                self.move([(debit, credit, taken)])
            case VoidHold(pending_id=hold_id):
                self.release(hold_id)

    def release(self, hold_id: str) -> tuple[str, str, int]:
        if hold_id not in self.holds:
            raise PaperRefusal("the reservation has ended")
        debit, credit, amount = self.holds.pop(hold_id)
        self.runs_out.pop(hold_id, None)
        self.reserved[debit] -= amount
        return debit, credit, amount

    def expire(self, second: int) -> None:
        for hold_id in [one for one, over in self.runs_out.items() if over <= second]:
            self.release(hold_id)

    def move(self, moves: list[tuple[str, str, int]]) -> None:
        after = dict(self.balances)
        for debit, credit, amount in moves:
            if amount <= 0:
                raise PaperRefusal("a movement of nothing")
            after[debit] = after.get(debit, 0) - amount
            after[credit] = after.get(credit, 0) + amount
            self.check_side(debit, after[debit])
        self.balances.update(after)

    def check_side(self, address: str, balance: int) -> None:
        """What is owed cannot be paid out twice; a bank may only be owed nothing."""
        if self.kinds[address] in OWED and balance - self.reserved[address] < 0:
            raise PaperRefusal(f"{address} has not so much")

    def total(self, kind: AccountKind, asset: str) -> int:
        return sum(
            balance
            for address, balance in self.balances.items()
            if self.kinds[address] is kind and self.assets[address] == asset
        )

    @staticmethod
    def minor(text: str, asset: str) -> int:
        return Amount.parse(text, standard_catalogue().by_code(asset)).minor
