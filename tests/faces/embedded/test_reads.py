"""What the library reads: a user's path through every read of an open pool."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.embedded import Personal, Pool
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.kernel.errors import Halted, JournalUnavailable, Malformed, Rejected
from tpwallet.keys.signing import verify
from tpwallet.processes import limits
from tpwallet.processes.errors import FollowerUnavailable, PositionNotReached
from tpwallet.proofs.evidence import verify_consistency_proof, verify_proof
from tpwallet.proofs.vkey import Vkey, parse_vkey

BANK, ADA, BOB = "bank/main/EUR", "customer/ada/available/EUR", "customer/bob/available/EUR"
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account(BANK, asset="EUR", kind="asset")
        opened.open_account(ADA, asset="EUR", kind="liability", metadata={"segment": "retail"})
        opened.open_account(BOB, asset="EUR", kind="liability")
        opened.transfer(debit=BANK, credit=ADA, amount="100.00", asset="EUR", transfer_id="7")
        yield opened


def pay(pool: Pool, cents: int) -> int:
    """Pay from one customer to the other; returns the position."""
    amount = f"{cents // 100}.{cents % 100:02d}"
    return pool.transfer(debit=ADA, credit=BOB, amount=amount, asset="EUR").position


def vkeys_of(pool: Pool) -> list[Vkey]:
    return [parse_vkey(text) for text in pool.checkpoint().vkeys]


def test_who_has_paid_sees_the_payment_in_every_read(pool: Pool) -> None:
    for cents in (100, 250, 1):
        position = pay(pool, cents)
        page = pool.statement(BOB, is_reversed=True, limit=1)
        assert (page.position, page.postings[0].amount) == (position, f"{cents / 100:.2f}")
        assert pool.account(BOB).account.posted == pool.balance(BOB).posted
        assert pool.totals().position == pool.tree("customer").position == position
        assert pool.reading_position().position == position
    assert pool.reading_position().lag_positions == 0
    assert pool.reading_position().failure is None


def test_a_balance_at_any_past_moment_is_the_one_there_was(pool: Pool) -> None:
    seen = []
    for _ in range(5):
        position = pay(pool, 10)
        seen.append((position, pool.balance(ADA).posted, pool.find_transfer("7").position))
    for position, posted, _ in seen:
        assert pool.balance(ADA, at=position).posted == posted
        assert pool.balance(ADA, at=str(position)).posted == posted
        time = pool.entry(position).time
        assert pool.balance(ADA, at=time).posted == posted


def test_a_statement_goes_on_from_its_cursor_with_its_filters(pool: Pool) -> None:
    positions = [pay(pool, 10 * n) for n in range(1, 8)]
    whole = pool.statement(ADA, since=positions[0], until=positions[5], limit=1000)
    page = pool.statement(ADA, since=positions[0], until=positions[5], limit=2)
    found = list(page.postings)
    while page.next_cursor is not None:
        page = pool.statement(ADA, limit=2, cursor=page.next_cursor)
        assert (page.opening, page.closing) == (whole.opening, whole.closing)
        found += page.postings
    assert found == whole.postings
    assert len(found) == 5
    assert [one.amount for one in pool.history(ADA)][1:] == [f"0.{n}0" for n in range(1, 8)]


def test_a_cursor_of_other_filters_is_refused(pool: Pool) -> None:
    pay(pool, 10)
    cursor = pool.statement(ADA, limit=1).next_cursor
    with pytest.raises(Rejected) as refused:
        pool.statement(ADA, cursor=cursor, since=2)
    assert refused.value.code == "cursor_mismatch"
    with pytest.raises(Rejected) as refused:
        pool.statement(ADA, cursor=cursor, is_reversed=True)
    assert refused.value.code == "cursor_mismatch"
    with pytest.raises(Rejected) as refused:
        pool.statement(BOB, cursor=cursor)
    assert refused.value.code == "cursor_mismatch"
    with pytest.raises(Rejected) as refused:
        pool.transactions(cursor=cursor)
    assert refused.value.code == "cursor_mismatch"


def test_totals_are_checked_and_name_every_part(pool: Pool) -> None:
    pool.open_account("fees/EUR", asset="EUR", kind="income")
    pool.hold(debit=ADA, credit=BOB, amount="30.00", asset="EUR")
    pool.hold(debit=ADA, credit=BANK, amount="5.00", asset="EUR")
    pool.transfer(debit=ADA, credit="fees/EUR", amount="1.00", asset="EUR")
    (euro,) = pool.totals().assets
    assert (euro.liabilities, euro.available, euro.locked, euro.in_flight, euro.income) == (
        "99.00",
        "64.00",
        "30.00",
        "5.00",
        "1.00",
    )
    assert euro.checked
    assert euro.difference == "0.00"
    before = pool.totals(at=pool.position - 3)
    assert before.assets[0].available == "100.00"
    assert before.checked


def test_a_branch_of_addresses_is_added_up(pool: Pool) -> None:
    pay(pool, 2500)
    (branch,) = pool.tree("customer").balances
    assert (branch.accounts, branch.posted, branch.kind) == (2, "100.00", "liability")
    (ada,) = pool.tree("customer/ada").balances
    assert ada.posted == "75.00"
    with pytest.raises(Rejected) as refused:
        pool.tree("nobody")
    assert refused.value.code == "node_not_found"


def test_accounts_are_listed_by_prefix_and_by_creation(pool: Pool) -> None:
    assert [one.account for one in pool.accounts(prefix="customer/").accounts] == [ADA, BOB]
    assert [one.account for one in pool.accounts().accounts] == [BANK, ADA, BOB]
    assert pool.account(ADA).account.metadata == {"segment": "retail"}


def test_a_transfer_is_found_by_its_id_and_a_hold_tells_how_it_stands(pool: Pool) -> None:
    assert pool.find_transfer("7").transfer.amount == "100.00"
    hold = pool.hold(debit=ADA, credit=BOB, amount="3.00", asset="EUR", transfer_id="8")
    assert pool.find_transfer("8").transfer.state == "open"
    pool.void_hold("8")
    assert pool.find_transfer("8").transfer.state == "voided"
    assert hold.transfers[0].place == pool.find_transfer("8").transfer.place
    with pytest.raises(Rejected) as refused:
        pool.find_transfer("9")
    assert refused.value.code == "transfer_not_found"


def test_events_and_changes_are_followed_from_any_place(pool: Pool) -> None:
    start = pool.position
    pay(pool, 150)
    (change,) = pool.feed(after=str(start)).changes
    assert (change.debit.posted, change.credit.posted) == ("98.50", "1.50")
    (event,) = pool.events(after=start).events
    assert event.name == "ledger.batch_applied@1"
    assert event.body == {"created": 1, "refused": 0}
    (shown,) = pool.events(after=start, is_expanded=True).events
    assert shown.body["transfers"][0]["amount"] == "1.50"


def test_every_event_and_transfer_can_be_proved(pool: Pool) -> None:
    pay(pool, 150)
    trusted = vkeys_of(pool)
    for position in range(1, pool.position + 1):
        proof = pool.proof_of_event(position)
        assert verify_proof(proof, trusted=trusted, verify=verify).position == pool.position
    item = pool.proof_of_transfer("7")
    assert item.item_count == 1
    verify_proof(item, trusted=trusted, verify=verify)


def test_a_checkpoint_kept_aside_is_proved_to_begin_the_present_one(pool: Pool) -> None:
    kept = pool.checkpoint()
    positions = [pay(pool, 10) for _ in range(9)]
    trusted = vkeys_of(pool)
    for old in (kept.note, kept.position, positions[3]):
        proof = pool.consistency(old)
        begun, ended = verify_consistency_proof(proof, trusted=trusted, verify=verify)
        assert begun.position < ended.position == pool.position
    past = pool.checkpoint(kept.position)
    assert (past.root, past.position) == (kept.root, kept.position)


def test_a_checkpoint_that_was_shown_is_remembered_after_a_crash(pool: Pool) -> None:
    pay(pool, 10)
    note = pool.checkpoint().note
    kept = pool._writer.directory.log_path / "latest-checkpoint"
    assert kept.read_text() == note


def test_the_logs_key_is_in_the_journal(pool: Pool) -> None:
    names = [event.name for event in pool.events(limit=5).events]
    assert names[:2] == ["kernel.epoch_started@1", "kernel.log_key_added@1"]
    assert pool.checkpoint().vkeys == [pool.events(limit=5).events[1].body["vkey"]]


def test_a_personal_text_is_opened_only_after_it_is_written_down(pool: Pool) -> None:
    pool.open_account(
        "customer/eve/EUR",
        asset="EUR",
        kind="liability",
        personal=Personal("eve", {"name": "Eve Adams"}),
    )
    reference = pool.account("customer/eve/EUR").account.sealed["name"]
    assert pool.open_sealed(reference) == "Eve Adams"
    path = pool._writer.directory.personal_reads_path
    (line,) = path.read_text().splitlines()
    assert json.loads(line)["reference"] == reference
    pool.erase("eve")
    assert pool.open_sealed(reference) is None
    assert len(path.read_text().splitlines()) == 2
    with pytest.raises(Malformed):
        pool.open_sealed("no reference")
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        pool.open_sealed(reference)


def test_the_future_is_refused_at_once(pool: Pool) -> None:
    for read in (pool.totals, lambda at: pool.balance(ADA, at=at)):
        with pytest.raises(PositionNotReached):
            read(at=pool.position + 1)


def test_reads_go_on_after_the_reading_half_has_stopped(pool: Pool) -> None:
    pay(pool, 10)
    assert pool.totals().checked
    side = pool._side
    assert side is not None
    side.history.close()  # what a full disk or an interrupt does to it
    pay(pool, 10)
    with pytest.raises((Halted, FollowerUnavailable)):
        side.follower.catch_up(pool.position)
    assert pool.balance(ADA, at=pool.position).posted == "99.80"
    assert pool.reading_position().failure is None


def test_a_snapshot_without_room_stops_nothing(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(limits, "SNAPSHOT_POSITIONS", 1)
    monkeypatch.setattr(SnapshotDirectory, "save", no_room)
    for _ in range(5):
        pay(pool, 10)
        assert pool.totals().checked
    side = pool._side
    assert side is not None
    waiting = threading.Event()
    for _ in range(200):
        if "no room" in side.follower.last_error:
            break
        waiting.wait(0.02)
    assert "no room" in side.follower.last_error
    assert pool.reading_position().failure is None


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="nothing tells which files are open")
def test_a_closed_pool_lets_go_of_everything_and_is_not_read(tmp_path: Path) -> None:
    before = len(list(OPEN_FILES.iterdir()))
    for _ in range(3):
        with tpwallet.open(tmp_path / "pool") as pool:
            pool.open_account(ADA, asset="EUR", kind="liability")
            assert pool.account(ADA).account.posted == "0.00"
        with pytest.raises(Halted):
            pool.totals()
        with pytest.raises((Halted, JournalUnavailable)):
            pool.balance(ADA)
    after = len(list(OPEN_FILES.iterdir()))
    assert after <= before + 2
    assert not [one for one in threading.enumerate() if one.name in ("follower", "chain-check")]


def test_reads_by_many_threads_agree(pool: Pool) -> None:
    seen: list[str] = []

    def look() -> None:
        seen.extend(pool.totals().assets[0].difference for _ in range(40))

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(40):
        pay(pool, 1)
    for reader in readers:
        reader.join()
    assert set(seen) == {"0.00"}
    assert pool.balance(BOB, at=pool.position).posted == "0.40"
