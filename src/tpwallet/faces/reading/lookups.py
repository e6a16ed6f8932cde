"""Looking up: accounts and transfers by their names and ids, one or many at once.

Who looks up one is refused when there is none; who looks up many is told those there are, in the
order they were asked for, one asked for twice twice.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tpwallet.domains.ledger.forms import AccountName
from tpwallet.domains.ledger.references import parse_account, parse_id
from tpwallet.faces import present, reading_shapes, shapes
from tpwallet.faces.bodies import Id
from tpwallet.faces.reading import limits, shaping
from tpwallet.faces.reading.accounts import show_accounts
from tpwallet.faces.reading.balances import BalanceReading
from tpwallet.faces.reading.finding import sides_of
from tpwallet.flows.receipts import BookedTransfer
from tpwallet.kernel.errors import Malformed, Rejected

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half


class LookUpReading(BalanceReading):
    """Accounts and transfers whose names are known."""

    def account(self, account: AccountName) -> reading_shapes.FoundAccount:
        """An account: what it is, what is known of it, what it has. **Rejects**
        `account_not_found`.
        """
        half = self._half()
        with half.footing.standing() as standing:
            found = standing.account(account)
            shown = show_accounts(standing, half.side.history, [found])[0]
        return reading_shapes.FoundAccount(account=shown, position=standing.position)

    def find_accounts(self, accounts: Sequence[str]) -> reading_shapes.FoundAccounts:
        """Those of 1 to `LOOKUPS_MAX` accounts that there are, by address or `#id`, in the order
        they are asked for. **Rejects** with `Malformed` what is no account, and too many.
        """
        keys = [
            parse_account(one, parameter="accounts")
            for one in _checked(accounts, parameter="accounts")
        ]
        half = self._half()
        with half.footing.standing() as standing:
            found = [standing.ledger.account(key) for key in keys]
            there = [one for one in found if one is not None]
            shown = show_accounts(standing, half.side.history, there)
        return reading_shapes.FoundAccounts(accounts=shown, position=standing.position)

    def find_transfer(self, transfer_id: Id) -> reading_shapes.FoundTransfer:
        """A transfer by its id, with the note of its posting and how a reservation stands.

        **Rejects** `transfer_not_found`.
        """
        key = parse_id(transfer_id, parameter="transfer_id")
        shown, position = _look_up(self._half(), [key])
        if not shown:
            raise Rejected("transfer_not_found", transfer_id=transfer_id)
        return reading_shapes.FoundTransfer(transfer=shown[0], position=position)

    def find_transfers(self, transfer_ids: Sequence[str]) -> reading_shapes.FoundTransfers:
        """Those of 1 to `LOOKUPS_MAX` transfers that there are, by their ids, in the order they are
        asked for, each as `find_transfer` shows it. **Rejects** with `Malformed` what is no id, and
        too many.
        """
        keys = [
            parse_id(one, parameter="transfer_ids")
            for one in _checked(transfer_ids, parameter="transfer_ids")
        ]
        shown, position = _look_up(self._half(), keys)
        return reading_shapes.FoundTransfers(transfers=shown, position=position)


def _checked(names: Sequence[str], *, parameter: str) -> Sequence[str]:
    if isinstance(names, str) or not 1 <= len(names) <= limits.LOOKUPS_MAX:
        raise Malformed(f"1 to {limits.LOOKUPS_MAX} are looked up at once", parameter=parameter)
    return names


def _look_up(half: "Half", keys: Sequence[int]) -> tuple[list[shapes.Transfer], int]:
    """Those of some transfers that there are, and the position this reflects."""
    with half.footing.standing() as standing:
        ledger, catalogue, position = standing.ledger, standing.catalogue, standing.position
        stood = [(ledger.place_of(key), ledger.reservation_state(key)) for key in keys]
    found = [(place, state) for place, state in stood if place is not None]
    booked = [BookedTransfer(*place, half.records.transfer(*place)) for place, _ in found]
    first = [half.records.first_leg(*place).id for place, _ in found]
    notes = half.finding.notes(first)
    naming = half.finding.naming(sides_of(one.transfer for one in booked))
    shown = [
        shaping.with_note(
            present.transfer(one, catalogue=catalogue, naming=naming), notes.get(leading), state
        )
        for one, leading, (_, state) in zip(booked, first, found, strict=True)
    ]
    return shown, position
