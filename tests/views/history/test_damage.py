"""Damage: a byte that is not what was written is found, told and made good, and kills nobody."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.views.history.played import SEED, batch, entries, expiry, moved, opening
from tests.views.history.test_chains import hot_batches
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.kernel.errors import Halted
from tpwallet.kernel.wire import Event
from tpwallet.ports.view import ViewDamaged
from tpwallet.views.history.block_sums import BlockSums
from tpwallet.views.history.checking import check_history
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.history.limits import SUMMED_BLOCK_BYTES
from tpwallet.views.history.loops.words import EVENT_BYTES, MOVEMENT_BYTES
from tpwallet.views.history.moments import AtPosition
from tpwallet.views.history.saved_state import FILES, MAGIC

HOT = 8 * 8190  # transfers of two accounts: 56 blocks of movements
WIDE = 2**127
BIG: list[Event] = [opening(1, 2), *hot_batches(HOT)]
VARIED: list[Event] = [
    opening(1, 2, 3),
    batch(*(moved(n, WIDE // 64, time=10 * n) for n in range(1, 30))),
    batch(
        *(moved(n, 5, time=10 * n, flags=TransferFlags.PENDING, timeout=1) for n in range(30, 60))
    ),
    expiry(31, 33, time=1000),
    batch(*(moved(n, 1, time=2000 + n * n) for n in range(60, 90))),
]


def kept(folder: Path, events: list[Event]) -> None:
    index = HistoryIndex.open(folder, SEED)
    index.apply(entries(events))
    index.flush()
    index.close()


def change(path: Path, at: int, content: bytes) -> None:
    """Write over a file as a stray write does, mapped or not."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def flip(path: Path, at: int, bit: int = 0) -> None:
    change(path, at, bytes([path.read_bytes()[at] ^ 1 << bit]))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.75, 0.999])
@pytest.mark.parametrize("name", ["movements", "events"])
def test_one_bit_anywhere_is_found_when_it_is_opened(
    tmp_path: Path, name: str, share: float
) -> None:
    kept(tmp_path, BIG)
    used = {"movements": HOT * MOVEMENT_BYTES, "events": (len(BIG) - 1) * EVENT_BYTES}[name]
    at = int(used * share)
    flip(tmp_path / name, at)
    index = HistoryIndex.open(tmp_path, SEED)
    assert index.position == 0
    block = at // SUMMED_BLOCK_BYTES
    assert index.begun_again == f"{name}, block {block} is not what was written"
    index.apply(entries(BIG))
    balances = index.current(1)
    assert balances is not None
    assert balances == index.balance(1, at_position=len(BIG))
    index.close()


