"""An exported journal reads back as it was, and nothing else reads back at all."""

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.exports import ORIGIN, POOL, ROOT, head, header, journal, note_at, written
from tpwallet.formats.export import read_export, write_export
from tpwallet.formats.export_items import (
    COMMIT_BODY_BYTES_MAX,
    ExportDone,
    ExportedCommit,
    ExportedNote,
    ExportHead,
    ExportRejected,
    Item,
    parse_header,
)
from tpwallet.formats.frames import (
    PAYLOAD_BYTES_MAX,
    FileCutShort,
    FrameDamaged,
    frame,
    read_frames,
)

SHAPES = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from((1, 31, 65_535, 65_536, 65_537, 140_000))).flatmap(
        lambda shape: st.integers(0, 2).map(lambda notes: (*shape, notes))
    ),
    max_size=4,
)
ITEMS = journal([(2, 100, 1), (1, 70_000, 0), (3, 20, 2)])
FILE = written(ITEMS)
FRAMES = list(read_frames([FILE]))


@given(SHAPES, st.integers(1, 1000), st.integers(1, 200_000))
def test_an_export_reads_back_as_it_was(
    shapes: list[tuple[int, int, int]], first: int, chunk: int
) -> None:
    previous = bytes(32) if first == 1 else b"\x07" * 32
    items = journal(shapes, first, previous)
    file = written(items, first)
    chunks = (file[at : at + chunk] for at in range(0, len(file), chunk))
    read_head, *read_items, done = read_export(chunks)
    assert read_head == head(items, first)
    assert read_items == items
    assert isinstance(done, ExportDone)
    assert done.root == ROOT
    assert done.commits == len(shapes)
    assert done.events == sum(events for events, _, _ in shapes)


def test_the_file_has_the_documented_frames() -> None:
    kinds = [found.kind for found in FRAMES]
    assert kinds == (
        [
            "HEAD",
            "CMIT",
            "BODY",
            "NOTE",
            "CMIT",
            "BODY",
            "BODY",
            "CMIT",
            "BODY",
            "NOTE",
            "NOTE",
            "DONE",
        ]
    )
    assert [len(found.payload) for found in FRAMES if found.kind == "BODY"] == [
        100,
        PAYLOAD_BYTES_MAX,
        70_000 - PAYLOAD_BYTES_MAX,
        20,
    ]
    assert json.loads(FRAMES[0].payload) == {
        "format": "tpwallet-journal-1",
        "pool": POOL.hex(),
        "name": "Pool «A»",
        "origin": ORIGIN,
        "vkeys": ["vkey one", "vkey two"],
        "blinding_key": "00" * 32,
        "first_position": 1,
        "last_position": 6,
    }
    end = json.loads(FRAMES[-1].payload)
    assert b64decode(end.pop("root")) == ROOT
    assert end == {
        "frames": 11,
        "commits": 3,
        "events": 6,
        "sha256": sha256(FILE[: FRAMES[-1].offset]).hexdigest(),
    }


def test_golden_export_of_an_empty_journal() -> None:
    digest = "b14ad47442fdede1081d8e67577bc75703c0045ba306d24c79f41fe5915843e7"
    assert sha256(written([])).hexdigest() == digest


def test_writing_and_reading_take_one_commit_at_a_time() -> None:
    asked: list[int] = []

    def items() -> Iterator[Item]:
        for number, item in enumerate(ITEMS):
            asked.append(number)
            yield item

    parts = read_export(write_export(head(ITEMS), items(), root=ROOT))
    assert isinstance(next(parts), ExportHead)
    assert asked == []
    assert next(parts) == ITEMS[0]
    assert asked == [0]


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_no_damaged_byte_passes(at: int, flipped: int) -> None:
    damaged = bytearray(FILE)
    damaged[at] ^= flipped
    with pytest.raises(FrameDamaged) as found:
        list(read_export([bytes(damaged)]))
    assert found.value.offset == at


@given(st.integers(0, len(FILE) - 1))
def test_no_file_cut_short_passes(length: int) -> None:
    with pytest.raises((FileCutShort, ExportRejected)) as found:
        list(read_export([FILE[:length]]))
    if isinstance(found.value, ExportRejected):
        assert found.value.code == "cut_short"


