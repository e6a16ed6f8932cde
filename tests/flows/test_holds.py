"""Reservations by friendly calls: hold, post in full or in part, void, expire."""

import pytest

from tests.flows.desk import SECOND, START, Desk, leg, post
from tpwallet.domains.ledger.events import Expired
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.posting import Note
from tpwallet.flows.clock import Expire
from tpwallet.flows.transfers import Hold, PostHold, VoidHold
from tpwallet.kernel.access import CLOCK

ADA, BOB, BANK = "customer/ada/EUR", "customer/bob/EUR", "bank/EUR"


@pytest.fixture
def desk() -> Desk:
    """Ada has 100.00 from the bank, and Bob nothing."""
    desk = Desk().opened(BANK, AccountKind.ASSET).opened(ADA).opened(BOB)
    desk.paid(BANK, ADA, "100.00")
    return desk


def part(pending_id: str, amount: str, asset: str = "EUR") -> PostHold:
    return PostHold(pending_id=pending_id, amount=amount, asset=asset)


def test_what_is_held_is_there_and_cannot_be_spent(desk: Desk) -> None:
    desk.held(ADA, BOB, "60.00")
    assert (desk.posted(ADA), desk.pending(ADA)) == (100_00, (60_00, 0))
    assert (desk.posted(BOB), desk.pending(BOB)) == (0, (0, 60_00))
    assert desk.code(post(ADA, BANK, "40.01")) == "exceeds_credits"
    desk.paid(ADA, BANK, "40.00")
    assert desk.code(post(BOB, ADA, "0.01")) == "exceeds_credits"  # what comes is not there yet


def test_more_than_there_is_cannot_be_held(desk: Desk) -> None:
    assert desk.code(Hold(leg=leg(ADA, BOB, "100.01"))) == "exceeds_credits"
    desk.held(ADA, BOB, "100.00")


def test_a_hold_is_posted_whole(desk: Desk) -> None:
    held = desk.held(ADA, BOB, "60.00")
    receipt = desk.does(PostHold(pending_id=held))
    assert receipt.transfers[0].transfer.amount == 60_00
    assert receipt.transfers[0].transfer.pending_id == int(held)
    assert (desk.posted(ADA), desk.posted(BOB)) == (40_00, 60_00)
    assert desk.pending(ADA) == (0, 0)


@pytest.mark.parametrize(("amount", "minor"), [("0.00", 0), ("12.00", 12_00), ("60.00", 60_00)])
def test_of_a_hold_that_is_posted_in_part_the_rest_is_released(
    desk: Desk, amount: str, minor: int
) -> None:
    held = desk.held(ADA, BOB, "60.00")
    assert desk.does(part(held, amount)).transfers[0].transfer.amount == minor
    assert (desk.posted(ADA), desk.posted(BOB)) == (100_00 - minor, minor)
    assert (desk.pending(ADA), desk.pending(BOB)) == ((0, 0), (0, 0))
    assert desk.ledger.open_reservation_count == 0


def test_a_voided_hold_gives_all_of_it_back(desk: Desk) -> None:
    held = desk.held(ADA, BOB, "60.00")
    desk.does(VoidHold(pending_id=held))
    assert (desk.posted(ADA), desk.pending(ADA), desk.pending(BOB)) == (100_00, (0, 0), (0, 0))


def test_not_more_than_was_held_is_posted(desk: Desk) -> None:
    held = desk.held(ADA, BOB, "60.00")
    assert desk.code(part(held, "60.01")) == "exceeds_pending_transfer_amount"
    assert desk.code(part(held, "60.00", "USD")) == "pending_transfer_has_different_ledger"
    assert desk.code(PostHold(pending_id=held, asset="USD")) == (
        "pending_transfer_has_different_ledger"
    )
    desk.does(part(held, "60.00"))


def test_a_hold_ends_once(desk: Desk) -> None:
    posted, voided = desk.held(ADA, BOB, "1.00"), desk.held(ADA, BOB, "1.00")
    desk.does(PostHold(pending_id=posted))
    desk.does(VoidHold(pending_id=voided))
    for command in (PostHold, VoidHold):
        assert desk.code(command(pending_id=posted)) == "pending_transfer_already_posted"
        assert desk.code(command(pending_id=voided)) == "pending_transfer_already_voided"


