"""The verifier names the first bad byte, or as narrow a range as the file allows."""

import hashlib
import itertools
import json
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.export_writer import (
    Journal,
    frame,
    frames_of,
    mended,
    sealed_again,
    transfer,
)
from tests.verifier.samples import fault, small_journal, told, verify, wide_journal
from verify_tpwallet import VerificationFailed, one_byte_errors

SMALL = small_journal().export()
WIDE = wide_journal().export()


def changed(file: bytes, offset: int, mask: int = 1) -> bytes:
    out = bytearray(file)
    out[offset] ^= mask
    return bytes(out)


def overwritten(file: bytes, offset: int, replacement: bytes) -> bytes:
    return file[:offset] + replacement + file[offset + len(replacement) :]


def frame_start(file: bytes, kind: bytes, which: int = 0) -> int:
    return [start for start, found, _ in frames_of(file) if found == kind][which]


def expect_first_bad_byte(failure: VerificationFailed, offset: int, mask: int) -> None:
    bits = [bit for bit in range(8) if mask >> bit & 1]
    named = f"bit{'s' if len(bits) > 1 else ''} {', '.join(map(str, bits))}"
    assert failure.message == f"first bad byte: {offset} (0x{offset:x}), {named}"
    assert failure.facts["first_bad_byte"] == offset
    assert failure.facts["bits"] == bits


# One bit, one byte.


@pytest.mark.slow
def test_every_single_bit_of_a_small_export_is_named_and_confirmed() -> None:
    for offset, bit in itertools.product(range(len(SMALL)), range(8)):
        failure = fault(changed(SMALL, offset, 1 << bit))
        expect_first_bad_byte(failure, offset, 1 << bit)
        assert failure.facts["confirmed"] is True


@given(st.integers(0, len(WIDE) - 1), st.integers(0, 7))
def test_a_single_bit_of_a_wide_export_is_named_and_confirmed(offset: int, bit: int) -> None:
    failure = fault(changed(WIDE, offset, 1 << bit))
    expect_first_bad_byte(failure, offset, 1 << bit)
    assert failure.facts["confirmed"] is True


@given(st.integers(0, len(WIDE) - 1), st.integers(1, 255))
def test_a_single_byte_of_a_wide_export_is_named_and_confirmed(offset: int, mask: int) -> None:
    failure = fault(changed(WIDE, offset, mask))
    expect_first_bad_byte(failure, offset, mask)
    assert failure.facts["confirmed"] is True


def test_the_syndromes_of_a_frame_header_never_collide() -> None:
    header = SMALL[:12]
    right = zlib.crc32(header)
    seen: set[int] = set()
    for offset, mask in itertools.product(range(12), range(1, 256)):
        seen.add(zlib.crc32(changed(header, offset, mask)) ^ right)
    for offset, mask in itertools.product(range(4), range(1, 256)):
        seen.add(mask << 8 * offset)
    assert len(seen) == 16 * 255


@given(st.binary(min_size=1, max_size=300), st.data())
def test_the_syndrome_of_one_byte_leads_back_to_it_first_of_all_bits(
    record: bytes, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(record) - 1))
    mask = data.draw(st.integers(1, 255))
    syndrome = zlib.crc32(record) ^ zlib.crc32(changed(record, offset, mask))
    found = one_byte_errors(len(record), syndrome)
    assert (offset, mask) in found
    if mask.bit_count() == 1:
        assert found[0] == (offset, mask)


def place_of(offset: int, file: bytes = SMALL) -> str:
    found = [line for line in fault(changed(file, offset)).details if line.startswith("where: ")]
    return found[0].removeprefix("where: ")


def test_the_place_of_a_bad_byte_is_told_in_words() -> None:
    head, commit = 0, frame_start(SMALL, b"CMIT", 1)
    body, note = frame_start(SMALL, b"BODY", 1), frame_start(SMALL, b"NOTE")
    done = frame_start(SMALL, b"DONE")
    assert place_of(head) == "magic of frame 0 (HEAD)"
    assert place_of(head + 20) == "payload byte 4 of frame 0 (HEAD)"
    assert place_of(commit + 9) == "length of frame 3 (CMIT), commit 2 (positions 2 to 4)"
    assert (
        place_of(commit + 16 + 50)
        == "time (header byte 50) of frame 3 (CMIT), commit 2 (positions 2 to 4)"
    )
    assert place_of(body + 5) == "kind of frame 4 (BODY), commit 2 (positions 2 to 4)"
    assert place_of(note + 13) == (
        "header CRC-32 of frame 5 (NOTE), after commit 2 (positions 2 to 4)"
    )
    assert place_of(note - 1) == "payload CRC-32 of frame 4 (BODY), commit 2 (positions 2 to 4)"
    assert place_of(done + 16).startswith("payload byte 0 of frame 8 (DONE)")


