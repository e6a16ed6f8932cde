"""Moving money by friendly calls, of one leg or many, and each rule's refusal."""

from typing import Any

import pytest

from tests.flows.desk import DAY, START, TODAY, Desk, leg, post
from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import TransferNoted
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.posting import Note
from tpwallet.domains.ledger.records import U128_MAX
from tpwallet.domains.ledger.references import derived_transfer_id
from tpwallet.flows.administration import ClosePeriod
from tpwallet.flows.transfers import Post

ADA, BOB, BANK = "customer/ada/EUR", "customer/bob/EUR", "bank/EUR"
ADA_USD, FX_EUR, FX_USD = "customer/ada/USD", "fx/EUR", "fx/USD"


@pytest.fixture
def desk() -> Desk:
    """Ada has 100.00 from the bank, the firm converts, and Bob has nothing."""
    desk = Desk().opened(BANK, AccountKind.ASSET).opened(ADA).opened(BOB).opened(ADA_USD)
    desk.opened(FX_EUR, AccountKind.CLEARING).opened(FX_USD, AccountKind.CLEARING)
    desk.paid(BANK, ADA, "100.00")
    return desk


CONVERSION = (leg(ADA, FX_EUR, "50.00"), leg(FX_USD, ADA_USD, "54.00", "USD"))


def test_a_payment_moves_money_once(desk: Desk) -> None:
    receipt = desk.paid(ADA, BOB, "12.50")
    assert (desk.posted(ADA), desk.posted(BOB)) == (87_50, 12_50)
    [booked] = receipt.transfers
    assert (booked.position, booked.index) == (desk.entries[-1].first_position, 0)
    assert booked.transfer.debit_account_id == account_id_of(ADA)
    assert booked.transfer.credit_account_id == account_id_of(BOB)
    assert (booked.transfer.amount, booked.transfer.ledger) == (12_50, 978)
    assert booked.transfer.timestamp == receipt.time


def test_a_refund_is_a_payment_back_that_names_what_it_refunds(desk: Desk) -> None:
    paid = desk.paid(ADA, BOB, "12.50").transfers[0].transfer.id
    note = Note(metadata={"refunds": str(paid)})
    desk.does(Post(legs=(leg(BOB, ADA, "12.50"),), note=note))
    assert (desk.posted(ADA), desk.posted(BOB)) == (100_00, 0)
    assert desk.code(Post(legs=(leg(BOB, ADA, "0.01"),), note=note)) == "exceeds_credits"


def test_an_amount_of_nothing_is_an_amount(desk: Desk) -> None:
    assert desk.paid(BOB, ADA, "0.00").transfers[0].transfer.amount == 0


