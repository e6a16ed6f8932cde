"""Reserved address space: zeroed, not taken before it is touched, refused when there is none."""

import resource

import numpy as np
import pytest

from tpwallet.kernel.memory import reserve


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