@pytest.mark.parametrize("command", [PostHold, VoidHold])
def test_only_a_hold_is_posted_or_voided(desk: Desk, command: type[PostHold | VoidHold]) -> None:
    assert desk.code(command(pending_id="77")) == "pending_transfer_not_found"
    paid = str(desk.paid(ADA, BOB, "1.00").transfers[0].transfer.id)
    assert desk.code(command(pending_id=paid)) == "pending_transfer_not_pending"
    assert desk.malformed(command(pending_id="0")) == "pending_id"
    assert desk.malformed(command(pending_id="x")) == "pending_id"


def test_an_amount_to_post_needs_its_asset_and_fits_it(desk: Desk) -> None:
    held = desk.held(ADA, BOB, "60.00")
    assert desk.malformed(PostHold(pending_id=held, amount="1.00")) == "asset"
    assert desk.malformed(part(held, "1.001")) == "amount"
    assert desk.code(part(held, "1.00", "XYZ")) == "unknown_asset"


def test_holds_and_their_ends_may_be_named_and_noted(desk: Desk) -> None:
    note = Note(metadata={"order": "7"})
    hold = Hold(leg=leg(ADA, BOB, "60.00"), transfer_id="501", note=note)
    assert len(desk.does(hold).notes) == 1
    end = PostHold(pending_id="501", transfer_id="502", note=note)
    assert desk.does(end).notes[0].transfer_id == (502).to_bytes(16, "little")
    assert desk.code(VoidHold(pending_id="501", transfer_id="502")) == (
        "exists_with_different_flags"
    )


# Running out


def test_a_hold_lasts_until_its_timeout_and_not_a_nanosecond_longer(desk: Desk) -> None:
    early, late = desk.held(ADA, BOB, "1.00", 5), desk.held(ADA, BOB, "1.00", 5)
    since = desk.ledger.next_expiry - 5 * SECOND
    desk.now = since + 5 * SECOND - 1
    desk.does(PostHold(pending_id=early))
    desk.now = since + 5 * SECOND + 1  # the second one's
    assert desk.code(PostHold(pending_id=late)) == "pending_transfer_expired"
    assert desk.pending(ADA) == (1_00, 0)  # until it is released


def test_what_has_run_out_is_released_and_nothing_else(desk: Desk) -> None:
    kept = desk.held(ADA, BOB, "1.00")
    longer = desk.held(ADA, BOB, "2.00", 60)
    shorter = [desk.held(ADA, BOB, "4.00", seconds) for seconds in (3, 2, 2)]
    desk.now = START + 5 * SECOND
    receipt = desk.does(Expire(), actor=CLOCK)
    [expired] = desk.events
    assert isinstance(expired, Expired)
    ids = [
        int.from_bytes(expired.ids[at : at + 16], "little") for at in range(0, len(expired.ids), 16)
    ]
    assert ids == [int(shorter[1]), int(shorter[2]), int(shorter[0])]  # the earliest first
    assert expired.time == receipt.time
    assert desk.pending(ADA) == (3_00, 0)
    for held in shorter:
        assert desk.code(VoidHold(pending_id=held)) == "pending_transfer_expired"
    desk.does(PostHold(pending_id=kept))
    desk.does(PostHold(pending_id=longer))


def test_nothing_to_release_changes_nothing(desk: Desk) -> None:
    desk.held(ADA, BOB, "1.00", 60)
    desk.does(Expire(), actor=CLOCK)
    assert desk.event_names == ["kernel.unchanged"]


@pytest.mark.parametrize("seconds", [-1, 1 << 32])
def test_a_timeout_fits_its_field(desk: Desk, seconds: int) -> None:
    hold = Hold(leg=leg(ADA, BOB, "1.00"), timeout_seconds=seconds)
    assert desk.malformed(hold) == "timeout_seconds"


def test_the_longest_timeout_is_still_one(desk: Desk) -> None:
    desk.held(ADA, BOB, "1.00", (1 << 32) - 1)
    assert desk.ledger.next_expiry > START + (1 << 32) - 2
