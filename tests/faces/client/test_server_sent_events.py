"""Events of a stream are read the same, however its bytes are cut into pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.faces.client import limits
from tpwallet.faces.client.server_sent_events import Frame, FrameReader, FrameTooLarge

_text = st.text(st.characters(blacklist_characters="\r\n\0", codec="utf-8"), max_size=20)
_end = st.sampled_from(["\n", "\r", "\r\n"])


def _read(pieces: list[bytes]) -> list[Frame]:
    reader = FrameReader()
    return [frame for piece in pieces for frame in reader.take(piece)]


@given(
    events=st.lists(st.tuples(_text, st.lists(_text, min_size=1, max_size=3)), max_size=5),
    end=_end,
    cuts=st.sets(st.integers(0, 400), max_size=12),
)
def test_pieces_do_not_matter(
    events: list[tuple[str, list[str]]], end: str, cuts: set[int]
) -> None:
    lines: list[str] = []
    for number, (name, content) in enumerate(events):
        lines += [f"id: {number}", f"event: {name}", *(f"data: {line}" for line in content), ""]
    stream = "".join(line + end for line in [": hello", *lines]).encode()
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[start:stop] for start, stop in pairwise(places)]
    expected = [
        Frame(name or "message", "\n".join(content).encode(), str(number))
        for number, (name, content) in enumerate(events)
    ]
    assert _read(pieces) == expected


def test_end_in_two_pieces_is_one_end() -> None:
    assert _read([b"data: 1\r", b"\n", b"\n", b"data: 2\r", b"\r"]) == [
        Frame("message", b"1", ""),
        Frame("message", b"2", ""),
    ]


def test_only_line_ends_end_lines() -> None:
    text = "a\u2028b\u0085c\x0bd"
    assert _read([f"data: {text}\n\n".encode()]) == [Frame("message", text.encode(), "")]


def test_id_stays_until_the_next_one() -> None:
    frames = _read([b"id: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\nid: a\0b\ndata: 4\n\n"])
    assert [frame.id for frame in frames] == ["7", "7", "", ""]


def test_comments_fields_of_others_and_events_without_content_are_passed_over() -> None:
    stream = b"\xef\xbb\xbf: hi\nretry: 1000\n\nevent: x\n\nother: y\ndata\ndata:z\n\n"
    assert _read([stream]) == [Frame("message", b"\nz", "")]


def test_event_past_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRAME_BYTES_MAX", 20)
    assert _read([b"data: 12345678901234\n\n"])[0].content == b"12345678901234"
    with pytest.raises(FrameTooLarge):
        _read([b"data: 123456789012345"])
    with pytest.raises(FrameTooLarge):
        _read([b"data: 1234567890\n", b"data: 12345"])
