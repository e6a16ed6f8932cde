"""What is on disk: what a crash or damage leaves, how much it takes, and who may have it open."""

import hashlib
import resource
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.views.history.played import SEED, batch, entries, expiry, moved, opening
from tests.views.history.test_chains import hot_batches
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.kernel.errors import Halted
from tpwallet.kernel.wire import Event
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.history.moments import Balances
from tpwallet.views.history.saved_state import FILES, MAGIC

WIDE = 2**127
EVENTS: list[Event] = [
    opening(1, 2, 3),
    batch(moved(1, WIDE, time=10), moved(2, 5, time=20, flags=TransferFlags.PENDING)),
    batch(*(moved(n, 7, time=n, flags=TransferFlags.PENDING, timeout=1) for n in range(30, 35))),
    expiry(31, 33, time=100),
]


def filled(folder: Path) -> HistoryIndex:
    index = HistoryIndex.open(folder, SEED)
    index.apply(entries(EVENTS))
    index.flush()
    return index


def expect_filled(index: HistoryIndex) -> None:
    assert index.position == len(EVENTS)
    assert index.current(1) == Balances(debits_pending=26, debits_posted=WIDE)
    assert index.balance(2, at_position=3) == Balances(credits_pending=40, credits_posted=WIDE)
    page = index.statement(1)
    assert page is not None
    assert [posting.time for posting in page.postings] == [10, 20, 30, 31, 32, 33, 34, 100, 100]


def test_what_was_flushed_is_found_again(tmp_path: Path) -> None:
    filled(tmp_path).close()
    index = HistoryIndex.open(tmp_path, SEED + 1)
    expect_filled(index)
    index.close()


def test_reservations_that_were_open_can_still_end(tmp_path: Path) -> None:
    filled(tmp_path).close()
    index = HistoryIndex.open(tmp_path, SEED)
    ended = [
        batch(moved(50, 3, time=200, flags=TransferFlags.POST_PENDING_TRANSFER, pending_id=2)),
        expiry(30, 32, 34, time=300),
    ]
    index.apply(entries([*EVENTS, *ended], after=len(EVENTS)))
    assert index.current(1) == Balances(debits_posted=WIDE + 3)
    index.close()


def test_a_history_that_was_never_flushed_begins_again(tmp_path: Path) -> None:
    index = HistoryIndex.open(tmp_path, SEED)
    index.apply(entries(EVENTS))
    index.close()
    index = HistoryIndex.open(tmp_path, SEED)
    assert index.position == 0
    assert index.current(1) is None
    index.apply(entries(EVENTS))
    expect_filled(index)
    index.close()


def expect_begun_again(folder: Path) -> None:
    index = HistoryIndex.open(folder, SEED)
    assert index.position == 0
    assert index.opened(1) is None
    assert not any((folder / name).read_bytes().strip(b"\0") for name in FILES)
    index.apply(entries(EVENTS))
    expect_filled(index)
    index.close()


@pytest.mark.parametrize("at", [0, 7, 8, 100, -33, -1])
def test_a_damaged_state_is_begun_again(tmp_path: Path, at: int) -> None:
    filled(tmp_path).close()
    state = bytearray((tmp_path / "state").read_bytes())
    state[at] ^= 1
    (tmp_path / "state").write_bytes(state)
    expect_begun_again(tmp_path)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 40, 200])
def test_a_state_cut_short_is_begun_again(tmp_path: Path, length: int) -> None:
    filled(tmp_path).close()
    state = (tmp_path / "state").read_bytes()
    (tmp_path / "state").write_bytes(state[:length])
    expect_begun_again(tmp_path)


def test_another_format_is_begun_again(tmp_path: Path) -> None:
    filled(tmp_path).close()
    body = (tmp_path / "state").read_bytes()[:-32].replace(MAGIC, b"TPWHIS00")
    (tmp_path / "state").write_bytes(body + hashlib.sha256(body).digest())
    expect_begun_again(tmp_path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["cut short", "changed", "missing"])
def test_files_that_are_not_the_states_are_begun_again(
    tmp_path: Path, name: str, damage: str
) -> None:
    filled(tmp_path).close()
    path = tmp_path / name
    content = bytearray(path.read_bytes())
    assert content
    if damage == "missing":
        path.unlink()
    elif damage == "changed":
        content[-1] ^= 0x80
        path.write_bytes(content)
    else:
        path.write_bytes(content[:-1])
    expect_begun_again(tmp_path)


def test_reset_begins_again(tmp_path: Path) -> None:
    index = filled(tmp_path)
    index.reset()
    assert not (tmp_path / "state").exists()
    assert index.position == 0
    assert index.current(1) is None
    assert len(index.balances_at().words) == 0
    index.close()
    expect_begun_again(tmp_path)


def test_one_process_has_a_directory_open(tmp_path: Path) -> None:
    index = filled(tmp_path)
    with pytest.raises(Halted):
        HistoryIndex.open(tmp_path, SEED)
    index.close()
    index.close()
    HistoryIndex.open(tmp_path, SEED).close()


def test_the_state_file_is_forty_eight_bytes_an_account(tmp_path: Path) -> None:
    filled(tmp_path).close()
    header = 8 + 8 * 8
    open_reservations = 4
    blocks = len(FILES)  # a checksum of each, of four bytes
    size = header + 3 * 48 + open_reservations * 64 + blocks * 4 + 32
    content = (tmp_path / "state").read_bytes()
    assert len(content) == size
    assert struct.unpack_from("<8s4Q", content) == (MAGIC, len(EVENTS), 100, 3, open_reservations)


@pytest.mark.parametrize("ending", ["open", "closed"])
def test_a_transfer_takes_fifty_seven_bytes(tmp_path: Path, ending: str) -> None:
    count = 5 * 8190
    index = HistoryIndex.open(tmp_path, SEED)
    index.apply(entries([opening(1, 2), *hot_batches(count)]))
    index.flush()
    if ending == "open":
        assert index.bytes_used() < 57 * count
    index.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 57 * count


def test_a_transfer_of_its_own_takes_ninety_bytes(tmp_path: Path) -> None:
    count = 1000
    index = HistoryIndex.open(tmp_path, SEED)
    index.apply(
        entries([opening(1, 2), *(batch(moved(n, time=2 * n)) for n in range(3, 3 + count))])
    )
    index.flush()
    assert index.bytes_used() < 90 * count
    index.close()


@contextmanager
def no_file_longer_than(length: int) -> Iterator[None]:
    """Stand in for a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_an_error_and_loses_nothing_flushed(tmp_path: Path) -> None:
    index = filled(tmp_path)
    more = [*EVENTS, *hot_batches(20 * 8190)]
    with no_file_longer_than(1 << 20), pytest.raises(OSError, match="File too large"):
        index.apply(entries(more, after=len(EVENTS)))
    with pytest.raises(Halted):
        index.current(1)
    with pytest.raises(Halted):
        index.flush()
    index.close()
    index = HistoryIndex.open(tmp_path, SEED)
    expect_filled(index)
    index.close()
