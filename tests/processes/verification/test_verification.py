"""A verification believes nothing: not the chain, not a record, not a checkpoint, not the state."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes.busy import BusyPool, busy_pool
from tpwallet.domains.ledger.events import BatchApplied
from tpwallet.domains.ledger.records import Transfer, pack_transfer
from tpwallet.hub import empty_replica
from tpwallet.kernel.commit import Commit, Entry, Envelope, encode_envelope, seal_commit
from tpwallet.kernel.journal import Head
from tpwallet.kernel.leaves import leaves_of
from tpwallet.kernel.wire import Event, encode_event
from tpwallet.keys.signing import KeyPair
from tpwallet.processes.verification.kept_state import KeptState
from tpwallet.processes.verification.verdict import Check, Outcome, Verdict
from tpwallet.processes.verification.verification import Verification, verify_commits
from tpwallet.proofs.checkpoint import Checkpoint, signed_checkpoint
from tpwallet.proofs.frontier import Frontier, grow
from tpwallet.proofs.note import Signer
from tpwallet.proofs.vkey import Vkey

PAIR, STRANGER = KeyPair(bytes([7]) * 32), KeyPair(bytes([8]) * 32)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> BusyPool:
    return busy_pool(tmp_path_factory.mktemp("verification"), 11, commands=40)


@pytest.fixture(scope="module")
def commits(busy: BusyPool) -> list[Commit]:
    return list(busy.journal().read())


def origin_of(busy: BusyPool) -> str:
    return busy.directory.settings.origin


def key_of(busy: BusyPool) -> bytes:
    return bytes.fromhex(busy.directory.secrets.blinding_key)


def note_over(
    busy: BusyPool, commits: Sequence[Commit], *, pair: KeyPair = PAIR, root: bytes | None = None
) -> str:
    """A checkpoint over the whole of some commits."""
    frontier = Frontier()
    for commit in commits:
        frontier = grow(frontier, leaves_of(commit.entries(), key_of(busy))).frontier
    last = commits[-1]
    checkpoint = Checkpoint(
        origin=origin_of(busy),
        position=last.header.last_position,
        root=frontier.root() if root is None else root,
        commit=last.hash,
        time_ns=last.header.time,
    )
    return signed_checkpoint(
        checkpoint, (Signer(Vkey(origin_of(busy), pair.public_key), pair.sign),)
    )


def judge(
    busy: BusyPool,
    commits: Sequence[Commit],
    notes: dict[int, list[str]] | None = None,
    kept: Sequence[KeptState] = (),
    *,
    blinded: bool = True,
) -> Verdict:
    verification = Verification(
        empty_replica(busy.directory.pool_id),
        blinding_key=key_of(busy) if blinded else None,
        trusted=[Vkey(origin_of(busy), PAIR.public_key)],
        kept=kept,
    )
    for _ in verify_commits(verification, commits, notes or {}):
        pass
    return verification.conclude()


def failed(verdict: Verdict) -> set[Check]:
    return {one.check for one in verdict.results if one.outcome is Outcome.FAILED}


def middle(commits: Sequence[Commit]) -> int:
    return len(commits) // 2


def test_a_whole_journal_holds_in_everything(busy: BusyPool, commits: list[Commit]) -> None:
    half = commits[: middle(commits)]
    notes = {c[-1].header.last_position: [note_over(busy, c)] for c in (half, commits)}
    kept = [KeptState("the pool", one.position, one.state_hash) for one in busy.shown]
    verdict = judge(busy, commits, notes, kept)
    assert verdict.ok, verdict.findings
    assert verdict.signed_through == verdict.position == commits[-1].header.last_position
    assert verdict.checkpoints == 2
    replay = next(one for one in verdict.results if one.check is Check.REPLAY)
    assert replay.count > len(busy.shown) // 2


def _without(commits: list[Commit], at: int) -> list[Commit]:
    return commits[:at] + commits[at + 1 :]


def _twice(commits: list[Commit], at: int) -> list[Commit]:
    return [*commits[: at + 1], commits[at], *commits[at + 1 :]]


def _swapped(commits: list[Commit], at: int) -> list[Commit]:
    return [*commits[:at], commits[at + 1], commits[at], *commits[at + 2 :]]


@pytest.mark.parametrize("change", [_without, _twice, _swapped])
def test_a_chain_that_does_not_follow_ends_the_reading(
    busy: BusyPool, commits: list[Commit], change: Callable[[list[Commit], int], list[Commit]]
) -> None:
    at = middle(commits)
    verdict = judge(busy, change(commits, at))
    assert failed(verdict) == {Check.CHAIN}
    bad = commits[at].header.first_position
    assert verdict.first_bad_position in (bad, commits[at].header.last_position + 1)
    assert verdict.trusted_through == (verdict.first_bad_position or 0) - 1


@settings(max_examples=30)
@given(st.data())
def test_one_changed_bit_anywhere_in_the_chain_is_found_there(
    busy: BusyPool, commits: list[Commit], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(commits) - 1))
    in_header = data.draw(st.booleans())
    source = commits[at].header_bytes if in_header else commits[at].body
    changed = bytearray(source)
    changed[data.draw(st.integers(0, len(source) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        broken = (
            Commit(bytes(changed), commits[at].body)
            if in_header
            else Commit(commits[at].header_bytes, bytes(changed))
        )
        verdict = judge(busy, [*commits[:at], broken, *commits[at + 1 :]])
    except ValueError:
        return  # a header of another form is refused before it is a commit
    assert not verdict.ok or at == len(commits) - 1
    if not verdict.ok:
        assert (verdict.first_bad_position or 0) >= commits[at].header.first_position
        assert verdict.trusted_through >= commits[at].header.first_position - 1


def forged(busy: BusyPool, commits: list[Commit], *events: Event) -> Commit:
    """A commit that follows, sealed by somebody who can write the journal but not sign."""
    last = commits[-1]
    head = Head(last.header.last_position, last.hash, last.header.epoch, last.header.time)
    envelope = Envelope("forged", "owner", None, bytes(16), last.header.time + 1)
    entry = Entry(
        envelope,
        head.position + 1,
        events,
        encode_envelope(envelope),
        tuple(encode_event(event) for event in events),
    )
    return seal_commit(
        pool_id=busy.directory.pool_id,
        epoch=head.epoch,
        first_position=head.position + 1,
        previous=head.hash,
        entries=[entry],
    )


def transfer(**fields: int) -> Event:
    plain = {
        "id": 999_999_999,
        "debit_account_id": 1001,
        "credit_account_id": 1002,
        "amount": 1,
        "ledger": 978,
        "code": 3,
        "timestamp": 1 << 62,
    }
    return BatchApplied(pack_transfer(Transfer(**plain | fields)), b"")


def test_a_forged_transfer_that_keeps_the_rules_is_told_by_the_signature_alone(
    busy: BusyPool, commits: list[Commit]
) -> None:
    longer = [*commits, forged(busy, commits, transfer())]
    assert judge(busy, longer).ok
    position = longer[-1].header.last_position
    verdict = judge(busy, longer, {position: [note_over(busy, longer, pair=STRANGER)]})
    assert failed(verdict) == {Check.SIGNATURES}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"debit_account_id": 5_555}, "debit_account_missing"),
        ({"credit_account_id": 1001}, "accounts_the_same"),
        ({"ledger": 840}, "ledgers_differ"),
        ({"timestamp": 1}, "time_not_after"),
        ({"id": 999_999_999}, "id_used"),
        ({"id": 0}, "id_reserved"),
        ({"code": 0}, "ledger_or_code_missing"),
        ({"pending_id": 4, "flags": 8}, "reservation_not_open"),
    ],
)
def test_a_forged_transfer_that_breaks_a_rule_is_named(
    busy: BusyPool, commits: list[Commit], fields: dict[str, int], fault: str
) -> None:
    second = {"id": 999_999_998, "timestamp": (1 << 62) + 1} | fields
    verdict = judge(busy, [*commits, forged(busy, commits, transfer(), transfer(**second))])
    assert Check.DOUBLE_ENTRY in failed(verdict)
    assert verdict.first_bad_position == commits[-1].header.last_position + 2
    assert verdict.findings[0].facts["fault"] == fault
    assert verdict.state_hash is None  # the commit was entered in part: there is no such state


def test_a_checkpoint_over_another_root_is_found_and_names_where_doubt_begins(
    busy: BusyPool, commits: list[Commit]
) -> None:
    half = commits[: middle(commits)]
    sure = half[-1].header.last_position
    end = commits[-1].header.last_position
    notes = {sure: [note_over(busy, half)], end: [note_over(busy, commits, root=bytes(32))]}
    verdict = judge(busy, commits, notes)
    assert failed(verdict) == {Check.LOG}
    assert (verdict.trusted_through, verdict.signed_through) == (sure, sure)


def test_a_checkpoint_where_no_commit_ends_is_found(busy: BusyPool, commits: list[Commit]) -> None:
    note = note_over(busy, commits)
    verdict = judge(busy, commits[:-1], {commits[-1].header.last_position: [note]})
    assert failed(verdict) == {Check.LOG}


def test_a_checkpoint_that_is_none_is_found(busy: BusyPool, commits: list[Commit]) -> None:
    verdict = judge(busy, commits, {commits[-1].header.last_position: ["hello"]})
    assert failed(verdict) == {Check.SIGNATURES}


def test_without_the_blinding_key_the_log_is_not_checked(
    busy: BusyPool, commits: list[Commit]
) -> None:
    note = note_over(busy, commits, root=bytes(32))
    verdict = judge(busy, commits, {commits[-1].header.last_position: [note]}, blinded=False)
    assert verdict.ok
    log = next(one for one in verdict.results if one.check is Check.LOG)
    assert (log.outcome, log.reason) == (Outcome.SKIPPED, "the blinding key is not here")


def test_a_state_that_replay_does_not_lead_to_is_named(
    busy: BusyPool, commits: list[Commit]
) -> None:
    position = commits[middle(commits)].header.last_position
    verdict = judge(busy, commits, kept=[KeptState("the auditor", position, bytes(32))])
    assert failed(verdict) == {Check.REPLAY}
    assert verdict.first_bad_position == position
    assert "the auditor" in verdict.findings[0].message


def test_a_state_past_the_end_says_that_the_journal_was_cut_off(
    busy: BusyPool, commits: list[Commit]
) -> None:
    beyond = commits[-1].header.last_position + 5
    verdict = judge(busy, commits, kept=[KeptState("the auditor", beyond, bytes(32))])
    assert failed(verdict) == {Check.REPLAY}
    assert verdict.trusted_through == commits[-1].header.last_position


def test_an_empty_journal_holds(tmp_path: Path, busy: BusyPool) -> None:
    verdict = judge(busy, [])
    assert verdict.ok
    assert (verdict.position, verdict.transfers, verdict.ledgers) == (0, 0, [])
