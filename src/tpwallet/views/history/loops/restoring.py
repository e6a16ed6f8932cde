"""Restoring memory from what was saved: ids are entered anew, and an account's present values and
its heads' jumps follow from the nodes that its chains end in.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.kernel.words import get, put
from tpwallet.views.history.loops.building import account_at, enter_account
from tpwallet.views.history.loops.chains import head_of
from tpwallet.views.history.loops.nodes import jump_in, links_of, read_node
from tpwallet.views.history.loops.reservations import enter_id
from tpwallet.views.history.loops.words import (
    ACCOUNTS,
    CHAIN_BYTES,
    JUMPS,
    PENDING,
    SLOTS_USED,
    U32,
    VALUE_WORDS,
)


@compiled
def _jump_from(history, side, pointer):
    if pointer == 0:
        return pointer
    return jump_in(links_of(history, side, pointer))


@compiled
def _restore_chain(history, side, chain, values):
    head, _ = head_of(chain)
    read_node(history, side, head, values, 0)
    for word in range(VALUE_WORDS):
        put(chain, PENDING + word, values[word])
    first = _jump_from(history, side, head)
    second = _jump_from(history, side, first)
    put(chain, JUMPS, np.uint64(first) | (np.uint64(second) << U32))


@compiled
def restore(history):
    """Complete the rows of accounts, and fill the id indexes, which are empty."""
    values = np.empty(VALUE_WORDS, np.uint64)
    for row in range(np.int64(get(history, ACCOUNTS))):
        enter_account(history, row)
        for side in range(2):
            chain = account_at(history, row) + side * CHAIN_BYTES
            _restore_chain(history, side, chain, values)
    for slot in range(np.int64(get(history, SLOTS_USED))):
        enter_id(history, slot)
