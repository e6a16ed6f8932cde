"""Running a batch: the envelope checks of both kinds, and linked chains.

Events are taken in order and each sees what the earlier ones did. `linked` ties an event to the
next; events tied together are a chain, and a chain happens as a whole or not at all. The event
that breaks a chain keeps its own status, the others answer `linked_event_failed`; a chain that the
batch's end leaves open has no whole, so its last event answers `linked_event_chain_open`, broken
already or not.

What breaks a chain may also burn a transfer id, and that outlives the roll-back: the id is burnt
after the chain has been undone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tpwallet.lab.oracle.moment import Moment, moment_of
from tpwallet.lab.oracle.records import TIMESTAMP_MAX, OracleAccount, OracleTransfer
from tpwallet.lab.oracle.results import Result
from tpwallet.lab.oracle.state import State
from tpwallet.lab.oracle.statuses import TRANSIENT, Status

Event = TypeVar("Event", OracleAccount, OracleTransfer)


def run_batch(
    state: State,
    events: Sequence[Event],
    now_ns: int,
    create: Callable[[Event, Moment], Result],
) -> list[Result]:
    """Apply `events` in order at batch time `now_ns`; answer one result for each.

    `create` judges one event that passed the envelope and writes it to `state` when it is accepted.
    """
    results: list[Result] = []
    chain: _Chain | None = None
    for index, event in enumerate(events):
        moment = moment_of(index, len(events), now_ns)
        is_last = index == len(events) - 1
        if event.linked and chain is None:
            chain = _Chain(start=index, state_before=state.copy())
        refusal = _envelope_refusal(
            event,
            moment,
            is_open_tail=event.linked and is_last,
            is_chain_broken=chain is not None and chain.is_broken,
            is_batch_imported=events[0].imported,
        )
        result = create(event, moment) if refusal is None else Result(refusal, moment.event_ns)
        results.append(result)
        if result.status != "created" and chain is not None and not chain.is_broken:
            chain.is_broken = True
            state.restore(chain.state_before)
            for member in range(chain.start, index):
                event_ns = moment_of(member, len(events), now_ns).event_ns
                results[member] = Result("linked_event_failed", event_ns)
        if result.status in TRANSIENT:
            state.burnt_transfer_ids.add(event.id)
        if not event.linked:
            chain = None
    return results


@dataclass(slots=True)
class _Chain:
    start: int
    state_before: State
    is_broken: bool = False


def _envelope_refusal(
    event: OracleAccount | OracleTransfer,
    moment: Moment,
    *,
    is_open_tail: bool,
    is_chain_broken: bool,
    is_batch_imported: bool,
) -> Status | None:
    if is_open_tail:
        return "linked_event_chain_open"
    if is_chain_broken:
        return "linked_event_failed"
    if is_batch_imported and not event.imported:
        return "imported_event_expected"
    if event.imported and not is_batch_imported:
        return "imported_event_not_expected"
    if event.imported:
        if not 1 <= event.timestamp <= TIMESTAMP_MAX:
            return "imported_event_timestamp_out_of_range"
        if event.timestamp >= moment.batch_ns:
            return "imported_event_timestamp_must_not_advance"
    elif event.timestamp != 0:
        return "timestamp_must_be_zero"
    return None