def test_what_is_whole_is_trusted(tmp_path: Path) -> None:
    kept(tmp_path, BIG)
    index = HistoryIndex.open(tmp_path, SEED)
    assert (index.position, index.begun_again, index.damage) == (len(BIG), "", None)
    index.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_byte_of_every_file_counts(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("varied")
    kept(folder, VARIED)
    name = data.draw(st.sampled_from([*FILES, "state"]))
    length = (folder / name).stat().st_size
    flip(folder / name, data.draw(st.integers(0, length - 1)), data.draw(st.integers(0, 7)))
    index = HistoryIndex.open(folder, SEED)
    assert index.position == 0
    assert index.begun_again.startswith(name)
    index.close()


QUESTIONS: list[Callable[[HistoryIndex], object]] = [
    lambda index: index.balance(1, at_position=2),
    lambda index: index.balance(2, at_time=1500),
    lambda index: index.balances_at(3),
    lambda index: index.balances_at(at_time=255),
    lambda index: index.statement(1),
    lambda index: index.statement(2, since=AtPosition(2), limit=7, reverse=True),
    lambda index: index.movement_at_time(3000),
    lambda index: index.apply(entries([*VARIED, batch(moved(99, time=99_999))], after=len(VARIED))),
]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_byte_changed_under_an_open_history_stops_the_process(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("varied")
    kept(folder, VARIED)
    name = data.draw(st.sampled_from(FILES))
    before = (folder / name).read_bytes()  # nothing but what is in use
    index = HistoryIndex.open(folder, SEED)
    words = len(before) // 8
    junk = data.draw(st.integers(0, 2**64 - 1)) | data.draw(st.sampled_from([0, 2**63, 2**31]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, words - 1))
        change(folder / name, 8 * at, junk.to_bytes(8, "little"))
    is_changed = (folder / name).read_bytes()[: len(before)] != before
    for question in QUESTIONS:
        try:
            question(index)
        except ViewDamaged:
            assert index.damage is not None
        except Halted:
            assert index.damage is not None, "only damage ends it"
    index.close()
    index = HistoryIndex.open(folder, SEED)
    assert index.position == (0 if is_changed else len(VARIED))
    index.close()


NODE = 40 * MOVEMENT_BYTES


@pytest.mark.parametrize(
    ("at", "content"),
    [
        pytest.param(NODE, b"\xff\xff\xff\x7f", id="a link past the end"),
        pytest.param(NODE + 7, b"\xff", id="a jump past the end"),
        pytest.param(NODE, (41).to_bytes(4, "little"), id="a link to itself"),
        pytest.param(NODE, (60).to_bytes(4, "little"), id="a link forward"),
        pytest.param(NODE + 8, b"\xff" * 8, id="a wide row there is not"),
    ],
)
def test_nonsense_ends_the_index_and_is_told(tmp_path: Path, at: int, content: bytes) -> None:
    kept(tmp_path, VARIED)
    index = HistoryIndex.open(tmp_path, SEED)
    change(tmp_path / "movements", at, content)
    with pytest.raises(ViewDamaged, match="movements"):
        index.statement(1)
    assert index.damage is not None
    assert index.damage.code == "follower_unavailable"
    with pytest.raises(Halted, match="damaged"):
        index.current(1)
    with pytest.raises(Halted, match="damaged"):
        index.flush()
    index.close()
    index = HistoryIndex.open(tmp_path, SEED)
    assert index.position == 0
    index.close()


def test_a_reset_forgets_damage(tmp_path: Path) -> None:
    kept(tmp_path, VARIED)
    index = HistoryIndex.open(tmp_path, SEED)
    change(tmp_path / "movements", NODE, b"\xff\xff\xff\x7f")
    with pytest.raises(ViewDamaged):
        index.statement(1)
    index.reset()
    index.apply(entries(VARIED))
    assert index.damage is None
    assert index.statement(1) is not None
    index.close()


def test_a_state_that_does_not_fit_its_files_is_begun_again(tmp_path: Path) -> None:
    kept(tmp_path, VARIED)
    state = bytearray((tmp_path / "state").read_bytes()[:-32])
    head = 8 + 8 * 8 + 4 * 8  # of the first account's chain of debits
    state[head : head + 4] = (4_000_000).to_bytes(4, "little")
    (tmp_path / "state").write_bytes(state + hashlib.sha256(state).digest())
    index = HistoryIndex.open(tmp_path, SEED)
    assert index.position == 0
    assert "does not fit" in index.begun_again
    index.close()


def test_a_history_without_checksums_is_begun_again(tmp_path: Path) -> None:
    """What the release before wrote: twelve words of header, the last four of them tails."""
    kept(tmp_path, VARIED)
    state = (tmp_path / "state").read_bytes()[: -32 - 4 * len(FILES)]
    body = b"TPWHIS01" + state[8:72] + bytes(4 * 8) + state[72:]
    (tmp_path / "state").write_bytes(body + hashlib.sha256(body).digest())
    index = HistoryIndex.open(tmp_path, SEED)
    assert (index.position, index.begun_again) == (0, "state is of another format")
    index.apply(entries(VARIED))
    index.flush()
    index.close()
    assert (tmp_path / "state").read_bytes().startswith(MAGIC)


def test_the_files_can_be_checked_beside_their_owner(tmp_path: Path) -> None:
    assert check_history(tmp_path) is None
    index = HistoryIndex.open(tmp_path, SEED)
    assert check_history(tmp_path) is None
    index.apply(entries(BIG[:4]))
    index.flush()
    index.apply(entries(BIG, after=4))
    checked = check_history(tmp_path)
    assert checked is not None
    assert (checked.position, checked.damage) == (4, None)
    index.flush()
    index.close()
    checked = check_history(tmp_path)
    assert checked is not None
    assert checked.bytes_used == HOT * MOVEMENT_BYTES + (len(BIG) - 1) * EVENT_BYTES
    assert checked.blocks == 56 + 1
    flip(tmp_path / "movements", 3 * SUMMED_BLOCK_BYTES)
    checked = check_history(tmp_path)
    assert checked is not None
    assert str(checked.damage) == "movements, block 3 is not what was written"


@pytest.mark.parametrize("name", ["movements", "state"])
def test_the_check_names_what_is_missing_or_cut_short(tmp_path: Path, name: str) -> None:
    kept(tmp_path, VARIED)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-1])
    checked = check_history(tmp_path)
    assert checked is not None
    assert str(checked.damage).startswith(name)
    path.unlink()
    checked = check_history(tmp_path)
    if name == "state":
        assert checked is None
    else:
        assert checked is not None
        assert str(checked.damage) == "movements is missing"


@given(
    steps=st.lists(st.integers(0, 5 * SUMMED_BLOCK_BYTES // 2), min_size=1, max_size=8),
    seed=st.integers(0, 2**32),
)
def test_sums_do_not_depend_on_the_steps_they_were_made_in(steps: list[int], seed: int) -> None:
    content = np.random.default_rng(seed).bytes(sum(steps))
    at_once = BlockSums(np.empty(0, np.uint32), 0)
    at_once.extend(memoryview(content), len(content))
    used, stepwise = 0, BlockSums(np.empty(0, np.uint32), 0)
    for step in steps:
        used += step
        stepwise.extend(memoryview(content), used)
        stepwise = BlockSums(stepwise.known(), used)
    assert stepwise.known().tolist() == at_once.known().tolist()