def reframed(kinds_and_payloads: list[tuple[str, bytes]]) -> bytes:
    """A file of frames whose CRCs fit."""
    return b"".join(frame(kind, payload) for kind, payload in kinds_and_payloads)


PLAIN = [(found.kind, found.payload) for found in FRAMES]


def code_of(file: bytes) -> str:
    """The code by which a file is rejected."""
    with pytest.raises(ExportRejected) as refused:
        list(read_export([file]))
    return refused.value.code


@given(st.data())
def test_no_reordered_missing_or_repeated_frame_passes(data: st.DataObject) -> None:
    frames = list(PLAIN)
    at = data.draw(st.integers(0, len(frames) - 1))
    match data.draw(st.sampled_from(("missing", "repeated", "moved"))):
        case "missing":
            del frames[at]
        case "repeated":
            frames.insert(at, frames[at])
        case _:
            moved = frames.pop(at)
            frames.insert(data.draw(st.integers(0, len(frames))), moved)
    if frames != PLAIN:
        assert code_of(reframed(frames))


def test_a_file_of_other_frames_is_rejected_by_what_is_wrong() -> None:
    cases = {
        "cut_short": [PLAIN[:-1], PLAIN[:0], PLAIN[:2], PLAIN[:6]],
        "frame_misplaced": [
            PLAIN[1:],
            [PLAIN[0], *PLAIN],
            [*PLAIN, PLAIN[-1]],
            [*PLAIN[:2], ("BODY", PLAIN[2][1][:-1]), *PLAIN[3:]],
        ],
        "note_misplaced": [
            [PLAIN[0], PLAIN[3], *PLAIN[1:]],
            [*PLAIN[:3], PLAIN[9], *PLAIN[4:]],
        ],
        "commit_misplaced": [[PLAIN[0], *PLAIN[4:]], [*PLAIN[:4], *PLAIN[7:]]],
        "body_mismatch": [[*PLAIN[:2], ("BODY", bytes(100)), *PLAIN[3:]]],
        "count_mismatch": [[*PLAIN[:7], PLAIN[-1]]],
        "digest_mismatch": [[*PLAIN[:3], *PLAIN[4:]]],
    }
    for code, files in cases.items():
        for frames in files:
            assert code_of(reframed(frames)) == code


def with_json(kind: str, **changes: object) -> bytes:
    """The file with fields of its head or end changed; None removes one."""
    frames = []
    for name, payload in PLAIN:
        if name == kind:
            fields = {**json.loads(payload), **changes}
            kept = {field: value for field, value in fields.items() if value is not None}
            frames.append((name, msgspec.json.encode(kept)))
        else:
            frames.append((name, payload))
    return reframed(frames)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": "tpwallet-journal-2"}, "malformed"),
        ({"pool": "00"}, "malformed"),
        ({"pool": POOL.hex().upper()}, "malformed"),
        ({"pool": "zz" * 16}, "malformed"),
        ({"pool": "00" * 16}, "commit_misplaced"),
        ({"blinding_key": "00" * 31}, "malformed"),
        ({"first_position": 0}, "malformed"),
        ({"first_position": 8}, "malformed"),
        ({"last_position": 2**63}, "malformed"),
        ({"first_position": 2}, "commit_misplaced"),
        ({"last_position": 5}, "commit_misplaced"),
        ({"last_position": 7}, "count_mismatch"),
        ({"origin": "example.com/b"}, "note_misplaced"),
        ({"name": None}, "malformed"),
        ({"more": 1}, "malformed"),
        ({"name": "other"}, "digest_mismatch"),
    ],
)
def test_a_changed_head_is_rejected(changes: dict[str, object], code: str) -> None:
    assert code_of(with_json("HEAD", **changes)) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"frames": 12}, "count_mismatch"),
        ({"commits": 2}, "count_mismatch"),
        ({"events": 5}, "count_mismatch"),
        ({"sha256": "00" * 32}, "digest_mismatch"),
        ({"sha256": "00"}, "malformed"),
        ({"root": "AAAA"}, "malformed"),
        ({"root": "*"}, "malformed"),
        ({"root": None}, "malformed"),
    ],
)
def test_a_changed_end_is_rejected(changes: dict[str, object], code: str) -> None:
    assert code_of(with_json("DONE", **changes)) == code


def test_a_note_that_is_not_text_is_rejected() -> None:
    assert code_of(reframed([*PLAIN[:3], ("NOTE", b"\xff"), *PLAIN[4:]])) == "malformed"


