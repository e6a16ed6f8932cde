"""Frames read back, and every damaged byte is named."""

import itertools
from collections.abc import Iterator
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.formats.frames import (
    KINDS,
    PAYLOAD_BYTES_MAX,
    FileCutShort,
    Frame,
    FrameDamaged,
    Suspect,
    frame,
    read_frames,
)

HEAD_BYTES = 16
FRAMES = st.lists(st.tuples(st.sampled_from(KINDS), st.binary(max_size=200)), max_size=5)


def chunked(file: bytes, size: int) -> Iterator[bytes]:
    """A file in chunks of a size."""
    return (file[at : at + size] for at in range(0, len(file), size))


def written(frames: list[tuple[str, bytes]]) -> bytes:
    """The file of these frames."""
    return b"".join(frame(kind, payload) for kind, payload in frames)


@given(FRAMES, st.integers(1, 300))
def test_frames_read_back_from_chunks_of_any_size(
    frames: list[tuple[str, bytes]], size: int
) -> None:
    found = list(read_frames(chunked(written(frames), size)))
    assert [(one.kind, one.payload) for one in found] == frames
    for before, after in itertools.pairwise(found):
        assert after.offset == before.offset + len(frame(before.kind, before.payload))


def test_golden_frame() -> None:
    head = b"TPXF" + b"BODY" + b"\x03\0\0\0"
    expected = head + crc32(head).to_bytes(4, "little") + b"abc" + b"\xc2\x41\x24\x35"
    assert frame("BODY", b"abc") == expected


def test_the_longest_payload_is_taken_and_one_byte_more_is_not() -> None:
    longest = bytes(PAYLOAD_BYTES_MAX)
    assert next(read_frames([frame("BODY", longest)])) == Frame(0, "BODY", longest)
    with pytest.raises(ValueError, match="limit 65536"):
        frame("BODY", longest + b"x")
    head = b"TPXF" + b"BODY" + (PAYLOAD_BYTES_MAX + 1).to_bytes(4, "little")
    too_long = head + crc32(head).to_bytes(4, "little") + bytes(PAYLOAD_BYTES_MAX + 5)
    with pytest.raises(FrameDamaged, match="not a frame head: bytes 0 to 15"):
        list(read_frames([too_long]))


@pytest.mark.parametrize(
    "head", [b"TPXGBODY\0\0\0\0", b"TPXFBODX\0\0\0\0", b"TPXF\xff\xff\xff\xff\0\0\0\0"]
)
def test_a_head_of_another_form_is_refused_though_its_crc_fits(head: bytes) -> None:
    with pytest.raises(FrameDamaged, match="not a frame head"):
        list(read_frames([head + crc32(head).to_bytes(4, "little") + bytes(4)]))


def test_a_kind_that_is_none_is_not_written() -> None:
    with pytest.raises(ValueError, match="'TAIL' is not a kind"):
        frame("TAIL", b"")


def damage(file: bytes) -> FrameDamaged:
    """How a file is found damaged."""
    with pytest.raises(FrameDamaged) as found:
        list(read_frames(chunked(file, 1000)))
    return found.value


@given(
    st.lists(st.binary(max_size=3000), min_size=1, max_size=4),
    st.data(),
    st.integers(1, 255),
)
def test_one_damaged_byte_anywhere_is_named_with_its_bits(
    payloads: list[bytes], data: st.DataObject, flipped: int
) -> None:
    file = bytearray(written([("BODY", payload) for payload in payloads]))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= flipped
    found = damage(bytes(file))
    assert found.suspect == Suspect(at, flipped)
    assert found.offset == at
    assert found.start <= at < found.end


def test_one_damaged_byte_of_the_longest_frame_is_named() -> None:
    file = bytearray(frame("BODY", bytes(range(256)) * 256))
    for at in (HEAD_BYTES, 40_000, HEAD_BYTES + 65_535, len(file) - 1):
        file[at] ^= 0xFF
        assert damage(bytes(file)).suspect == Suspect(at, 0xFF)
        file[at] ^= 0xFF


def test_no_two_damages_of_one_byte_share_a_syndrome() -> None:
    # Equal syndromes of bytes d apart would mean: the register of one mask, moved on by d zero
    # bytes, is the register of another mask. Walk all 255 over the longest payload and its CRC.
    register = np.array([crc32(bytes([mask])) ^ crc32(b"\0") for mask in range(256)], np.uint32)
    of_top = np.zeros(256, np.uint32)
    of_top[register >> 24] = register
    moved = register[1:].copy()
    for _ in range(PAYLOAD_BYTES_MAX + 3):
        moved = (moved >> np.uint32(8)) ^ register[moved & np.uint32(0xFF)]
        assert not (of_top[moved >> np.uint32(24)] == moved).any()


@given(st.data(), st.binary(min_size=10, max_size=2000))
def test_damage_to_several_bytes_is_confined_to_its_frame(
    data: st.DataObject, payload: bytes
) -> None:
    first = written([("HEAD", b"{}"), ("CMIT", b"x" * 128)])
    file = bytearray(first + frame("BODY", payload) + frame("DONE", b"{}"))
    start = len(first) + HEAD_BYTES
    places = st.lists(
        st.integers(start, start + len(payload) - 1), min_size=2, max_size=5, unique=True
    )
    for at in data.draw(places):
        file[at] ^= data.draw(st.integers(1, 255))
    found = damage(bytes(file))
    assert (found.start, found.end) == (start, start + len(payload) + 4)
    assert found.start <= found.offset < found.end


def test_damage_past_one_byte_is_told_as_a_range() -> None:
    file = bytearray(frame("BODY", bytes(100)))
    file[20] ^= 1
    file[90] ^= 1
    found = damage(bytes(file))
    assert found.suspect is None
    assert str(found) == "damaged payload: bytes 16 to 119"
    assert found.offset == 16


def test_frames_before_the_damage_are_read() -> None:
    file = bytearray(written([("HEAD", b"{}"), ("DONE", b"{}")]))
    file[-1] ^= 0b101
    frames = read_frames([bytes(file)])
    assert next(frames).kind == "HEAD"
    with pytest.raises(FrameDamaged, match=f"damaged payload: byte {len(file) - 1}, bits 0, 2"):
        next(frames)


@given(FRAMES.filter(bool), st.data())
def test_a_file_cut_within_a_frame_is_told_from_a_whole_one(
    frames: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    file = written(frames)
    starts = [one.offset for one in read_frames([file])]
    cut = data.draw(st.integers(0, len(file) - 1))
    if cut in starts:
        assert len(list(read_frames([file[:cut]]))) == starts.index(cut)
        return
    with pytest.raises(FileCutShort) as found:
        list(read_frames(chunked(file[:cut], 7)))
    assert found.value.end == cut
    assert found.value.start == max(start for start in starts if start < cut)


def test_no_more_is_taken_from_the_file_than_a_frame_needs() -> None:
    taken: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield frame("BODY", bytes(1000))

    frames = read_frames(chunks())
    next(frames)
    assert taken == [0]
