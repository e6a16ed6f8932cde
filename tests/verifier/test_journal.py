"""A whole journal is accepted when all of it holds, and refused for each rule it breaks."""

import json

import pytest

from tests.verifier.export_writer import (
    ACCOUNTS,
    TRANSFERS,
    Journal,
    Signer,
    account,
    b64,
    batch,
    frame,
    merkle_root,
    pack,
    sha,
)
from tests.verifier.samples import books, fault, small_journal, told, verify, wide_journal
from verify_tpwallet import Unusable

OTHER = Signer(seed=bytes(32))
WITNESS = Signer(origin="witness.example", seed=bytes([7]) * 32)


def test_a_sound_journal_is_accepted_and_counted() -> None:
    facts = verify(small_journal().export()).facts
    assert (facts["events"], facts["commits"], facts["checkpoints"]) == (6, 3, 1)
    assert (facts["accounts"], facts["transfers"], facts["refusals"]) == (3, 4, 1)
    assert (facts["open_holds"], facts["expired_holds"]) == (0, 1)
    assert facts["event_names"] == {
        ACCOUNTS: 1,
        TRANSFERS: 3,
        "ledger.expired@1": 1,
        "payments.settled@1": 1,
    }
    assert facts["ledgers"] == {
        "1": {
            "accounts": "3",
            "debits_pending": "0",
            "debits_posted": "110",
            "credits_pending": "0",
            "credits_posted": "110",
        }
    }


def test_an_empty_journal_is_accepted() -> None:
    assert verify(Journal().export()).facts["root"] == b64(sha())


def test_a_body_of_several_frames_is_accepted() -> None:
    report = verify(wide_journal().export())
    assert report.facts["transfers"] == 1100
    assert any("events after it, not signed yet: 1" in line for line in report.lines)


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_a_body_around_the_size_of_a_frame_is_accepted(extra: int) -> None:
    journal = Journal()
    room = 65_536 + extra - 54
    journal.commit([(1, [("notes.kept@1", [bytes(room)])])])
    assert len(journal.parts) == (2 if extra <= 0 else 3)
    assert verify(journal.export()).facts["events"] == 1


def test_keys_from_the_file_are_said_to_be_so() -> None:
    journal = small_journal()
    lines = verify(journal.export()).lines
    assert any("taken from the file itself" in line for line in lines)
    assert any(journal.signer.vkey in line for line in lines)


def test_a_pinned_key_is_enough_whatever_the_file_offers() -> None:
    journal = small_journal()
    journal.vkeys = []
    assert verify(journal.export(), OTHER.vkey, journal.signer.vkey).facts["keys_pinned"]


def test_a_checkpoint_by_another_key_than_the_pinned_is_refused() -> None:
    failure = fault(small_journal().export(), OTHER.vkey)
    assert "signed by none of the pinned keys" in failure.message
    assert OTHER.vkey in told(failure)


def test_a_pinned_key_without_any_checkpoint_proves_nothing() -> None:
    assert "no checkpoint" in fault(books().export(), OTHER.vkey).message


def test_a_journal_without_checkpoint_says_that_nothing_is_signed() -> None:
    report = verify(books().export())
    assert any("no signature covers" in line for line in report.lines)
    assert report.summary.endswith("nothing signed")


def test_even_the_shortest_verdict_says_how_far_and_by_whose_keys_it_is_signed() -> None:
    journal = small_journal()
    assert verify(journal.export()).summary.endswith(
        "signed up to position 4 (by keys from the file itself)"
    )
    pinned = verify(journal.export(), journal.signer.vkey)
    assert pinned.summary.endswith("signed up to position 4")


def test_lines_of_unknown_witnesses_are_passed_over() -> None:
    journal = books()
    text = journal.checkpoint().partition("\n\n")[0] + "\n"
    journal.note(text + "\n" + WITNESS.line(text) + journal.signer.line(text))
    assert verify(journal.export(), journal.signer.vkey).facts["checkpoints"] == 1


def test_a_checkpoint_signed_only_by_a_trusted_witness_is_refused() -> None:
    journal = books()
    text = journal.checkpoint().partition("\n\n")[0] + "\n"
    journal.note(f"{text}\n{WITNESS.line(text)}")
    assert "under its own name" in fault(journal.export(), WITNESS.vkey).message


def test_one_wrong_signature_of_a_trusted_key_spoils_the_checkpoint() -> None:
    journal = books()
    text = journal.checkpoint().partition("\n\n")[0] + "\n"
    journal.note(text + "\n" + journal.signer.line(text) + WITNESS.line(text + "x"))
    failure = fault(journal.export(), journal.signer.vkey, WITNESS.vkey)
    assert "does not verify" in failure.message