BODY = b"body"
FIRST = ExportedCommit(header(BODY, first=1), BODY)
AFTER = sha256(FIRST.header).digest()


@pytest.mark.parametrize(
    ("second", "what"),
    [
        (header(BODY, first=3, previous=AFTER), "first_position"),
        (header(BODY, first=1, previous=AFTER), "first_position"),
        (header(BODY, first=2, previous=bytes(32)), "previous"),
        (header(BODY, first=2, previous=AFTER, pool=bytes(16)), "pool"),
        (header(BODY, first=2, previous=AFTER, epoch=0), "epoch"),
    ],
)
def test_a_commit_that_does_not_follow_is_not_written(second: bytes, what: str) -> None:
    items: list[Item] = [FIRST, ExportedCommit(second, BODY)]
    with pytest.raises(ExportRejected) as refused:
        written(items)
    assert refused.value.code == "commit_misplaced"
    assert refused.value.facts["what"] == what


def test_the_first_commit_of_a_journal_follows_nothing() -> None:
    with pytest.raises(ExportRejected, match="what='previous'"):
        written([ExportedCommit(header(BODY, first=1, previous=AFTER), BODY)])


def test_the_first_commit_of_a_later_part_may_follow_anything() -> None:
    part: list[Item] = [ExportedCommit(header(BODY, first=9, previous=AFTER), BODY)]
    assert len(list(read_export([written(part, 9)]))) == 3


@pytest.mark.parametrize(
    ("at", "value", "code"),
    [
        (0, b"X", "malformed"),
        (32, bytes(8), "malformed"),
        (40, bytes(4), "malformed"),
        (44, bytes(4), "malformed"),
        (56, bytes(8), "malformed"),
        (56, (COMMIT_BODY_BYTES_MAX + 1).to_bytes(8, "little"), "too_long"),
        (56, (5).to_bytes(8, "little"), "body_mismatch"),
        (96, bytes(32), "body_mismatch"),
    ],
)
def test_a_header_that_is_none_is_not_written(at: int, value: bytes, code: str) -> None:
    changed = FIRST.header[:at] + value + FIRST.header[at + len(value) :]
    whole = head([FIRST])
    with pytest.raises(ExportRejected) as refused:
        list(write_export(whole, [ExportedCommit(changed, BODY)], root=ROOT))
    assert refused.value.code == code


def test_the_longest_body_is_a_header_still_and_a_header_has_128_bytes() -> None:
    length = COMMIT_BODY_BYTES_MAX.to_bytes(8, "little")
    longest = FIRST.header[:56] + length + FIRST.header[64:]
    assert parse_header(longest).body_length == COMMIT_BODY_BYTES_MAX
    for wrong in (FIRST.header[:-1], FIRST.header + b"\0"):
        with pytest.raises(ExportRejected, match="malformed: what='header', expected=128"):
            parse_header(wrong)


def test_positions_that_are_missing_at_the_end_are_not_written() -> None:
    longer = msgspec.structs.replace(head([FIRST]), last_position=2)
    with pytest.raises(ExportRejected, match="count_mismatch"):
        list(write_export(longer, [FIRST], root=ROOT))


@pytest.mark.parametrize("text", ["", f"{ORIGIN}\n2\n", "example.com/b\n1\n", f"{ORIGIN}\n01\n"])
def test_a_note_of_another_commit_is_not_written(text: str) -> None:
    with pytest.raises(ExportRejected, match="note_misplaced"):
        written([FIRST, ExportedNote(text)])


def test_a_note_before_the_first_commit_is_not_written() -> None:
    with pytest.raises(ExportRejected, match="note_misplaced"):
        list(write_export(head([], 9), [note_at(8)], root=ROOT))


def test_a_body_in_frames_of_another_length_is_rejected() -> None:
    halves = PLAIN[5][1] + PLAIN[6][1]
    frames = [("BODY", halves[:35_000]), ("BODY", halves[35_000:])]
    assert code_of(reframed([*PLAIN[:5], *frames, *PLAIN[7:]])) == "frame_misplaced"


def test_a_root_that_is_none_is_not_written() -> None:
    with pytest.raises(ExportRejected, match="what='root'"):
        list(write_export(head([]), [], root=b""))
