"""What an answer stands on: the state, the catalogue and the directory, all at one position."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.records import Account
from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces import present
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.moments import position_of
from tpwallet.kernel.errors import Rejected
from tpwallet.kernel.state import PoolState
from tpwallet.money import Asset, Catalogue
from tpwallet.processes.errors import PositionBeyondEnd, PositionNotReached

if TYPE_CHECKING:
    from tpwallet.hub.reading import ReadSide
    from tpwallet.views.directory.reading import DirectoryReading


class Standing:
    """The pool at one position, for as long as the block lasts."""

    def __init__(self, state: PoolState, directory: "DirectoryReading") -> None:
        self.position = state.position
        self.ledger = state.part(LedgerState)
        self.facts = state.part(LedgerFacts)
        self.directory = directory

    @property
    def catalogue(self) -> Catalogue:
        """Every asset the pool knows; it may be kept after the block."""
        return self.facts.catalogue

    def account(self, reference: str) -> Account:
        """An account by address or `#id`. **Rejects** `account_not_found`."""
        found = self.ledger.account(parse_account(reference, parameter="account"))
        if found is None:
            raise Rejected("account_not_found", account=reference)
        return found

    def asset_of(self, account_id: int) -> Asset:
        """The asset of an account. **Rejects** `account_not_found`."""
        return present.asset_of(self.catalogue, self.account(f"#{account_id}").ledger)


class Footing:
    """Waits for positions, and gives standings."""

    def __init__(
        self,
        side: "ReadSide",
        *,
        at_least: Callable[[], int] | None = None,
        wait_ns_max: int = limits.WAIT_NS_MAX,
    ) -> None:
        """`at_least` says which position answers must reflect; None: whichever was reached."""
        self._side = side
        self._at_least = at_least
        self._wait_ns_max = wait_ns_max

    def reach(self, position: int | None = None) -> int:
        """Wait until answers reflect a position, None: the one they must reflect at least; returns
        the position they do reflect.

        **Rejects** with `PositionNotReached` when that takes too long.
        """
        if position is None:
            if self._at_least is None:
                return self._side.follower.position
            position = self._at_least()
        return self._side.follower.catch_up(position, wait_ns=self._wait_ns_max)

    def reach_moment(self, moment: int | str | None) -> int:
        """The position of a moment, reached; None: the present one.

        **Rejects** with `Malformed` what is no moment, with `PositionNotReached` one that the
        journal does not hold yet, and as `reach` does.
        """
        now = self.reach()
        if moment is None:
            return now
        position = position_of(moment, self._side.journal, now=now, parameter="at")
        if position > now:
            end = self._side.journal.head().position
            if position > end:
                raise PositionNotReached(
                    f"the journal ends at {end}", position=end, at_least=position, parameter="at"
                )
            self.reach(position)
        return position

    def reach_place(self, position: int) -> int:
        """The position that answers reflect who go on after `position`, which is reached.

        **Rejects** with `PositionBeyondEnd` one that the journal does not hold, and as `reach`
        does.
        """
        now = self.reach()
        if position <= now:
            return now
        end = self._side.journal.head().position
        if position > end:
            raise PositionBeyondEnd(end)
        return self.reach(position)

    def range_of(
        self, since: int | str | None, until: int | str | None, position: int
    ) -> tuple[int, int]:
        """The positions two moments stand for, neither beyond `position`; None: from the first
        event, to `position`.

        **Rejects** with `Malformed` what is no moment.
        """
        journal = self._side.journal
        begin, end = 0, position
        if since is not None:
            begin = position_of(since, journal, now=position, parameter="since")
        if until is not None:
            end = position_of(until, journal, now=position, parameter="until")
        return min(begin, position), min(end, position)

    @contextmanager
    def standing(self, position: int | None = None) -> Iterator[Standing]:
        """The pool at one position, which is not before the one that is reached (see `reach`)."""
        self.reach(position)
        with self._side.follower.reading() as state, self._side.accounts.reading() as directory:
            yield Standing(state, directory)