def note_with(journal: Journal, **changed: object) -> str:
    parts = {
        "size": len(journal.leaves),
        "root": merkle_root(journal.leaves),
        "commit_hash": journal.previous,
        "time_ns": journal.time_ns,
        **changed,
    }
    return journal.signer.checkpoint(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"size": 5}, "position"),
        ({"root": bytes(32)}, "root"),
        ({"commit_hash": bytes(32)}, "commit hash"),
        ({"time_ns": 3}, "time"),
    ],
)
def test_a_signed_checkpoint_of_another_journal_is_refused(
    changed: dict[str, object], named: str
) -> None:
    journal = books()
    journal.note(note_with(journal, **changed))
    failure = fault(journal.export())
    assert f"its {named} is" in failure.message
    assert "no checkpoint before it agrees" in told(failure)


def test_a_wrong_checkpoint_says_how_far_an_earlier_one_agrees() -> None:
    journal = books()
    journal.note()
    journal.commit([(9, [("rooms.swept@1", [])])])
    journal.note(note_with(journal, root=bytes(32)))
    assert "positions 1 to 1 agree" in told(fault(journal.export()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pool.example/main\n",
        "pool.example/main\n0\n{root}\ncommit {root}\ntime 1\n",
        "pool.example/main\n01\n{root}\ncommit {root}\ntime 1\n",
        "pool.example/main\n1\n{root}\ncommit {root}\n",
        "pool.example/main\n1\n{root}\ncommit {root}\ntime 99999999999999999999\n",
        "pool.example/main\n1\nQQ==\ncommit {root}\ntime 1\n",
        "pool.example/main\n1\n{root}\ncommit {root}\ntime 1\nmore\n",
    ],
)
def test_a_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    journal = books()
    filled = text.format(root=b64(bytes(32)))
    journal.note(f"{filled}\n{journal.signer.line(filled)}")
    assert "the checkpoint after commit 1" in fault(journal.export()).message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"magic": b"TPWCMT02"}, "starts with"),
        ({"pool": bytes(16)}, "belongs to pool"),
        ({"first_position": 3}, "begins at position 3, not 2"),
        ({"event_count": 2}, "counts 1 entries and 2 events, its body holds 1 and 1"),
        ({"event_count": 0}, "counts no event"),
        ({"entry_count": 2}, "counts 2 entries"),
        ({"time": 3}, "time 3 is not its last entry's"),
        ({"previous": bytes(32)}, "the chain breaks"),
        ({"body_hash": bytes(32)}, "the body's hash is wrong"),
        ({"body_length": 1}, "promises a body of 1 bytes"),
        ({"body_length": 1 << 40}, "body_length"),
    ],
)
def test_a_commit_whose_header_is_wrong_is_refused(fields: dict[str, object], message: str) -> None:
    journal = books()
    journal.commit([(2, [("rooms.swept@1", [])])], **fields)  # type: ignore[arg-type]
    assert message in fault(journal.export()).message


def test_a_void_commit_has_no_place_in_an_export() -> None:
    journal = Journal()
    journal.commit([(1, [("rooms.swept@1", [])])], epoch=2)
    journal.commit([(1, [("rooms.swept@1", [])])], epoch=1)
    assert "its epoch 1 is lower than 2" in fault(journal.export()).message


def test_a_first_commit_with_a_predecessor_is_refused() -> None:
    journal = Journal(previous=bytes([1]) * 32)
    journal.commit([(1, [("rooms.swept@1", [])])])
    assert "names a previous one" in fault(journal.export()).message


def test_time_that_runs_backwards_is_refused_within_and_between_commits() -> None:
    within = Journal()
    within.commit([(5, [("rooms.swept@1", [])]), (4, [("rooms.swept@1", [])])])
    assert "time runs backwards, from 5 to 4" in fault(within.export()).message
    between = Journal()
    between.commit([(5, [("rooms.swept@1", [])])])
    between.commit([(4, [("rooms.swept@1", [])])])
    assert "time runs backwards, from 5 to 4" in fault(between.export()).message


ENVELOPE: list[object] = ["cmd", "actor", None, bytes(16), 7]


