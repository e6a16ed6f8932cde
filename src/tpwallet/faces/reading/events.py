"""Reading the journal itself: its events, its entries, and the feed of changes."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from tpwallet.faces import present, reading_shapes
from tpwallet.faces.reading import limits, shaping
from tpwallet.faces.reading.base import check_limit
from tpwallet.faces.reading.changes import Change, changes_of, parse_place
from tpwallet.faces.reading.event_json import accounts_named_in, event_body, records_in
from tpwallet.faces.reading.finding import sides_of
from tpwallet.faces.reading.listing import Wanted, list_items
from tpwallet.faces.reading.lists import ListReading
from tpwallet.faces.reading.records import Place
from tpwallet.faces.reading.standing import Standing
from tpwallet.kernel.errors import Malformed
from tpwallet.money import Catalogue

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half


class EventReading(ListReading):
    """What has happened, in order."""

    def events(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        is_expanded: bool = False,
    ) -> reading_shapes.EventPage:
        """Events after a position. Batches are summed up, or shown record by record when
        `is_expanded`: a page then also ends after `EXPANDED_RECORDS_MAX` records.

        **Rejects** with `Malformed` a limit out of range and a position below 0, and with
        `PositionBeyondEnd` one that the journal does not reach.
        """
        size = check_limit(limit)
        if after < 0:
            raise Malformed("positions begin at 0", parameter="after")
        half = self._half()
        position = half.footing.reach_place(after)
        places: list[Place] = []
        records = 0
        for place in half.records.places(after, position):
            records += records_in(place.event) if is_expanded else 0
            if records > limits.EXPANDED_RECORDS_MAX and places:
                break
            places.append(place)
            if len(places) == size:
                break
        return reading_shapes.EventPage(
            events=_show(half, places, len(places) if is_expanded else 0),
            position=position,
            next_after=_last(places, after),
        )

    def entry(self, position: int) -> reading_shapes.Entry:
        """What one command led to, by the position of any of its events, and its commit.

        **Rejects** `event_not_found`.
        """
        half = self._half()
        reached = half.footing.reach()
        entry = half.records.entry(position)
        places = [Place(entry, offset) for offset in range(len(entry.events))]
        commit = half.records.commit(position).commit
        header, envelope = commit.header, entry.envelope
        return reading_shapes.Entry(
            first_position=entry.first_position,
            last_position=entry.last_position,
            time=present.time_text(envelope.time),
            command_id=envelope.command_id,
            actor=envelope.actor,
            cause=envelope.cause,
            events=_show(half, places, _expandable(places)),
            commit_first_position=header.first_position,
            commit_last_position=header.last_position,
            commit_hash=commit.hash.hex(),
            commit_previous=header.previous.hex(),
            epoch=header.epoch,
            position=max(reached, entry.last_position),
        )

    def feed(self, *, after: str = "0", limit: int | None = None) -> reading_shapes.ChangePage:
        """Movements of money and expiries after a place, each with both accounts' balances after
        it. `after` is a change's place, or a position.

        **Rejects** with `Malformed` what is no place or limit, and with `PositionBeyondEnd` a place
        that the journal does not reach.
        """
        size = check_limit(limit)
        place = parse_place(after)
        half = self._half()
        position = half.footing.reach_place(place[0])
        found = list_items(
            half.side.journal,
            Wanted(max(place[0] - 1, 0), position),
            after=place,
            is_reversed=False,
            limit=size,
            reservation=half.finding.transfer,
        )
        changes = changes_of(half.side.history, found.items)
        end = str(max(position, place[0])) if found.place is None else _text_of(found.place)
        return reading_shapes.ChangePage(
            changes=_show_changes(half, changes), position=position, next_after=end
        )


def _show(half: "Half", places: Sequence[Place], expanded: int) -> list[reading_shapes.Event]:
    """Events, the first few of them with every record."""
    last = places[-1].position if places else None
    wanted = {
        account_id
        for number, place in enumerate(places)
        for account_id in accounts_named_in(place.event, expanded=number < expanded)
    }
    with half.footing.standing(last) as standing:
        naming = standing.directory.names(wanted).__getitem__
        return [
            _event(place, standing, naming, expanded=number < expanded)
            for number, place in enumerate(places)
        ]


def _show_changes(half: "Half", changes: Sequence[Change]) -> list[reading_shapes.Change]:
    transfers = [change.item.transfer for change in changes]
    naming = half.finding.naming(sides_of(transfers))
    with half.footing.standing() as standing:
        catalogue: Catalogue = standing.catalogue
        accounts = {
            account_id: standing.account(f"#{account_id}") for account_id in sides_of(transfers)
        }
    shown = []
    for change in changes:
        transfer = change.item.transfer
        asset = present.asset_of(catalogue, transfer.ledger)
        shown.append(
            reading_shapes.Change(
                transfer=shaping.item(change.item, catalogue=catalogue, naming=naming),
                debit=shaping.changed(
                    accounts[transfer.debit_account_id],
                    change.debit,
                    asset=asset,
                    naming=naming,
                ),
                credit=shaping.changed(
                    accounts[transfer.credit_account_id],
                    change.credit,
                    asset=asset,
                    naming=naming,
                ),
            )
        )
    return shown


def _last(places: Sequence[Place], after: int) -> int:
    return places[-1].position if places else after


def _expandable(places: Sequence[Place]) -> int:
    """How many of the first events may be shown record by record."""
    sums = accumulate(records_in(place.event) for place in places)
    return sum(1 for total in sums if total <= limits.EXPANDED_RECORDS_MAX)


def _event(
    place: Place, standing: Standing, naming: present.Naming, *, expanded: bool
) -> reading_shapes.Event:
    envelope, event = place.entry.envelope, place.event
    return reading_shapes.Event(
        position=place.position,
        name=event.wire_name,
        time=present.time_text(envelope.time),
        command_id=envelope.command_id,
        actor=envelope.actor,
        cause=envelope.cause,
        body=event_body(
            event,
            place.position,
            catalogue=standing.catalogue,
            naming=naming,
            asset_of=standing.asset_of,
            expanded=expanded,
        ),
    )


def _text_of(place: tuple[int, int]) -> str:
    """A place as text; before the first record of an event is after the event before it.

    >>> _text_of((17, 3)), _text_of((18, -1))
    ('17.3', '17')
    """
    position, number = place
    return f"{position}.{number}" if number >= 0 else f"{position - 1}"
