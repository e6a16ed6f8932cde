"""Accounts by friendly calls: open, freeze, close, reopen, lend, and each rule's refusal."""

from typing import Any

import pytest

from tests.flows.desk import ROBOT, Desk, post
from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import AccountNamed, AssetDelisted
from tpwallet.domains.ledger.flags import AccountFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import Account, Transfer, pack_account
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.accounts import (
    CloseAccount,
    FreezeAccount,
    OpenAccount,
    ReopenAccount,
    SetCreditLine,
)
from tpwallet.flows.bulk import CreateAccounts
from tpwallet.flows.transfers import PostHold, VoidHold
from tpwallet.kernel.access import LEDGER_READ, Actor
from tpwallet.kernel.errors import Forbidden

ADA, BOB, BANK = "customer/ada/EUR", "customer/bob/EUR", "bank/EUR"


@pytest.fixture
def desk() -> Desk:
    """Ada has 100.00 from the bank; Bob has an account."""
    desk = Desk().opened(BANK, AccountKind.ASSET).opened(ADA).opened(BOB)
    desk.paid(BANK, ADA, "100.00")
    return desk


def opening(address: str = "fees/EUR", **fields: Any) -> OpenAccount:
    return OpenAccount(address=address, **{"asset": "EUR", "kind": AccountKind.INCOME, **fields})


# Opening


@pytest.mark.parametrize(
    ("kind", "code", "limit"),
    [
        (AccountKind.ASSET, 1000, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS),
        (AccountKind.LIABILITY, 2000, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS),
        (AccountKind.EQUITY, 3000, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS),
        (AccountKind.INCOME, 4000, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS),
        (AccountKind.EXPENSE, 5000, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS),
        (AccountKind.CLEARING, 9000, AccountFlags.NONE),
    ],
)
def test_an_account_gets_its_kind_s_code_and_limit(
    kind: AccountKind, code: int, limit: AccountFlags
) -> None:
    desk = Desk().opened("a/EUR", kind)
    account = desk.account("a/EUR")
    assert (account.ledger, account.code) == (978, code)
    assert account.flags == AccountFlags.HISTORY | limit


def test_an_account_may_have_any_code_of_its_kind_and_no_limit() -> None:
    desk = Desk()
    desk.does(opening(code=4999, allow_opposite_balance=True))
    assert desk.account("fees/EUR").code == 4999
    assert desk.account("fees/EUR").flags == AccountFlags.HISTORY


@pytest.mark.parametrize("code", [0, 3999, 5000])
def test_a_code_of_another_kind_is_malformed(code: int) -> None:
    assert Desk().malformed(opening(code=code)) == "code"


def test_an_opening_says_what_is_known_of_the_account() -> None:
    desk = Desk()
    desk.does(opening(metadata={"iban": "none"}, sealed={"name": bytes(16)}, guarded=False))
    assert desk.event_names == ["ledger.accounts_created", "ledger.account_named"]
    named = desk.events[1]
    assert named == AccountNamed(
        account_id_of("fees/EUR").to_bytes(16, "little"),
        "fees/EUR",
        False,
        {"iban": "none"},
        {"name": bytes(16)},
    )


def test_an_account_is_opened_while_the_chart_has_room_for_what_is_above_it() -> None:
    desk = Desk().opened("a/b/EUR")
    chart = desk.ledger.chart
    chart.parents = chart.parents[: chart.count + 1]
    limit = {"limit": len(chart.parents)}
    assert desk.refuses(opening("c/d/EUR")) == ("too_many_addresses", limit)
    assert desk.refuses(FreezeAccount(account="a/b/EUR")) == ("too_many_addresses", limit)
    for address in ("a/b/x", "c/EUR", "c", "a/b"):
        desk.does(opening(address))
    assert desk.refuses(opening("d/EUR")) == ("too_many_addresses", limit)
    assert desk.code(line("1.00", "a/b/EUR")) == "too_many_addresses"
    desk.does(opening("c/EUR"))


def test_opening_the_same_account_again_changes_nothing(desk: Desk) -> None:
    desk.does(opening())
    before = desk.hashes()
    desk.does(opening())
    assert desk.event_names == ["kernel.unchanged"]
    assert desk.hashes() == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"allow_opposite_balance": True}, "exists_with_different_flags"),
        ({"asset": "USD"}, "exists_with_different_ledger"),
        ({"code": 4001}, "exists_with_different_code"),
        ({"guarded": False}, "exists_with_different_guard"),
        ({"metadata": {"tier": "gold"}}, "exists_with_different_metadata"),
        ({"sealed": {"name": bytes(16)}}, "exists_with_different_sealed"),
    ],
)
def test_opening_it_otherwise_is_refused(desk: Desk, fields: dict[str, Any], code: str) -> None:
    desk.does(opening())
    assert desk.code(opening(**fields)) == code


def squat(desk: Desk, address: str, code: int, limit: AccountFlags = AccountFlags.NONE) -> None:
    """A raw batch opens just the account a friendly call would open at an address."""
    account = Account(
        id=account_id_of(address), ledger=978, code=code, flags=AccountFlags.HISTORY | limit
    )
    assert desk.bulk(CreateAccounts(pack_account(account)), actor=ROBOT).refused() == []