@pytest.mark.parametrize(
    ("debit", "credit", "amount", "asset", "code"),
    [
        ("nobody", BOB, "1.00", "EUR", "debit_account_not_found"),
        (ADA, "nobody", "1.00", "EUR", "credit_account_not_found"),
        (ADA, ADA, "1.00", "EUR", "accounts_must_be_different"),
        (ADA, ADA_USD, "1.00", "EUR", "accounts_must_have_the_same_ledger"),
        (ADA, BOB, "1.00", "USD", "transfer_must_have_the_same_ledger_as_accounts"),
        (ADA, BOB, "100.01", "EUR", "exceeds_credits"),
        (ADA, BANK, "100.01", "EUR", "exceeds_credits"),
        (FX_EUR, BANK, "100.01", "EUR", "exceeds_debits"),
        (ADA, BOB, "1.00", "XYZ", "unknown_asset"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    desk: Desk, debit: str, credit: str, amount: str, asset: str, code: str
) -> None:
    found, facts = desk.refuses(post(debit, credit, amount, asset=asset))
    assert found == code
    assert facts == ({"parameter": "asset"} if code == "unknown_asset" else {"leg": 0})


def test_balances_stop_at_128_bits(desk: Desk) -> None:
    desk.opened("a/JPY", AccountKind.CLEARING).opened("b/JPY", AccountKind.CLEARING)
    desk.does(post("a/JPY", "b/JPY", str(U128_MAX), asset="JPY"))
    assert desk.code(post("a/JPY", "b/JPY", "1", asset="JPY")) == "overflows_debits_posted"
    desk.opened("c/JPY", AccountKind.CLEARING)
    assert desk.code(post("c/JPY", "b/JPY", "1", asset="JPY")) == "overflows_credits_posted"


@pytest.mark.parametrize("amount", ["1.005", "-1.00", "1,00", "", "abc", "1e3", "٣", " 1.00"])
def test_what_is_no_amount_of_the_asset_is_malformed(desk: Desk, amount: str) -> None:
    assert desk.malformed(post(ADA, BOB, amount)) == "amount"


def test_an_amount_past_128_bits_is_malformed(desk: Desk) -> None:
    assert desk.malformed(post(ADA, BOB, str(U128_MAX + 1), asset="JPY")) == "amount"


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"debit": "no body"}, "debit"),
        ({"credit": ""}, "credit"),
        ({"debit": "#0"}, "debit"),
        ({"credit": f"#{U128_MAX}"}, "credit"),
        ({"code": 0}, "code"),
        ({"code": 0x1_0000}, "code"),
    ],
)
def test_a_leg_that_cannot_be_understood_is_malformed(
    desk: Desk, fields: dict[str, Any], parameter: str
) -> None:
    given = {"debit": ADA, "credit": BOB, "amount": "1.00", **fields}
    assert desk.malformed(Post(legs=(leg(**given),))) == parameter


def test_accounts_may_be_named_by_id(desk: Desk) -> None:
    desk.raw_account(7)
    desk.paid(ADA, "#7", "1.00")
    desk.paid("#7", f"#{account_id_of(BOB)}", "1.00")
    assert desk.posted(BOB) == 1_00


# Transfer ids


def test_a_transfer_id_is_the_caller_s_or_follows_from_the_command(desk: Desk) -> None:
    legs = (leg(ADA, BOB, "1.00"), leg(ADA, BOB, "2.00"))
    booked = desk.does(Post(legs=legs, transfer_id="4711"), command_id="x").transfers
    assert [one.transfer.id for one in booked] == [4711, derived_transfer_id("owner", "x", 1)]
    booked = desk.does(Post(legs=legs), command_id="y").transfers
    assert [one.transfer.id for one in booked] == [
        derived_transfer_id("owner", "y", number) for number in (0, 1)
    ]


def test_a_transfer_id_is_used_once(desk: Desk) -> None:
    payment = Post(legs=(leg(ADA, BOB, "1.00"),), transfer_id="4711")
    desk.does(payment)
    assert desk.code(payment) == "exists"
    other = Post(legs=(leg(ADA, BOB, "2.00"),), transfer_id="4711")
    assert desk.code(other) == "exists_with_different_amount"


def test_a_refused_payment_burns_no_transfer_id(desk: Desk) -> None:
    payment = Post(legs=(leg(BOB, ADA, "1.00"),), transfer_id="4711")
    assert desk.code(payment) == "exceeds_credits"
    desk.paid(ADA, BOB, "1.00")
    assert desk.does(payment).transfers[0].transfer.id == 4711


@pytest.mark.parametrize("given", ["0", str(U128_MAX), "-1", "x", "1" * 40])
def test_what_is_no_transfer_id_is_malformed(desk: Desk, given: str) -> None:
    assert desk.malformed(Post(legs=(leg(ADA, BOB, "1.00"),), transfer_id=given)) == "transfer_id"


# Postings of many legs


def test_a_conversion_is_one_fact(desk: Desk) -> None:
    receipt = desk.does(Post(legs=CONVERSION))
    assert desk.event_names == ["ledger.batch_applied"]
    assert [one.index for one in receipt.transfers] == [0, 1]
    assert [one.transfer.timestamp for one in receipt.transfers] == [
        receipt.time - 1,
        receipt.time,
    ]
    assert (desk.posted(ADA), desk.posted(ADA_USD)) == (50_00, 54_00)


