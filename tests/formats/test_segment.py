"""Segments as bytes: what is written is read, wherever one begins, and damage is told."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.formats.frames import FileCutShort, FrameDamaged, frame, read_frames
from tpwallet.formats.segment import (
    INDEX_ROW_BYTES,
    TAIL_BYTES,
    SegmentCommit,
    SegmentDamaged,
    SegmentHead,
    last_frame_bytes,
    parse_done,
    parse_head,
    parse_index,
    read_items,
    write_segment,
)

COUNTS = st.lists(st.tuples(st.integers(1, 5), st.binary(min_size=1, max_size=300)), min_size=1)


def head_of(events: int, first: int = 1) -> SegmentHead:
    return SegmentHead(
        pool=bytes(range(16)),
        first_position=first,
        last_position=first + events - 1,
        previous=bytes(range(32)),
    )


def commits_of(bodies: list[tuple[int, bytes]], first: int = 1) -> list[SegmentCommit]:
    commits = []
    for number, (events, body) in enumerate(bodies):
        header = number.to_bytes(128, "big")
        commits.append(
            SegmentCommit(first_position=first, event_count=events, header=header, body=body)
        )
        first += events
    return commits


def written(bodies: list[tuple[int, bytes]], first: int = 1) -> bytes:
    events = sum(count for count, _ in bodies)
    return b"".join(write_segment(head_of(events, first), commits_of(bodies, first)))


@given(COUNTS, st.integers(1, 10**12))
def test_what_is_written_is_read_from_every_commit_on(
    bodies: list[tuple[int, bytes]], first: int
) -> None:
    file = written(bodies, first)
    commits = commits_of(bodies, first)
    assert parse_head(file[:TAIL_BYTES]) == head_of(sum(n for n, _ in bodies), first)
    tail = file[-TAIL_BYTES:]
    done = parse_done(tail)
    end = len(file) - last_frame_bytes(tail)
    assert (done.commits, done.sha256) == (len(bodies), hashlib.sha256(file[:end]).digest())
    assert done.commit_hash == hashlib.sha256(commits[-1].header).digest()
    rows = parse_index(file[done.index_offset : end])
    assert len(rows) == INDEX_ROW_BYTES * len(bodies)
    for number, commit in enumerate(commits):
        row = rows[INDEX_ROW_BYTES * number :][:INDEX_ROW_BYTES]
        position, offset = int.from_bytes(row[:8], "little"), int.from_bytes(row[8:], "little")
        assert position == commit.first_position
        found = list(read_items(read_frames([file[offset : done.index_offset]])))
        assert [item[1:] for item in found] == [(one.header, one.body) for one in commits[number:]]


def test_index_of_more_commits_than_fit_a_frame_is_read() -> None:
    file = written([(1, b"x")] * 5_000)
    tail = file[-TAIL_BYTES:]
    done = parse_done(tail)
    rows = parse_index(file[done.index_offset : len(file) - last_frame_bytes(tail)])
    assert len(rows) == 5_000 * INDEX_ROW_BYTES


def test_long_body_is_whole() -> None:
    body = bytes(range(256)) * 1_000
    file = written([(1, body)])
    done = parse_done(file[-TAIL_BYTES:])
    start = file.index(b"TPXFCMIT")
    assert [item[2] for item in read_items(read_frames([file[start : done.index_offset]]))] == [
        body
    ]


def test_commits_of_other_positions_are_not_written() -> None:
    bodies = [(2, b"one"), (1, b"two")]
    for head, commits in (
        (head_of(4), commits_of(bodies)),  # too few
        (head_of(2), commits_of(bodies)),  # too many
        (head_of(3), commits_of(bodies, first=2)),  # elsewhere
        (head_of(3), commits_of(bodies)[::-1]),  # in another order
        (head_of(3), []),
    ):
        with pytest.raises(SegmentDamaged):
            list(write_segment(head, commits))


def test_file_that_was_cut_short_has_no_end() -> None:
    file = written([(1, b"one"), (1, b"two")])
    for length in range(0, len(file), 7):
        with pytest.raises(SegmentDamaged):
            parse_done(file[:length][-TAIL_BYTES:])


def test_other_files_are_no_segments() -> None:
    for start in (b"", b"dear diary", frame("CMIT", bytes(128)), frame("HEAD", b"{}")):
        with pytest.raises(SegmentDamaged):
            parse_head(start)


@given(st.data())
def test_changed_byte_is_found(data: st.DataObject) -> None:
    file = written([(1, b"one"), (2, b"two")])
    place = data.draw(st.integers(0, len(file) - 1))
    changed = bytearray(file)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((SegmentDamaged, FrameDamaged, FileCutShort)):
        _read_all(bytes(changed))


def _read_all(file: bytes) -> None:
    parse_head(file[:TAIL_BYTES])
    tail = file[-TAIL_BYTES:]
    done, end = parse_done(tail), len(file) - last_frame_bytes(tail)
    parse_index(file[done.index_offset : end])
    start = len(frame("HEAD", b"")) + int.from_bytes(file[8:12], "little")
    list(read_items(read_frames([file[start : done.index_offset]])))
    list(read_frames([file]))


def test_frames_out_of_place_are_told() -> None:
    for raw in (
        frame("BODY", b"x"),
        frame("CMIT", bytes(128)) + frame("NOTE", b"x"),
        frame("CMIT", bytes(128)) + frame("DONE", b"{}"),
    ):
        with pytest.raises(SegmentDamaged):
            list(read_items(read_frames([raw])))
    for rows in (b"", frame("BODY", bytes(16)), frame("INDX", bytes(15)), b"TPXF"):
        with pytest.raises(SegmentDamaged):
            parse_index(rows)
