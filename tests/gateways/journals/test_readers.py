"""Connections for reading: never shared, not kept after an error, all closed in the end."""

import pytest

from tpwallet.gateways.journals.limits import IDLE_READERS_MAX
from tpwallet.gateways.journals.readers import Readers
from tpwallet.kernel.errors import JournalUnavailable


class Connection:
    def __init__(self, opened: "list[Connection]") -> None:
        self.closed = False
        opened.append(self)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def opened() -> list[Connection]:
    return []


@pytest.fixture
def readers(opened: list[Connection]) -> Readers[Connection]:
    return Readers(lambda: Connection(opened))


def test_connection_is_lent_again(readers: Readers[Connection], opened: list[Connection]) -> None:
    for _ in range(3):
        with readers.borrowed() as connection:
            assert not connection.closed
    assert len(opened) == 1


def test_no_two_borrowers_share_one(readers: Readers[Connection], opened: list[Connection]) -> None:
    with readers.borrowed() as first, readers.borrowed() as second:
        assert first is not second
    assert [connection.closed for connection in opened] == [False, False]


def test_connection_that_saw_an_error_is_not_lent_again_nor_those_idle_then(
    readers: Readers[Connection], opened: list[Connection]
) -> None:
    with readers.borrowed(), readers.borrowed():
        pass
    with pytest.raises(ZeroDivisionError), readers.borrowed():
        _ = 1 // 0
    assert all(connection.closed for connection in opened)
    with readers.borrowed() as connection:
        assert not connection.closed


def test_so_many_are_kept_and_no_more(
    readers: Readers[Connection], opened: list[Connection]
) -> None:
    lent = [readers.borrowed() for _ in range(IDLE_READERS_MAX + 1)]
    for one in lent:
        one.__enter__()
    for one in lent:
        one.__exit__(None, None, None)
    assert sum(not connection.closed for connection in opened) == IDLE_READERS_MAX


def test_closing_closes_what_is_idle_and_what_comes_back(
    readers: Readers[Connection], opened: list[Connection]
) -> None:
    with readers.borrowed():
        pass
    with readers.borrowed() as lent:
        readers.close()
        assert not lent.closed
    assert all(connection.closed for connection in opened)
    with pytest.raises(JournalUnavailable), readers.borrowed():
        pass