@pytest.mark.parametrize(
    "body",
    [
        pack("no array"),
        pack([["no envelope", [["x@1", []]]]]),
        pack([[ENVELOPE[:4], [["x@1", []]]]]),
        pack([[["cmd", "actor", 5, bytes(16), 7], [["x@1", []]]]]),
        pack([[["cmd", "actor", None, bytes(15), 7], [["x@1", []]]]]),
        pack([[["cmd", "actor", None, bytes(16), -7], [["x@1", []]]]]),
        pack([[ENVELOPE, []]]),
        pack([[ENVELOPE, [["x@1"]]]]),
        pack([[ENVELOPE, [["x@1", "no array"]]]]),
        pack([[ENVELOPE, [["x@1", []]]]]) + b"\xc0",
        pack([[ENVELOPE, [["x@1", []]]]])[:-1] + b"\x91",
        pack([[ENVELOPE, [[ACCOUNTS, [b"x" * 127, b""]]]]]),
        pack([[ENVELOPE, [[ACCOUNTS, [b"", b"x" * 23]]]]]),
        pack([[ENVELOPE, [[TRANSFERS, [b""]]]]]),
        pack([[ENVELOPE, [["ledger.expired@1", [b"x" * 15, 7]]]]]),
        pack([[ENVELOPE, [["ledger.expired@1", [b"", "7"]]]]]),
    ],
)
def test_a_body_of_another_shape_is_refused_at_its_byte(body: bytes) -> None:
    journal = Journal()
    journal.raw_commit(body, time=7)
    failure = fault(journal.export())
    assert "its body is malformed at byte" in failure.message
    assert "every frame and hash of the file holds" in told(failure)


def test_one_entry_may_hold_a_cause_and_several_events() -> None:
    journal = Journal()
    journal.commit([(1, [("a@1", [1]), ("b@1", [{"deep": [[None]]}]), ("c@2", [])])])
    assert verify(journal.export()).facts["events"] == 3


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"events": 7}, "counts 7 events"),
        ({"commits": 2}, "2 commits"),
        ({"frames": 2}, "2 frames"),
        ({"root": b64(bytes(32))}, "the root is wrong"),
        ({"sha256": "00" * 32}, "the file's digest is wrong"),
        ({"sha256": "zz" * 32}, "'sha256' is not 32 bytes"),
        ({"events": True}, "'events' is not an integer"),
    ],
)
def test_a_wrong_count_or_digest_in_done_is_refused(
    changed: dict[str, object], message: str
) -> None:
    assert message in fault(small_journal().export(**changed)).message


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"pool": "00"}, "'pool' is not 16 bytes"),
        ({"blinding_key": "00" * 32}, "its root is"),
        ({"origin": "elsewhere"}, "its origin is"),
        ({"origin": "\ud800"}, "'origin' is not a string"),
        ({"last_position": 7}, "HEAD ends at position 7"),
        ({"first_position": 2}, "begins at position 2"),
        ({"first_position": -1}, "'first_position' is not an integer"),
        ({"vkeys": "x"}, "'vkeys' is not a list"),
        ({"vkeys": ["x"]}, "Ed25519 vkey: x"),
        ({"vkeys": [7]}, "'vkeys' is not a string"),
        ({"name": None}, "'name' is not a string"),
    ],
)
def test_a_wrong_member_of_head_is_refused(changed: dict[str, object], message: str) -> None:
    journal = small_journal()
    journal.head = changed
    assert message in fault(journal.export()).message


def test_another_version_of_the_format_is_unusable() -> None:
    journal = small_journal()
    journal.head = {"format": "tpwallet-journal-2"}
    with pytest.raises(Unusable, match="tpwallet-journal-2"):
        verify(journal.export())


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b'{"a":1,"a":2}', b"9" * 60_000],
    ids=["empty", "array", "cut", "not UTF-8", "deep", "repeated key", "huge number"],
)
def test_a_head_that_is_no_json_object_is_refused(payload: bytes) -> None:
    assert "HEAD" in fault(frame(b"HEAD", payload) + small_journal().export()).message


@pytest.mark.parametrize("kind", [b"HEAD", b"BODY", b"EXTR", b"NOTE"])
def test_a_frame_out_of_its_place_is_refused(kind: bytes) -> None:
    journal = Journal()
    journal.parts.append(frame(kind, b"{}"))
    assert "frame 1" in fault(journal.export()).message


def test_a_frame_beyond_the_limit_is_refused() -> None:
    journal = books()
    journal.parts.append(frame(b"NOTE", bytes(65_537)))
    assert "not a frame's" in fault(journal.export()).message


def test_names_from_the_file_cannot_command_a_terminal() -> None:
    journal = Journal(name="\x1b[2J" + "x" * 1000)
    report = verify(journal.export())
    assert "\x1b" not in report.summary
    assert len(report.summary) < 400


def test_the_report_is_json() -> None:
    assert json.loads(json.dumps(verify(small_journal().export()).facts))["events"] == 6


def test_accounts_of_many_ledgers_are_listed_briefly() -> None:
    journal = books(accounts=[account(n, ledger=n, stamp=n) for n in range(1, 31)])
    report = verify(journal.export())
    assert any("and 10 more ledgers" in line for line in report.lines)
    assert isinstance(report.facts["ledgers"], dict)
    assert len(report.facts["ledgers"]) == 30


def test_a_batch_without_items_is_accepted() -> None:
    journal = Journal()
    journal.commit([(1, [batch(TRANSFERS, [])])])
    journal.note()
    assert verify(journal.export()).facts["transfers"] == 0
