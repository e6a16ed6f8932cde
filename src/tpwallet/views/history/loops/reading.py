"""Reading the past: one account's balances, a page of its postings, or every account's balances.

Balances are eight words: pending and posted debits, pending and posted credits. A moment is a
*bound*, the number of movements made up to it; a pointer is a movement's number plus 1, so a node
belongs to the moment when its pointer is not past the bound.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.kernel.words import get
from tpwallet.views.history.loops.building import account_at
from tpwallet.views.history.loops.chains import (
    head_of,
    latest,
    latest_numbered,
    numbered,
    older,
)
from tpwallet.views.history.loops.nodes import links_of, previous_in, read_node
from tpwallet.views.history.loops.times import event_of, first_of, is_expiry, time_of
from tpwallet.views.history.loops.words import (
    CHAIN_BYTES,
    CREDIT,
    DEBIT,
    EVENT_POSITION,
    PENDING,
)

_LANES = 32  # chains walked at a time, so that their memory waits overlap


@compiled
def balance(history, row, bound, balances):
    """Read an account's balances at a bound into `balances` (u64[8])."""
    for side in range(2):
        head, _ = head_of(account_at(history, row) + side * CHAIN_BYTES)
        read_node(history, side, latest(history, side, head, bound), balances, 4 * side)


@compiled
def _describe(history, pointer, side, found):
    """Fill one row of a page."""
    event = event_of(history, pointer - 1)
    index = pointer - 1 - first_of(event)
    found[0] = pointer - 1
    found[1] = side
    found[2] = np.int64(get(event, EVENT_POSITION))
    found[3] = index
    found[4] = np.int64(time_of(history, event, index))
    found[5] = 1 if is_expiry(event) else 0


@compiled
def page(history, row, after, until, reverse, found, balances):
    """Read the first postings of an account after bound `after` and up to bound `until`; with
    `reverse`, the last.

    At most as many as `found` (i64[n, 6]: movement, side, position, index, time, whether it is an
    expiry) has rows; both arrays are filled in order of time. `balances` (u64[n + 1, 8]) gets the
    balances before the first of them and after each. Returns how many there are, and how many
    more there would be.
    """
    limit = found.shape[0]
    account = account_at(history, row)
    debit, debits = head_of(account)
    credit, credits = head_of(account + CHAIN_BYTES)
    debit, debits = latest_numbered(history, DEBIT, debit, debits, until)
    credit, credits = latest_numbered(history, CREDIT, credit, credits, until)
    _, debits_before = latest_numbered(history, DEBIT, debit, debits, after)
    _, credits_before = latest_numbered(history, CREDIT, credit, credits, after)
    total = debits - debits_before + credits - credits_before
    count = min(limit, total)
    passed_over = 0
    if not reverse:
        debits_end = min(debits, debits_before + count)
        credits_end = min(credits, credits_before + count)
        debit = numbered(history, DEBIT, debit, debits, debits_end)
        credit = numbered(history, CREDIT, credit, credits, credits_end)
        passed_over = debits_end - debits_before + credits_end - credits_before - count
    for step in range(passed_over + count):
        if step >= passed_over:
            at = count - 1 - (step - passed_over)
            side = DEBIT if debit > credit else CREDIT
            _describe(history, max(debit, credit), side, found[at])
            read_node(history, DEBIT, debit, balances[at + 1], 0)
            read_node(history, CREDIT, credit, balances[at + 1], 4)
        if debit > credit:
            debit = previous_in(links_of(history, DEBIT, debit))
        else:
            credit = previous_in(links_of(history, CREDIT, credit))
    read_node(history, DEBIT, debit, balances[0], 0)
    read_node(history, CREDIT, credit, balances[0], 4)
    return count, total - count


@compiled
def _walk_lanes(history, pointers, waiting, count, bound):
    """Walk `count` chains (lane 2 i + side) back to a bound, a step each in turn."""
    for lane in range(count):
        waiting[lane] = lane
    while count > 0:
        still = 0
        for k in range(count):
            lane = waiting[k]
            pointer = pointers[lane]
            if pointer > bound:
                pointers[lane] = older(links_of(history, lane & 1, pointer), bound)
                waiting[still] = lane
                still += 1
        count = still


@compiled
def balances_of_all(history, bound, balances):
    """Read the balances of the first n accounts at a bound into `balances` (u64[n, 8])."""
    accounts = balances.shape[0]
    pointers, waiting = np.empty(_LANES, np.int64), np.empty(_LANES, np.int64)
    for base in range(0, accounts, _LANES // 2):
        count = 2 * min(_LANES // 2, accounts - base)
        for lane in range(count):
            chain = account_at(history, base + (lane >> 1)) + (lane & 1) * CHAIN_BYTES
            pointers[lane], _ = head_of(chain)
        _walk_lanes(history, pointers, waiting, count, bound)
        for lane in range(count):
            row, side = base + (lane >> 1), lane & 1
            chain = account_at(history, row) + side * CHAIN_BYTES
            if pointers[lane] == head_of(chain)[0]:
                for word in range(4):
                    balances[row, 4 * side + word] = get(chain, PENDING + word)
            else:
                read_node(history, side, pointers[lane], balances[row], 4 * side)
