"""Words by address: what one compiled loop writes is what the array holds."""

import numpy as np
import pytest

from tpwallet.compiled import compiled
from tpwallet.kernel.words import address_of, get, put


@compiled  # type: ignore[untyped-decorator, unused-ignore]
def _double(at, count):  # type: ignore[no-untyped-def]
    for word in range(count):
        put(at, word, get(at, word) * np.uint64(2))


def test_loops_read_and_write_an_array_by_its_address() -> None:
    array = np.arange(12, dtype=np.uint64).reshape(3, 4)
    array[2, 3] = (1 << 63) - 1
    expected = array * np.uint64(2)
    _double(address_of(array), array.size)
    assert (array == expected).all()


def test_an_address_is_where_the_first_row_begins() -> None:
    array = np.zeros((4, 2), np.uint64)
    assert address_of(array[1:]) == address_of(array) + 16


def test_a_strided_array_has_no_address() -> None:
    with pytest.raises(ValueError, match="strided"):
        address_of(np.zeros((4, 2), np.uint64)[:, 1])
