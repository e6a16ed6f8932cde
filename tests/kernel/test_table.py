"""Tables of frozen records: the digest follows the content, and a rollback is exact."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.kernel.state import TableState
from tpwallet.kernel.table import Table
from tpwallet.kernel.wire import Event


class Coin(msgspec.Struct, frozen=True, array_like=True):
    amount: int
    note: str = ""


class Change(NamedTuple):
    """What is done to one key of one of two tables; no coin: it is taken out."""

    table: int
    key: str
    coin: Coin | None


class Purse(TableState):
    """Two tables that share an undo log."""

    def __init__(self) -> None:
        self.coins: Table[str, Coin] = Table("coins", str, Coin)
        self.notes: Table[str, Coin] = Table("notes", str, Coin)
        super().__init__(self.coins, self.notes)

    def handles(self, event: Event) -> bool:
        return False

    def apply(self, event: Event, position: int) -> None:
        raise AssertionError

    def change(self, changes: list[Change]) -> None:
        for change in changes:
            table = (self.coins, self.notes)[change.table]
            if change.coin is not None:
                table.put(change.key, change.coin)
            elif change.key in table:
                table.delete(change.key)

    def content(self) -> list[dict[str, Coin]]:
        return [dict(self.coins), dict(self.notes)]


keys = st.sampled_from("abcde")
coins = st.builds(Coin, st.integers(-5, 1 << 62), st.sampled_from(["", "x"]))
changes = st.lists(st.builds(Change, st.integers(0, 1), keys, st.none() | coins), max_size=12)
contents = st.dictionaries(keys, coins)


def table_of(content: dict[str, Coin], name: str = "coins") -> Table[str, Coin]:
    table: Table[str, Coin] = Table(name, str, Coin)
    for key, coin in content.items():
        table.put(key, coin)
    return table


@given(changes)
def test_digest_is_that_of_the_content_however_it_came_about(steps: list[Change]) -> None:
    purse = Purse()
    purse.change(steps)
    coins_now, notes_now = purse.content()
    assert purse.coins.digest == table_of(dict(sorted(coins_now.items()))).digest
    assert purse.notes.digest == table_of(dict(reversed(notes_now.items())), "notes").digest


@given(contents, contents)
def test_digests_are_equal_only_when_contents_are(
    one: dict[str, Coin], two: dict[str, Coin]
) -> None:
    assert (table_of(one).digest == table_of(two).digest) is (one == two)


def test_the_same_records_in_another_table_have_another_digest() -> None:
    content = {"a": Coin(1)}
    assert table_of(content).digest != table_of(content, "notes").digest


@given(changes, changes)
def test_rollback_takes_back_every_change_since_the_last_settle(
    kept: list[Change], refused: list[Change]
) -> None:
    purse = Purse()
    purse.change(kept)
    purse.settle(purse.mark())
    before, digest = purse.content(), purse.state_hash()
    mark = purse.mark()
    purse.change(refused)
    purse.rollback(mark)
    assert purse.content() == before
    assert purse.state_hash() == digest


@given(changes, changes)
def test_what_is_settled_is_never_taken_back(kept: list[Change], more: list[Change]) -> None:
    purse = Purse()
    purse.change(kept)
    purse.settle(0)
    purse.change(more)
    purse.settle(0)
    content = purse.content()
    purse.rollback(0)
    assert purse.content() == content


@given(changes)
def test_a_loaded_dump_is_the_same_state(steps: list[Change]) -> None:
    purse, copy = Purse(), Purse()
    purse.change(steps)
    copy.change([Change(0, "z", Coin(1))])
    copy.load(purse.dump())
    assert copy.content() == purse.content()
    assert copy.state_hash() == purse.state_hash()
    copy.rollback(0)  # a load leaves nothing to take back
    assert copy.content() == purse.content()


@pytest.mark.parametrize("before", [None, Coin(1)])
def test_a_record_that_cannot_be_written_leaves_no_trace(before: Coin | None) -> None:
    purse = Purse()
    if before is not None:
        purse.coins.put("a", before)
    purse.settle(0)
    digest = purse.state_hash()
    with pytest.raises(OverflowError):
        purse.coins.put("a", Coin(1 << 70))
    purse.rollback(0)
    assert purse.coins.get("a") == before
    assert purse.state_hash() == digest


def test_reading_a_table() -> None:
    table = table_of({"a": Coin(1), "b": Coin(2)})
    assert (len(table), "a" in table, "z" in table) == (2, True, False)
    assert table.get("b") == Coin(2)
    assert table.get("z") is None
    assert dict(table) == {"a": Coin(1), "b": Coin(2)}


def _forget(table: Table[str, Coin]) -> None:
    table.delete("a")


@pytest.mark.parametrize("spoil", [_forget, lambda table: table.put("a", Coin(2))])
def test_digest_tells_one_record_changed_or_missing(
    spoil: Callable[[Table[str, Coin]], None],
) -> None:
    table = table_of({"a": Coin(1), "b": Coin(2)})
    digest = table.digest
    spoil(table)
    assert table.digest != digest
