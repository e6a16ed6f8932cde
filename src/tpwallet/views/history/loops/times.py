"""When movements were made: the events that made them, searched by position, time or movement.

Transfers have increasing timestamps in the order of the journal, and an expiry its own time; only
an import may go back behind an expiry that is already there. A moment in time is therefore the
whole journal up to the last movement before which nothing is later than it: such an import counts
from the expiry's time on, and the past never changes.

The times of most batches are consecutive and follow from the event's own. Where they are not
(refusals between, imports), they are kept in the times file: the first, then each one's distance
from it in as few bits as the longest takes, packed into words.

What an event says of its movements and its times is checked before it is believed.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.words import RECORD_BYTES, TIMESTAMP
from tpwallet.kernel.words import get, put
from tpwallet.views.history.damage import StoredNonsense
from tpwallet.views.history.loops.words import (
    EVENT_BYTES,
    EVENT_LATEST,
    EVENT_POSITION,
    EVENT_SPAN,
    EVENT_TIMES,
    EVENTS,
    EVENTS_AT,
    LATEST,
    MASK_6,
    MASK_32,
    MAX_64,
    MOVEMENTS,
    TIMES,
    TIMES_AT,
    U0,
    U1,
    U6,
    U8,
    U32,
    U63,
    U64,
)


@compiled
def event_at(history, row):
    """Address of the row of an event."""
    return np.int64(get(history, EVENTS_AT)) + row * EVENT_BYTES


@compiled
def first_of(event):
    """An event's first movement."""
    return np.int64(get(event, EVENT_SPAN) & MASK_32)


@compiled
def count_of(event):
    """How many movements an event made."""
    return np.int64(get(event, EVENT_SPAN) >> U32)


@compiled
def is_expiry(event):
    """Whether an event is an expiry."""
    return (get(event, EVENT_TIMES) & U1) != U0


@compiled
def _bits_of(event):
    return (get(event, EVENT_TIMES) >> U1) & MASK_6


@compiled
def _packed(run, bits, index):
    """Number `index` of `bits` bits each, from the words at `run`."""
    place = np.uint64(index) * bits
    word, shift = np.int64(place >> U6), place & U63
    value = get(run, word) >> shift
    if shift + bits > U64:
        value |= get(run, word + 1) << (U64 - shift)
    return value & (MAX_64 >> (U64 - bits))


@compiled
def _pack(run, bits, index, value):
    """Write a number into words that are zero, as a file's room is."""
    place = np.uint64(index) * bits
    word, shift = np.int64(place >> U6), place & U63
    put(run, word, get(run, word) | (value << shift))
    if shift + bits > U64:
        put(run, word + 1, value >> (U64 - shift))


@compiled
def _words_of_run(count, bits):
    """Words that the times of so many movements take: the first, and the distances from it."""
    return U1 + ((np.uint64(count) * bits + U63) >> U6)


@compiled
def _run_of(history, event, bits):
    at = get(event, EVENT_TIMES) >> U8
    if at + _words_of_run(count_of(event), bits) > get(history, TIMES):
        raise StoredNonsense("events: an event names times there are not")
    return np.int64(get(history, TIMES_AT)) + np.int64(at) * 8


@compiled
def time_of(history, event, index):
    """The time of an event's movement number `index`, in nanoseconds.

    **Rejects** with `StoredNonsense` a movement that the event does not have, and an event that
    names times there are not.
    """
    if index < 0 or index >= count_of(event):
        raise StoredNonsense("events: a movement belongs to no event")
    bits = _bits_of(event)
    if bits != U0:
        run = _run_of(history, event, bits)
        return get(run, 0) + _packed(run + 8, bits, index)
    if is_expiry(event):
        return get(event, EVENT_LATEST)
    return get(event, EVENT_LATEST) - np.uint64(count_of(event) - 1 - index)


@compiled
def _keep_times(history, records, count, first, span):
    """Put the times of `count` records in the times file; returns where, as in an event's row."""
    bits = U1
    while bits < U63 and (span >> bits) != U0:
        bits += U1
    at = get(history, TIMES)
    put(history, TIMES, at + _words_of_run(count, bits))
    run = np.int64(get(history, TIMES_AT)) + np.int64(at) * 8
    put(run, 0, first)
    for i in range(count):
        _pack(run + 8, bits, i, get(records + i * RECORD_BYTES, TIMESTAMP) - first)
    return (at << U8) | (bits << U1)


@compiled
def _add_event(history, position, count, latest, times):
    event = event_at(history, np.int64(get(history, EVENTS)))
    put(event, EVENT_POSITION, np.uint64(position))
    put(event, EVENT_SPAN, get(history, MOVEMENTS) | (np.uint64(count) << U32))
    put(event, EVENT_LATEST, latest)
    put(event, EVENT_TIMES, times)
    put(history, EVENTS, get(history, EVENTS) + U1)
    put(history, LATEST, latest)


@compiled
def add_batch(history, position, records, count):
    """Add the event of a batch of stored transfers, whose timestamps increase."""
    first = get(records, TIMESTAMP)
    last = get(records + (count - 1) * RECORD_BYTES, TIMESTAMP)
    latest = max(last, get(history, LATEST))
    times = U0
    if latest != last or last - first != np.uint64(count - 1):
        times = _keep_times(history, records, count, first, last - first)
    _add_event(history, position, count, latest, times)


@compiled
def add_expiry(history, position, time, count):
    """Add the event of an expiry, whose time is not before any other."""
    _add_event(history, position, count, np.uint64(time), U1)


@compiled
def _among(history, movements):
    """So many movements, if there are."""
    if np.uint64(movements) > get(history, MOVEMENTS):
        raise StoredNonsense("events: an event has movements there are not")
    return movements


@compiled
def movements_at_position(history, position):
    """How many movements the events up to `position` made."""
    low, high = np.int64(0), np.int64(get(history, EVENTS))
    while low < high:
        middle = (low + high) >> 1
        if get(event_at(history, middle), EVENT_POSITION) <= np.uint64(position):
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return low
    event = event_at(history, low - 1)
    return _among(history, first_of(event) + count_of(event))


@compiled
def movements_at_time(history, time):
    """How many movements were made up to `time`, in nanoseconds (see above: none of them later)."""
    low, high = np.int64(0), np.int64(get(history, EVENTS))
    end = high
    while low < high:
        middle = (low + high) >> 1
        if get(event_at(history, middle), EVENT_LATEST) <= np.uint64(time):
            low = middle + 1
        else:
            high = middle
    if low == end:
        return np.int64(get(history, MOVEMENTS))
    event = event_at(history, low)
    low, high = np.int64(0), count_of(event)
    while low < high:
        middle = (low + high) >> 1
        if time_of(history, event, middle) <= np.uint64(time):
            low = middle + 1
        else:
            high = middle
    return _among(history, first_of(event) + low)


@compiled
def event_of(history, movement):
    """Address of the event that made a movement. **Rejects** with `StoredNonsense` a movement
    before the first event's.
    """
    low, high = np.int64(0), np.int64(get(history, EVENTS))
    while low < high:
        middle = (low + high) >> 1
        if first_of(event_at(history, middle)) <= movement:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        raise StoredNonsense("events: a movement belongs to no event")
    return event_at(history, low - 1)