def test_a_bad_byte_of_a_body_is_placed_in_its_event_and_record() -> None:
    body = frame_start(SMALL, b"BODY", 1) + 16
    second_record = SMALL.index(transfer(2, 1, 3, 70)[:64], body)
    assert place_of(second_record).endswith("position 2.1 (ledger.batch_applied@1)")
    settled = SMALL.index(b"Z\xc3\xbcrich")
    assert place_of(settled).endswith("position 3 (payments.settled@1)")
    assert place_of(body + 5).endswith("the envelope of position 2")
    assert place_of(body).endswith("between the entries")


def test_a_bad_byte_in_a_later_frame_of_a_body_is_placed_in_it() -> None:
    third = frame_start(WIDE, b"BODY", 3) + 16
    place = place_of(third + 100, WIDE)
    assert place.startswith(f"body byte {2 * 65_536 + 100} of frame 6 (BODY), commit 2")
    assert "position 2.1" in place


def test_two_bad_bytes_apart_name_the_first_confirmed_by_its_body() -> None:
    first, second = frame_start(SMALL, b"BODY") + 40, frame_start(SMALL, b"BODY", 2) + 40
    failure = fault(changed(changed(SMALL, first, 8), second))
    expect_first_bad_byte(failure, first, 8)
    assert "the body again has the hash in its commit's header" in told(failure)


def test_a_bad_byte_in_a_header_is_confirmed_by_the_next_commit() -> None:
    first, second = frame_start(SMALL, b"CMIT") + 40, frame_start(SMALL, b"BODY", 2) + 40
    failure = fault(changed(changed(SMALL, first, 8), second))
    expect_first_bad_byte(failure, first, 8)
    assert "the chain of commits holds again" in told(failure)


def test_a_bad_byte_that_no_hash_can_confirm_says_so() -> None:
    first, second = 30, frame_start(SMALL, b"BODY") + 40
    failure = fault(changed(changed(SMALL, first, 8), second))
    expect_first_bad_byte(failure, first, 8)
    assert "by the CRC-32 alone" in told(failure)
    assert failure.facts["confirmed"] is False


def test_a_bad_byte_is_named_in_a_file_that_is_cut_short_as_well() -> None:
    offset = frame_start(SMALL, b"BODY") + 40
    expect_first_bad_byte(fault(changed(SMALL, offset, 16)[:-1]), offset, 16)


# Wider damage.


def test_damage_of_two_bytes_names_the_frame_and_its_range() -> None:
    start = frame_start(WIDE, b"BODY", 1)
    failure = fault(changed(changed(WIDE, start + 100, 3), start + 900, 5))
    assert failure.message == (
        f"damage wider than one byte: bytes {start + 16} to {start + 65_555} "
        f"(0x{start + 16:x} to 0x{start + 65_555:x}), "
        f"in the frame that begins at byte {start} (0x{start:x})"
    )
    assert "frame 4 (BODY)" in told(failure)
    assert "in commit 2 (positions 2 to 2)" in told(failure)
    assert "the frame ends where it should" in told(failure)


def test_an_overwritten_frame_header_names_where_the_next_frame_begins() -> None:
    start, following = frame_start(SMALL, b"BODY", 1), frame_start(SMALL, b"NOTE")
    failure = fault(overwritten(SMALL, start, b"scribble"))
    assert failure.facts["damaged_bytes"] == [start, start + 16]
    assert f"the next begins at byte {following}" in told(failure)


def test_an_overwritten_crc_is_told_apart_from_what_it_covers() -> None:
    following = frame_start(SMALL, b"NOTE")
    failure = fault(overwritten(SMALL, following - 4, b"\0\0\0\0"))
    assert failure.facts["damaged_bytes"] == [following - 4, following]
    assert "what it covers is whole" in told(failure)