def test_a_leg_sees_those_before_it(desk: Desk) -> None:
    legs = (leg(ADA, BOB, "100.00"), leg(BOB, ADA, "100.00"), leg(ADA, BOB, "100.00"))
    desk.does(Post(legs=legs))
    assert desk.posted(BOB) == 100_00


@pytest.mark.parametrize("place", [0, 1, 2])
def test_of_a_posting_nothing_is_left_when_one_leg_is_refused(desk: Desk, place: int) -> None:
    legs = list(CONVERSION)
    legs.insert(place, leg(BOB, ADA, "0.01"))
    assert desk.refuses(Post(legs=tuple(legs))) == ("exceeds_credits", {"leg": place})


def test_a_posting_has_one_leg_to_a_thousand(desk: Desk) -> None:
    assert desk.malformed(Post(legs=())) == "legs"
    legs = (leg(ADA, BOB, "0.01"),) * limits.LEGS_MAX
    assert desk.malformed(Post(legs=(*legs, legs[0]))) == "legs"
    assert len(desk.does(Post(legs=legs)).transfers) == limits.LEGS_MAX
    assert desk.posted(BOB) == 10_00


# Notes


def test_a_note_is_kept_beside_the_first_transfer(desk: Desk) -> None:
    note = Note(effective_date="2026-01-14", metadata={"a": "b"}, sealed={"text": bytes(16)})
    receipt = desk.does(Post(legs=CONVERSION, note=note))
    noted = TransferNoted(
        receipt.transfers[0].transfer.id.to_bytes(16, "little"),
        "2026-01-14",
        {"a": "b"},
        {"text": bytes(16)},
    )
    assert desk.events[1:] == (noted,)
    assert receipt.notes == (noted,)
    assert receipt.position == desk.entries[-1].last_position


@pytest.mark.parametrize(
    "note",
    [Note(effective_date=TODAY), Note(metadata={"a": ""}), Note(sealed={"text": bytes(16)})],
)
def test_whatever_is_noted_is_kept(desk: Desk, note: Note) -> None:
    assert len(desk.does(Post(legs=CONVERSION, note=note)).notes) == 1


def test_metadata_has_limits(desk: Desk) -> None:
    size = limits.METADATA_BYTES_MAX - 1
    desk.does(Post(legs=CONVERSION, note=Note(metadata={"k": "x" * size})))
    over = Note(metadata={"k": "x" * (size + 1)})
    assert desk.malformed(Post(legs=CONVERSION, note=over)) == "metadata"


@pytest.mark.parametrize("text", ["", "15.01.2026", "20260115", "2026-W03-4", "2026-02-30"])
def test_what_is_no_date_is_malformed(desk: Desk, text: str) -> None:
    assert desk.malformed(post(ADA, BOB, "1.00", effective_date=text)) == "effective_date"


def test_nothing_is_effective_before_it_is_booked_in_the_future(desk: Desk) -> None:
    desk.does(post(ADA, BOB, "1.00", effective_date=TODAY))
    tomorrow = post(ADA, BOB, "1.00", effective_date="2026-01-16")
    assert desk.refuses(tomorrow) == (
        "effective_date_in_the_future",
        {"effective_date": "2026-01-16"},
    )
    desk.now = START + DAY
    desk.does(tomorrow)


def test_a_closed_period_stays_as_it_was_reported(desk: Desk) -> None:
    desk.does(ClosePeriod(through="2025-12-31"))
    late = post(ADA, BOB, "1.00", effective_date="2025-12-31")
    assert desk.refuses(late) == (
        "period_closed",
        {"effective_date": "2025-12-31", "closed_through": "2025-12-31"},
    )
    desk.does(post(ADA, BOB, "1.00", effective_date="2026-01-01"))
    desk.paid(ADA, BOB, "1.00")


# Rehearsals


def test_a_rehearsal_tells_the_receipt_and_does_nothing(desk: Desk) -> None:
    told = desk.rehearses(Post(legs=CONVERSION))
    assert [one.transfer.amount for one in told.transfers] == [50_00, 54_00]
    refused = desk.rehearses(post(BOB, ADA, "1.00"))
    assert (refused.code, refused.facts) == ("exceeds_credits", {"leg": 0})
