"""Reserved address space: zeroed, not taken before it is touched, refused when there is none."""

import ctypes
import mmap
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest

from tpwallet.kernel.memory import Ahead, reserve
from tpwallet.kernel.words import address_of


def test_reserved_rows_read_as_zero_and_keep_what_is_written() -> None:
    rows = reserve((1000, 3), np.uint64)
    assert rows.shape == (1000, 3)
    assert not rows.any()
    rows[999, 2] = 7
    assert int(rows.sum()) == 7


def test_a_reserved_gigabyte_takes_no_memory_until_it_is_touched() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = reserve((1 << 27,), np.uint64)
    rows[1 << 26] = 1
    taken_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert taken_kilobytes < 64 << 10


def test_more_address_space_than_there_is_is_refused() -> None:
    with pytest.raises(MemoryError, match="address space"):
        reserve((1 << 50,), np.uint64)


STEP = 2 << 20


def pages_in_memory(rows: np.ndarray) -> int:
    """How many pages of an array the system has given memory (mincore, Linux)."""
    pages = rows.nbytes // mmap.PAGESIZE
    found = (ctypes.c_ubyte * pages)()
    at = ctypes.c_void_p(address_of(rows))
    assert ctypes.CDLL(None).mincore(at, ctypes.c_size_t(rows.nbytes), found) == 0
    return sum(flag & 1 for flag in found)


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.002)
    return holds()


@pytest.mark.skipif(sys.platform != "linux", reason="mincore is asked as Linux has it")
def test_the_pages_that_come_next_are_touched_ahead() -> None:
    rows = reserve((4 * STEP // 8,), np.uint64)
    ahead = Ahead(rows)
    assert pages_in_memory(rows) == 0
    ahead.need(1)
    assert soon(lambda: pages_in_memory(rows) >= STEP // mmap.PAGESIZE)
    for used in range(0, 4 * STEP, STEP // 4):
        ahead.need(used)
    assert soon(lambda: pages_in_memory(rows) == rows.nbytes // mmap.PAGESIZE)
    assert not rows.any()


def test_whoever_writes_a_page_that_is_being_touched_loses_nothing() -> None:
    rows = reserve((64 * STEP // 8,), np.uint64)
    ahead = Ahead(rows)
    every_page = mmap.PAGESIZE // 8
    for first in range(0, rows.size, every_page):
        ahead.need(first * 8)
        rows[first] = first + 1
    assert (rows[::every_page] == np.arange(1, rows.size + 1, every_page)).all()
