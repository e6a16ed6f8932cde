"""Commits: bytes as the reference says, round trips, and every way not to follow."""

import hashlib
import struct
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.kernel.counters import Counted
from tpwallet.kernel.commit import (
    GENESIS,
    Commit,
    Entry,
    Envelope,
    Header,
    array_header,
    check_link,
    commit_hash,
    encode_envelope,
    seal_commit,
)
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.kernel.facts import Unchanged
from tpwallet.kernel.wire import Event, encode_event

POOL = bytes(range(16))
U64 = st.integers(0, (1 << 64) - 1)

envelopes = st.builds(
    Envelope,
    st.text(max_size=20),
    st.text(max_size=20),
    st.none() | st.text(max_size=5),
    st.binary(min_size=16, max_size=16),
    U64,
)
facts = st.one_of(
    st.builds(Counted, st.text(max_size=5), st.integers(-9, 9)), st.builds(Unchanged, st.text())
)
histories = st.lists(
    st.tuples(envelopes, st.lists(facts, min_size=1, max_size=20)), min_size=1, max_size=20
)
History = list[tuple[Envelope, list[Event]]]


def entries_of(history: History, first_position: int = 1) -> list[Entry]:
    entries = []
    for envelope, events in history:
        entries.append(
            Entry(
                envelope,
                first_position,
                tuple(events),
                encode_envelope(envelope),
                tuple(map(encode_event, events)),
            )
        )
        first_position += len(events)
    return entries


def commit_of(
    history: History, *, first_position: int = 1, previous: bytes = GENESIS, epoch: int = 1
) -> Commit:
    return seal_commit(
        pool_id=POOL,
        epoch=epoch,
        first_position=first_position,
        previous=previous,
        entries=entries_of(history, first_position),
    )


def plain(*events: Event, time: int = 9) -> tuple[Envelope, list[Event]]:
    return Envelope("id", "owner", None, bytes(16), time), list(events)


def altered(commit: Commit, **fields: int | bytes) -> Commit:
    return Commit(replace(commit.header, **fields).pack(), commit.body)


def with_body(commit: Commit, body: bytes, **fields: int) -> Commit:
    """The same commit with another body, which its header names properly."""
    digest = hashlib.sha256(body).digest()
    header = replace(commit.header, body_length=len(body), body_hash=digest)
    return altered(Commit(header.pack(), body), **fields)


@given(histories, st.integers(1, 1 << 40), U64, st.binary(min_size=32, max_size=32))
def test_a_commit_reads_back_as_it_was_sealed(
    history: History, first_position: int, epoch: int, previous: bytes
) -> None:
    sealed = commit_of(history, first_position=first_position, previous=previous, epoch=epoch)
    read = Commit(sealed.header_bytes, sealed.body)
    assert read.entries() == entries_of(history, first_position)
    assert read.header == Header.unpack(read.header.pack())
    assert (read.header.pool_id, read.header.epoch) == (POOL, epoch)
    assert read.header.last_position == read.entries()[-1].last_position
    check_link(read, pool_id=POOL, previous=previous, after=first_position - 1, epoch=epoch)


@given(histories, st.integers(1, 1 << 40), U64)
def test_the_header_lies_in_bytes_as_the_reference_says(
    history: History, first_position: int, epoch: int
) -> None:
    previous = bytes(range(32))
    commit = commit_of(history, first_position=first_position, previous=previous, epoch=epoch)
    header = commit.header_bytes
    assert len(header) == 128
    assert header[:8] == b"TPWCMT01"
    assert header[8:24] == POOL
    assert struct.unpack("<QQ", header[24:40]) == (epoch, first_position)
    event_count = sum(len(events) for _, events in history)
    assert struct.unpack("<II", header[40:48]) == (event_count, len(history))
    assert struct.unpack("<QQ", header[48:64]) == (history[-1][0].time, len(commit.body))
    assert header[64:96] == previous
    assert header[96:128] == hashlib.sha256(commit.body).digest()
    assert commit.hash == commit_hash(header) == hashlib.sha256(header).digest()


@given(histories)
def test_the_body_is_msgpack_that_anybody_can_read(history: History) -> None:
    body = msgspec.msgpack.decode(commit_of(history).body)
    for (envelope, events), (read_envelope, read_events) in zip(history, body, strict=True):
        assert read_envelope == [
            envelope.command_id,
            envelope.actor,
            envelope.cause,
            envelope.digest,
            envelope.time,
        ]
        assert [name for name, _ in read_events] == [fact.wire_name for fact in events]
        assert all(isinstance(payload, list) for _, payload in read_events)


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 65_535, 65_536, 70_000])
def test_array_headers_are_those_of_msgpack(length: int) -> None:
    data = array_header(length) + b"\xc0" * length
    assert data == msgspec.msgpack.encode([None] * length)


def test_positions_run_through_the_entries() -> None:
    commit = commit_of(
        [plain(Counted("a", 1), Counted("b", 2)), plain(Counted("c", 3))], first_position=11
    )
    spans = [(entry.first_position, entry.last_position) for entry in commit.entries()]
    assert spans == [(11, 12), (13, 13)]
    assert commit.header.last_position == 13