@pytest.mark.parametrize("lost", [1, 4, 40])
def test_lost_bytes_are_told_by_where_the_next_frame_begins(lost: int) -> None:
    start, following = frame_start(SMALL, b"BODY", 1), frame_start(SMALL, b"NOTE")
    failure = fault(SMALL[: start + 50] + SMALL[start + 50 + lost :])
    assert failure.facts["frame_offset"] == start
    assert "bytes were added or lost" in told(failure)
    later = frames_of(SMALL)[[s for s, _, _ in frames_of(SMALL)].index(following) + 1][0]
    assert f"the next begins at byte {later - lost}" in told(failure)


def test_added_bytes_are_told_by_where_the_next_frame_begins() -> None:
    start, following = frame_start(SMALL, b"BODY", 1), frame_start(SMALL, b"NOTE")
    failure = fault(SMALL[: start + 50] + b"more" + SMALL[start + 50 :])
    assert failure.facts["damaged_bytes"] == [start + 16, following + 4]
    assert f"the next begins at byte {following + 4}" in told(failure)


@given(st.integers(0, 2**32), st.integers(2, 60))
def test_random_damage_wider_than_a_byte_is_always_told_within_its_frame(
    seed: int, width: int
) -> None:
    drawn = random.Random(seed)
    offset = drawn.randrange(len(SMALL) - width)
    noise = bytes(byte ^ drawn.randrange(1, 256) for byte in SMALL[offset : offset + width])
    failure = fault(overwritten(SMALL, offset, noise))
    frames = [start for start, _, _ in frames_of(SMALL)]
    damaged = max(start for start in frames if start <= offset)
    assert failure.facts.get("frame_offset", damaged) == damaged
    if "first_bad_byte" in failure.facts:
        assert failure.facts["first_bad_byte"] == offset


# The end of the file.


def test_a_file_cut_at_any_length_says_where_it_ends_and_what_is_missing() -> None:
    for length in range(len(SMALL)):
        failure = fault(SMALL[:length])
        assert failure.message == f"cut short: the file ends at byte {length} (0x{length:x})"
        assert failure.facts["ends_at"] == length
        assert "missing: " in failure.details[0]
        assert "up to DONE" in failure.details[0]


def test_a_cut_within_a_body_counts_what_is_missing_and_names_the_commit() -> None:
    start, following = frame_start(SMALL, b"BODY", 1), frame_start(SMALL, b"NOTE")
    failure = fault(SMALL[: start + 30])
    missing, whole = following - start - 30, following - start - 16
    assert f"missing: {missing} of the {whole} bytes of a frame's payload" in told(failure)
    assert "frame 4 (BODY)" in told(failure)
    assert "commit 2 (positions 2 to 4)" in told(failure)


@pytest.mark.parametrize("extra", [b"\0", b"TPXF", SMALL])
def test_bytes_after_done_are_named_from_the_first(extra: bytes) -> None:
    failure = fault(SMALL + extra)
    end = len(SMALL)
    assert failure.message.startswith(f"first extra byte: {end} (0x{end:x}): {len(extra)} bytes")
    assert failure.facts["first_extra_byte"] == end


# Changes by someone who mends the CRCs.


def test_a_changed_body_with_mended_crcs_is_named_by_commit_and_range() -> None:
    start, following = frame_start(SMALL, b"BODY", 1), frame_start(SMALL, b"NOTE")
    failure = fault(mended(changed(SMALL, start + 60)))
    assert "commit 2 (positions 2 to 4): the body's hash is wrong" in failure.message
    assert f"changed: the body, bytes {start + 16} to {following - 5}" in told(failure)
    assert "a checkpoint vouches for the header" in told(failure)
    assert failure.facts["body_bytes"] == [start + 16, following - 4]
    assert failure.facts["first_position"] == 2


@pytest.mark.parametrize("commit", [0, 1])
@pytest.mark.parametrize("offset", [0, 10, 24, 34, 40, 44, 50, 56, 64, 100])
def test_a_changed_header_with_mended_crcs_is_named_by_commit_and_range(
    commit: int, offset: int
) -> None:
    start = frame_start(SMALL, b"CMIT", commit) + 16
    failure = fault(mended(changed(SMALL, start + offset)))
    text = told(failure)
    assert f"commit {commit + 1}" in text
    assert f"bytes {start} to {start + 127} (0x{start:x} to 0x{start + 127:x})" in text
    if offset not in (0, 56) and (commit, offset) != (0, 64):
        assert "changed: the header" in text


