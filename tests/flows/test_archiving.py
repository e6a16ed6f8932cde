"""Noting that a segment was archived: each begins where the last one ended, and is noted once."""

from tests.flows.desk import Desk
from tpwallet.flows.archiving import ArchiveSegment
from tpwallet.kernel.facts import KernelState

HASH, FILE = bytes(range(32)), bytes(32)


def segment(through: int, *, sha256: bytes = FILE) -> ArchiveSegment:
    return ArchiveSegment(through=through, commit_hash=HASH, sha256=sha256)


def desk_of(commits: int) -> Desk:
    desk = Desk()
    for number in range(commits):
        desk.opened(f"customer/{number}/EUR")
    return desk


def test_segments_are_noted_one_after_the_other() -> None:
    desk = desk_of(3)
    desk.does(segment(2))
    desk.does(segment(6))
    state = desk.replica.state.part(KernelState)
    assert [through for through, _ in state.segments] == [2, 6]
    assert state.archived_through == 6


def test_the_same_segment_is_noted_once() -> None:
    desk = desk_of(3)
    desk.does(segment(4))
    desk.does(segment(4))
    assert desk.event_names == ["kernel.unchanged"]


def test_segment_that_does_not_follow_is_refused() -> None:
    desk = desk_of(3)
    desk.does(segment(4))
    end = desk.replica.state.position
    for wrong in (segment(4, sha256=HASH), segment(3), segment(0), segment(end + 100)):
        code, facts = desk.refuses(wrong)
        assert code == "segment_out_of_order"
        assert facts == {"through": wrong.through, "archived_through": 4}


def test_segment_may_end_at_the_last_event() -> None:
    desk = desk_of(1)
    desk.does(segment(desk.replica.state.position))


def test_hashes_have_their_length() -> None:
    desk = desk_of(1)
    assert desk.malformed(segment(1, sha256=b"short")) == "sha256"
    assert desk.malformed(ArchiveSegment(through=1, commit_hash=b"", sha256=FILE)) == "sha256"