def test_a_chain_of_commits_follows() -> None:
    one = commit_of([plain(Counted("a", 1))])
    two = commit_of([plain(Counted("a", 1))], first_position=2, previous=one.hash, epoch=2)
    check_link(two, pool_id=POOL, previous=one.hash, after=1, epoch=1)


SPOILT: dict[str, Callable[[Commit], Commit]] = {
    "positions jump": lambda good: altered(good, first_position=6),
    "positions fall": lambda good: altered(good, first_position=4),
    "commit without events": lambda good: altered(good, event_count=0),
    "commit without entries": lambda good: altered(good, entry_count=0),
    "another pool": lambda good: altered(good, pool_id=bytes(16)),
    "hash of previous": lambda good: altered(good, previous=bytes(32)),
    "epoch falls": lambda good: altered(good, epoch=2),
    "longer body": lambda good: Commit(good.header_bytes, good.body + b"\0"),
    "shorter body": lambda good: Commit(good.header_bytes, good.body[:-1]),
    "other body": lambda good: Commit(good.header_bytes, good.body[:-1] + b"\7"),
    "other hash of body": lambda good: altered(good, body_hash=bytes(32)),
    "no magic": lambda good: Commit(b"TPWCMT02" + good.header_bytes[8:], good.body),
    "short header": lambda good: Commit(good.header_bytes[:-1], good.body),
    "long header": lambda good: Commit(good.header_bytes + b"\0", good.body),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_commit_that_does_not_follow_is_refused_at_its_position(how: str) -> None:
    good = commit_of([plain(Counted("a", 1))], first_position=5, previous=b"p" * 32, epoch=3)
    link = {"pool_id": POOL, "previous": b"p" * 32, "after": 4, "epoch": 3}
    check_link(good, **link)  # type: ignore[arg-type]
    with pytest.raises(JournalCorrupt) as refused:
        check_link(SPOILT[how](good), **link)  # type: ignore[arg-type]
    assert refused.value.position == 5


@given(st.integers(0, 127), st.integers(1, 255))
def test_no_byte_of_a_header_can_change_unseen(place: int, flip: int) -> None:
    """Some bytes `check_link` compares; time and counts are held by the hash the next one names."""
    good = commit_of([plain(Counted("a", 1))], previous=b"p" * 32, epoch=3)
    header = bytearray(good.header_bytes)
    header[place] ^= flip
    spoilt = Commit(bytes(header), good.body)
    assert spoilt.hash != good.hash
    compared = place not in range(24, 32) and place not in range(40, 56)
    if compared:
        with pytest.raises(JournalCorrupt):
            check_link(spoilt, pool_id=POOL, previous=b"p" * 32, after=0, epoch=3)


def bare(*entries: object) -> bytes:
    return msgspec.msgpack.encode(list(entries))


ENVELOPE = ["id", "owner", None, bytes(16), 9]
EVENT = ["test.counted@1", ["a", 1]]
UNREADABLE: dict[str, tuple[bytes, dict[str, int]]] = {
    "no entries": (bare(), {}),
    "an entry too few": (bare([ENVELOPE, [EVENT]]), {"entry_count": 2}),
    "an event too few": (bare([ENVELOPE, [EVENT]]), {"event_count": 2}),
    "an event too many": (bare([ENVELOPE, [EVENT, EVENT]]), {}),
    "an entry without events": (
        bare([ENVELOPE, [EVENT]], [ENVELOPE, []]),
        {"entry_count": 2},
    ),
    "another time": (bare([[*ENVELOPE[:4], 10], [EVENT]]), {}),
    "an unknown event": (bare([ENVELOPE, [["test.counted@2", ["a", 1]]]]), {}),
    "a malformed event": (bare([ENVELOPE, [["test.counted@1", ["a"]]]]), {}),
    "a malformed envelope": (bare([ENVELOPE[:2], [EVENT]]), {}),
    "no array": (msgspec.msgpack.encode({}), {}),
    "nothing": (b"", {}),
    "invalid text": (b"\x91\x92\x95\xa1\xff" + bare([ENVELOPE, [EVENT]])[4:], {}),
}


@pytest.mark.parametrize("how", UNREADABLE)
def test_a_body_that_does_not_fit_its_header_is_refused(how: str) -> None:
    good = commit_of([plain(Counted("a", 1))], first_position=5)
    assert good.body == bare([ENVELOPE, [EVENT]])
    body, counts = UNREADABLE[how]
    with pytest.raises(JournalCorrupt) as refused:
        with_body(good, body, **counts).entries()
    assert refused.value.position == 5


def test_what_cannot_be_read_is_named_by_its_position() -> None:
    good = commit_of([plain(Counted("a", 1)), plain(Counted("b", 1))], first_position=5)
    body = bare([ENVELOPE, [EVENT]], [ENVELOPE, [["test.unheard_of@1", []]]])
    with pytest.raises(JournalCorrupt, match="newer release") as refused:
        with_body(good, body).entries()
    assert refused.value.position == 6