@pytest.mark.parametrize("offset", [0, 10, 24, 34, 40, 44, 50, 56, 64, 100])
def test_a_changed_last_header_is_named_even_when_the_digest_is_made_to_fit(offset: int) -> None:
    start = frame_start(SMALL, b"CMIT", 2) + 16
    for mend in (mended, sealed_again):
        file = mend(changed(SMALL, start + offset, 4))
        if mend is sealed_again and offset == 24:
            verify(file)  # a higher last epoch: only a later checkpoint could tell
            continue
        text = told(fault(file))
        assert f"bytes {start} to {start + 127}" in text


def test_a_body_and_its_hash_changed_together_break_the_chain_at_that_commit() -> None:
    failure = fault(rebuilt(SMALL, 0))
    text = told(failure)
    start = frame_start(SMALL, b"CMIT") + 16
    assert "the chain breaks between commit 1 and commit 2" in text
    assert f"changed: the header of commit 1 (positions 1 to 1), bytes {start}" in text
    assert "commit 2 vouches" not in text
    assert failure.facts["commit"] == 1


def test_a_checkpoint_convicts_a_commit_changed_with_its_hash() -> None:
    failure = fault(rebuilt(SMALL, 1))
    text = told(failure)
    start = frame_start(SMALL, b"CMIT", 1) + 16
    assert f"changed: the header of commit 2 (positions 2 to 4), bytes {start}" in text
    assert "a checkpoint names another hash for it" in text


def rebuilt(file: bytes, commit: int) -> bytes:
    """Change a record's user data in a commit, and the hash in its header, and the CRCs."""
    body = frame_start(file, b"BODY", commit)
    length = int.from_bytes(file[body + 8 : body + 12], "little")
    record = file.index(b"\xc5", body) + 3
    out = changed(file, record + 81)
    digest = hashlib.sha256(out[body + 16 : body + 16 + length]).digest()
    return mended(overwritten(out, frame_start(file, b"CMIT", commit) + 16 + 96, digest))


def test_a_journal_rewritten_whole_is_refused_by_its_checkpoint() -> None:
    journal = small_journal()
    note = journal.parts[frame_index(journal)]
    other = small_journal()
    other.name = "Main pool"
    rewritten = Journal(name="Main pool")
    rewritten.commit([(1000, [("nothing.happened@1", [])])])
    rewritten.parts.append(note)
    failure = fault(rewritten.export())
    assert "is signed for another journal" in failure.message
    assert "it was written like this" in told(failure)


def frame_index(journal: Journal) -> int:
    return next(index for index, part in enumerate(journal.parts) if part[4:8] == b"NOTE")


@pytest.mark.parametrize("where", ["root", "signature", "key name"])
def test_a_changed_checkpoint_with_mended_crcs_is_named_by_range(where: str) -> None:
    start = frame_start(SMALL, b"NOTE") + 16
    length = int.from_bytes(SMALL[start - 8 : start - 4], "little")
    text = SMALL[start : start + length]
    offset = {
        "root": text.index(b"\n4\n") + 5,
        "signature": length - 10,
        "key name": text.rindex("—".encode()) + 5,
    }[where]
    failure = fault(mended(changed(SMALL, start + offset)))
    assert f"bytes {start} to {start + length - 1}" in failure.message


@pytest.mark.parametrize("member", ["pool", "origin", "blinding_key", "vkeys"])
def test_a_changed_head_with_everything_mended_is_refused(member: str) -> None:
    payload = json.loads(SMALL[16 : 16 + int.from_bytes(SMALL[8:12], "little")])
    payload[member] = (
        [] if member == "vkeys" else payload[member].replace("6", "7").replace("p", "q")
    )
    if member == "blinding_key":
        payload[member] = "00" * 32
    rest = SMALL[frames_of(SMALL)[1][0] :]
    fault(sealed_again(frame(b"HEAD", json.dumps(payload).encode()) + rest))


def test_a_changed_name_is_found_by_the_digest_and_by_nothing_finer() -> None:
    failure = fault(mended(changed(SMALL, SMALL.index(b"Main pool"))))
    assert "the file's digest is wrong" in failure.message
    assert "every finer hash holds" in told(failure)
    assert "HEAD (bytes 16 to" in told(failure)
    assert "the header of commit 3" in told(failure)