def test_an_address_a_raw_batch_has_taken_is_not_opened() -> None:
    desk = Desk()
    squat(desk, "fees/EUR", 4000, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
    assert desk.refuses(opening()) == ("account_exists_unnamed", {"account": "fees/EUR"})


def test_an_account_is_not_frozen_against_a_control_account_of_a_raw_batch(desk: Desk) -> None:
    squat(desk, "control/closing/EUR", 9000)
    assert desk.code(FreezeAccount(account=ADA)) == "account_exists_unnamed"


def test_an_account_is_opened_in_an_asset_the_pool_knows(desk: Desk) -> None:
    assert desk.refuses(opening(asset="XYZ")) == ("unknown_asset", {"parameter": "asset"})
    desk.replica.state.apply(AssetDelisted("USD", "EUR"), desk.replica.state.position)
    desk.replica.state.settle()
    assert desk.code(opening(asset="USD")) == "asset_delisted"


def test_an_opening_needs_an_address_and_little_metadata() -> None:
    desk = Desk()
    assert desk.malformed(opening("/fees")) == "address"
    entries = {f"k{number}": "" for number in range(limits.METADATA_ENTRIES_MAX)}
    assert desk.malformed(opening(metadata={**entries, "more": ""})) == "metadata"
    desk.does(opening(metadata=entries))


# Freezing, closing and reopening


def test_a_frozen_account_keeps_its_money_and_moves_none_of_it(desk: Desk) -> None:
    held = desk.held(ADA, BOB, "10.00")
    desk.does(FreezeAccount(account=ADA))
    assert desk.account(ADA).flags & AccountFlags.CLOSED
    assert desk.code(post(ADA, BOB, "1.00")) == "debit_account_already_closed"
    assert desk.code(post(BANK, ADA, "1.00")) == "credit_account_already_closed"
    assert desk.code(PostHold(pending_id=held)) == "debit_account_already_closed"
    assert desk.posted(ADA) == 100_00
    desk.does(VoidHold(pending_id=held))
    assert desk.pending(ADA) == (0, 0)


def test_the_first_freeze_of_an_asset_opens_its_control_account(desk: Desk) -> None:
    desk.does(FreezeAccount(account=ADA))
    assert desk.event_names == [
        "ledger.accounts_created",
        "ledger.account_named",
        "ledger.batch_applied",
        "ledger.account_closed",
    ]
    desk.does(FreezeAccount(account=BOB))
    assert desk.event_names == ["ledger.batch_applied", "ledger.account_closed"]
    control = desk.account("control/closing/EUR")
    assert (control.code, control.flags) == (9000, AccountFlags.HISTORY)


def test_a_reopened_account_moves_money_again_and_may_be_frozen_again(desk: Desk) -> None:
    for _ in range(2):
        desk.does(FreezeAccount(account=ADA))
        desk.does(ReopenAccount(account=ADA))
        assert desk.event_names == ["ledger.batch_applied", "ledger.account_reopened"]
        desk.paid(ADA, BOB, "1.00")
    assert desk.posted(BOB) == 2_00


def test_an_empty_account_closes(desk: Desk) -> None:
    desk.paid(ADA, BOB, "100.00")
    desk.does(CloseAccount(account=ADA))
    assert desk.code(post(BANK, ADA, "1.00")) == "credit_account_already_closed"
    desk.does(ReopenAccount(account=ADA))
    desk.paid(BOB, ADA, "100.00")


def test_only_an_account_without_money_and_reservations_closes(desk: Desk) -> None:
    assert desk.code(CloseAccount(account=ADA)) == "account_not_empty"
    desk.held(ADA, BOB, "100.00")
    assert desk.code(CloseAccount(account=BOB)) == "account_has_reservations"  # incoming
    desk.paid(BANK, BOB, "5.00")
    desk.held(BOB, BANK, "5.00")
    assert desk.code(CloseAccount(account=BANK)) == "account_has_reservations"
    assert desk.code(CloseAccount(account=ADA)) == "account_has_reservations"  # outgoing


@pytest.mark.parametrize("command", [FreezeAccount, CloseAccount, ReopenAccount])
def test_an_account_has_to_be_there(
    desk: Desk, command: type[FreezeAccount | CloseAccount | ReopenAccount]
) -> None:
    assert desk.refuses(command(account="nobody")) == (
        "account_not_found",
        {"account": "nobody"},
    )
    assert desk.code(command(account="#77")) == "account_not_found"
    assert desk.malformed(command(account="#0")) == "account"
    assert desk.malformed(command(account="no body")) == "account"


def test_an_account_closes_once_and_reopens_once(desk: Desk) -> None:
    assert desk.code(ReopenAccount(account=ADA)) == "account_not_closed"
    desk.does(FreezeAccount(account=ADA))
    assert desk.code(FreezeAccount(account=ADA)) == "account_already_closed"
    desk.does(ReopenAccount(account=ADA))
    assert desk.code(ReopenAccount(account=ADA)) == "account_not_closed"


def test_a_closed_account_is_not_closed_twice(desk: Desk) -> None:
    desk.does(CloseAccount(account=BOB))
    assert desk.code(CloseAccount(account=BOB)) == "account_already_closed"
    assert desk.code(FreezeAccount(account=BOB)) == "account_already_closed"


def test_an_account_on_a_ledger_that_is_no_asset_s_is_not_frozen(desk: Desk) -> None:
    """Raw accounts may lie on any ledger; closing needs the asset's control account."""
    desk.raw_account(5, ledger=77)
    assert desk.refuses(FreezeAccount(account="#5")) == ("unknown_asset", {"ledger": 77})
    assert desk.code(CloseAccount(account="#5")) == "unknown_asset"


def test_a_freeze_is_not_undone_by_voiding_its_reservation(desk: Desk) -> None:
    desk.does(FreezeAccount(account=ADA))
    closing = desk.facts.closings.get(account_id_of(ADA).to_bytes(16, "little"))
    assert closing is not None
    pending = str(int.from_bytes(closing.transfer_id, "little"))
    assert desk.code(VoidHold(pending_id=pending)) == "closing_reservation"
    assert desk.code(PostHold(pending_id=pending)) == "credit_account_not_granted"


# Credit lines


def line(limit: str, address: str = ADA, asset: str = "EUR") -> SetCreditLine:
    return SetCreditLine(address=address, asset=asset, limit=limit)


def test_a_credit_line_lets_an_account_be_overdrawn_up_to_its_limit(desk: Desk) -> None:
    desk.does(line("50.00"))
    assert desk.event_names[-1] == "ledger.credit_line_set"
    desk.paid(ADA, BOB, "150.00")
    assert desk.code(post(ADA, BOB, "0.01")) == "exceeds_credits"


def test_a_credit_line_is_raised_lowered_and_ended(desk: Desk) -> None:
    for limit, lent in (("50.00", 50_00), ("80.00", 80_00), ("20.00", 20_00), ("0.00", 0)):
        desk.does(line(limit))
        assert desk.posted(f"{ADA}/credit-line") == -lent
        assert desk.posted(ADA) == 100_00 + lent


def test_the_same_limit_again_changes_nothing(desk: Desk) -> None:
    desk.does(line("50.00"))
    desk.does(line("50.00"))
    assert desk.event_names == ["kernel.unchanged"]


def test_what_is_drawn_cannot_be_called_in(desk: Desk) -> None:
    desk.does(line("50.00"))
    desk.paid(ADA, BOB, "130.00")
    assert desk.code(line("29.99")) == "exceeds_credits"
    desk.does(line("30.00"))


def test_a_credit_line_belongs_to_an_account_of_its_asset(desk: Desk) -> None:
    assert desk.code(line("1.00", "nobody/EUR")) == "account_not_found"
    assert desk.code(line("1.00", asset="USD")) == "accounts_must_have_the_same_ledger"
    assert desk.code(line("1.00", asset="XYZ")) == "unknown_asset"
    assert desk.malformed(line("1.001")) == "limit"
    assert desk.malformed(line("-1.00")) == "limit"


def test_a_line_account_that_a_raw_batch_opened_otherwise_is_refused(desk: Desk) -> None:
    squat(desk, f"{ADA}/credit-line", 1000)
    assert desk.code(line("1.00")) == "exists_with_different_flags"


def test_a_line_account_of_a_raw_batch_is_not_lent_from(desk: Desk) -> None:
    squat(desk, f"{ADA}/credit-line", 1000, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)
    assert desk.code(line("1.00")) == "account_exists_unnamed"


def test_an_account_of_a_raw_batch_has_no_line_though_it_took_an_address(desk: Desk) -> None:
    """Rescaling could not give it a twin with a line of its own."""
    squat(desk, "fees/EUR", 4000, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
    assert desk.refuses(line("1.00", "fees/EUR")) == (
        "account_exists_unnamed",
        {"account": "fees/EUR"},
    )


# Who may


def test_only_who_may_write_opens_accounts() -> None:
    desk = Desk()
    reader = Actor("key:reader", frozenset({LEDGER_READ}))
    assert isinstance(desk.answer(opening(), actor=reader), Forbidden)
    assert desk.entries == []


def test_an_open_account_is_moved_by_raw_batches_and_a_guarded_one_is_not(desk: Desk) -> None:
    desk.opened("desk/EUR", guarded=False)
    desk.opened("mint/EUR", AccountKind.CLEARING, guarded=False)
    rows = [
        Transfer(
            id=number,
            debit_account_id=account_id_of("mint/EUR"),
            credit_account_id=account_id_of(credit),
            amount=5,
            ledger=978,
            code=1,
        )
        for number, credit in enumerate(("desk/EUR", BOB), start=1)
    ]
    assert desk.sends(rows).refused() == [(1, Status.CREDIT_ACCOUNT_NOT_GRANTED)]
    assert desk.posted("desk/EUR") == 5
