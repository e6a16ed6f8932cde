"""Rescaling: exact or not at all, account by account, and once."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.desk import ROBOT, Desk, post
from tpwallet.domains.ledger.facts import CreditLine
from tpwallet.domains.ledger.flags import AccountFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.limits import RESCALED_ACCOUNTS_MAX
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, unpack_account
from tpwallet.domains.ledger.reserved import conversion_address
from tpwallet.domains.ledger.totals import totals
from tpwallet.flows import accounts, transfers
from tpwallet.flows.administration import GrantBulk, RegisterAsset
from tpwallet.flows.bulk import CreateAccounts
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.rescaling import RescaleAccounts, Rescaled
from tpwallet.kernel.errors import Rejected

OLD, NEW = 50_000, 50_001
BANK = "bank/OLD"


def desk_of(old_scale: int = 2, new_scale: int = 2) -> Desk:
    desk = Desk()
    desk.does(RegisterAsset(code="OLD", scale=old_scale, ledger=OLD))
    desk.does(RegisterAsset(code="NEW", scale=new_scale, ledger=NEW))
    return desk.opened(BANK, AccountKind.ASSET)


def command(ratio: str = "1/10", **fields: object) -> RescaleAccounts:
    fields = {"limit": RESCALED_ACCOUNTS_MAX, **fields}
    return RescaleAccounts(code="OLD", successor="NEW", ratio=ratio, **fields)  # type: ignore[arg-type]


def rescale(desk: Desk, ratio: str = "1/10", *, limit: int = RESCALED_ACCOUNTS_MAX) -> int:
    """Rescale everything; returns how many accounts were moved."""
    moved, cursor = 0, None
    while True:
        answer = desk.answer(command(ratio, after=cursor, limit=limit))
        if not isinstance(answer, Rescaled):
            raise answer
        moved, cursor = moved + answer.accounts, answer.cursor
        if cursor is None:
            return moved


def balances(desk: Desk, ledger: int) -> list[int]:
    """What the accounts of a ledger have, in order of opening, without the conversion accounts."""
    state = desk.ledger
    found = [unpack_account(row.tobytes()) for row in state.accounts[: state.account_count]]
    conversions = set()
    for code in ("OLD", "NEW"):
        conversions.add(state.row_of(desk_id(conversion_address(code))))
    return [
        one.credits_posted - one.debits_posted
        for row, one in enumerate(found)
        if one.ledger == ledger and row not in conversions
    ]


def desk_id(address: str) -> int:
    from tpwallet.domains.ledger.references import parse_account

    return parse_account(address, parameter="account")


# Laws

AMOUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=7)
SCALES = st.integers(0, 6)


@settings(max_examples=40, deadline=None)
@given(AMOUNTS, SCALES, SCALES, st.integers(1, 50), st.integers(1, 50), st.integers(1, 3))
def test_value_times_ratio_is_value_and_a_second_run_moves_nothing(
    amounts: list[int], old_scale: int, new_scale: int, above: int, below: int, limit: int
) -> None:
    desk = desk_of(old_scale, new_scale)
    factor = below * 10**old_scale  # so that every worth is whole
    for number, amount in enumerate(amounts):
        address = f"customer/{number}/OLD"
        desk.opened(address)
        minor = amount * factor
        whole, rest = divmod(minor, 10**old_scale)
        assert rest == 0
        desk.does(post(BANK, address, str(whole), asset="OLD"))
    before = balances(desk, OLD)
    ratio = Fraction(above, below)
    moved = rescale(desk, f"{above}/{below}", limit=limit)
    assert moved == sum(balance != 0 for balance in before)
    assert set(balances(desk, OLD)) == {0}
    worth = [Fraction(one, 10**old_scale) * ratio for one in before if one]
    assert [Fraction(one, 10**new_scale) for one in balances(desk, NEW)] == worth
    assert all(one.is_balanced for one in totals(desk.ledger))
    if moved:
        assert desk.posted(conversion_address("OLD")) == 0
    assert rescale(desk, f"{above}/{below}") == 0
    assert desk.event_names == ["kernel.unchanged"]
    desk.does(DelistAsset(code="OLD", successor="NEW"))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 20), st.integers(1, 20), SCALES, SCALES)
def test_what_is_not_exact_is_refused_with_its_remainder_and_moves_nothing(
    minor: int, above: int, below: int, old_scale: int, new_scale: int
) -> None:
    desk = desk_of(old_scale, new_scale).opened("customer/ada/OLD")
    whole = Fraction(minor, 10**old_scale)
    digits = f"{minor:0{old_scale + 1}d}"
    text = digits if old_scale == 0 else f"{digits[:-old_scale]}.{digits[-old_scale:]}"
    desk.does(post(BANK, "customer/ada/OLD", text, asset="OLD"))
    worth = whole * Fraction(above, below) * 10**new_scale
    if worth.denominator == 1:
        assert rescale(desk, f"{above}/{below}") == 2
        return
    code, facts = desk.refuses(command(f"{above}/{below}"))
    assert code == "rescale_not_exact"
    assert facts["account"] == BANK
    assert facts["balance"] == str(-minor)
    assert Fraction(str(facts["remainder"])) == -worth - (-worth // 1)


# The twin


def test_twin_is_what_its_account_was() -> None:
    desk = desk_of()
    opened = accounts.OpenAccount(
        address="customer/7/OLD/savings",
        asset="OLD",
        kind=AccountKind.LIABILITY,
        code=2007,
        guarded=False,
        metadata={"tier": "gold"},
        sealed={"name": bytes(16)},
    )
    desk.does(opened)
    desk.does(post(BANK, opened.address, "10.00", asset="OLD"))
    rescale(desk)
    old, twin = desk.account(opened.address), desk.account("customer/7/NEW/savings")
    assert (twin.ledger, twin.code, twin.flags) == (NEW, 2007, old.flags)
    assert (twin.credits_posted, twin.debits_posted) == (100, 0)
    name = next(
        one for one in desk.events if getattr(one, "address", "") == "customer/7/NEW/savings"
    )
    assert name.metadata == {"tier": "gold"}  # type: ignore[attr-defined]
    assert name.sealed == {"name": bytes(16)}  # type: ignore[attr-defined]
    assert not name.guarded  # type: ignore[attr-defined]


def test_address_without_the_code_gets_the_successor_appended() -> None:
    desk = desk_of()
    desk.does(accounts.OpenAccount(address="fees/card", asset="OLD", kind=AccountKind.INCOME))
    desk.does(post(BANK, "fees/card", "10.00", asset="OLD"))
    rescale(desk)
    assert desk.posted("fees/card/NEW") == 100


def test_account_without_an_address_has_a_twin_without_one() -> None:
    desk = desk_of()
    desk.raw_account(77, ledger=OLD)
    desk.does(GrantBulk(holder="owner", subtrees=("bank",)))
    bank = desk.account(BANK).id
    moved = Transfer(
        id=1, debit_account_id=bank, credit_account_id=77, amount=50, ledger=OLD, code=1
    )
    assert desk.sends([moved]).refused() == []
    rescale(desk)
    assert balances(desk, OLD) == [0, 0]
    assert sorted(balances(desk, NEW)) == [-5, 5]


def test_account_that_is_there_already_becomes_the_twin() -> None:
    desk = desk_of().opened("customer/ada/OLD").opened("customer/ada/NEW")
    desk.does(post(BANK, "customer/ada/OLD", "10.00", asset="OLD"))
    rescale(desk)
    assert desk.posted("customer/ada/NEW") == 100


def test_other_account_in_the_twins_place_is_refused_by_name() -> None:
    desk = desk_of().opened("customer/ada/OLD").opened("customer/ada/NEW", AccountKind.INCOME)
    desk.does(post(BANK, "customer/ada/OLD", "10.00", asset="OLD"))
    code, facts = desk.refuses(command())
    assert code == "exists_with_different_code"
    assert facts == {"account": "customer/ada/NEW"}


def filled(desk: Desk, *addresses: str) -> Desk:
    """With accounts in OLD that have 10.00 each."""
    for address in addresses:
        opened = accounts.OpenAccount(address=address, asset="OLD", kind=AccountKind.LIABILITY)
        desk.does(opened)
        desk.does(post(BANK, address, "10.00", asset="OLD"))
    return desk


@pytest.mark.parametrize("limit", [2, 3])
def test_two_accounts_never_become_one(limit: int) -> None:
    """The bank and one customer are moved, then the other; or all three at once."""
    desk = filled(desk_of(), "customer/1", "customer/1/OLD")
    first = desk.answer(command(limit=limit))
    if limit == 2:
        assert isinstance(first, Rescaled)
        code, facts = desk.refuses(command(after=first.cursor))
        assert desk.posted("customer/1/NEW") == 100
    else:
        assert isinstance(first, Rejected)
        code, facts = desk.refuses(command())
    assert code == "rescale_twin_taken"
    assert facts == {"account": "customer/1/OLD", "twin": "customer/1/NEW"}
    assert desk.posted("customer/1/OLD") == 1000


def test_own_twin_takes_what_came_later() -> None:
    desk = filled(desk_of(), "customer/1/OLD")
    rescale(desk)
    desk.does(post(BANK, "customer/1/OLD", "10.00", asset="OLD"))
    assert rescale(desk) == 2
    assert desk.posted("customer/1/NEW") == 200


def test_account_of_a_raw_batch_is_nobodys_twin() -> None:
    desk = filled(desk_of(), "customer/1/OLD")
    flags = desk.account("customer/1/OLD").flags
    squat(desk, "customer/1/NEW", flags=flags, code=2000)
    code, facts = desk.refuses(command())
    assert code == "rescale_twin_taken"
    assert facts == {"account": "customer/1/OLD", "twin": "customer/1/NEW"}


def test_money_does_not_leave_its_guard() -> None:
    desk = filled(desk_of(), "customer/1/OLD").opened("customer/1/NEW", guarded=False)
    assert desk.code(command()) == "rescale_twin_taken"


def test_conversion_account_of_a_raw_batch_is_refused() -> None:
    desk = filled(desk_of(), "customer/1/OLD")
    squat(desk, "conversion/rescaling/NEW", flags=AccountFlags.HISTORY, code=9000)
    assert desk.code(command()) == "account_exists_unnamed"


def squat(desk: Desk, address: str, *, flags: int, code: int) -> None:
    """A raw batch opens an account in NEW in an address's place."""
    account = Account(id=desk_id(address), ledger=NEW, code=code, flags=flags)
    assert desk.bulk(CreateAccounts(pack_account(account)), actor=ROBOT).refused() == []


def test_twins_need_room_in_the_chart() -> None:
    """Three nodes for the accounts, and three for the conversion accounts and a twin."""
    desk = filled(desk_of(), "a/1/OLD")
    desk.does(accounts.OpenAccount(address="a/b", asset="OLD", kind=AccountKind.LIABILITY))
    chart = desk.ledger.chart
    chart.parents = chart.parents[: chart.count + 1]
    assert desk.refuses(command()) == ("too_many_addresses", {"limit": chart.count + 1})


def test_conversion_accounts_are_reached_by_rescaling_alone() -> None:
    desk = filled(desk_of(), "customer/1/OLD")
    rescale(desk)
    address = conversion_address("NEW")
    assert desk.posted(address) == -100 + desk.posted("bank/NEW") * -1
    assert desk.code(post(address, "customer/1/NEW", "1.00", asset="NEW")) == (
        "debit_account_not_granted"
    )
    assert desk.code(post("customer/1/NEW", address, "1.00", asset="NEW")) == (
        "credit_account_not_granted"
    )


def test_line_is_added_to_the_one_the_twin_has() -> None:
    desk = filled(desk_of(), "customer/1/OLD").opened("customer/1/NEW")
    for asset in ("OLD", "NEW"):
        line = accounts.SetCreditLine(address=f"customer/1/{asset}", asset=asset, limit="5.00")
        desk.does(line)
    rescale(desk)
    twin = desk.facts.credit_lines.get(desk_id("customer/1/NEW").to_bytes(16, "little"))
    assert twin is not None
    assert twin.limit_minor == "550"
    assert desk.posted("customer/1/NEW/credit-line") == -550


def test_credit_line_goes_with_its_account_even_when_it_is_all_drawn() -> None:
    desk = desk_of().opened("customer/ada/OLD").opened("customer/bob/OLD")
    desk.does(accounts.SetCreditLine(address="customer/ada/OLD", asset="OLD", limit="30.00"))
    desk.does(post("customer/ada/OLD", "customer/bob/OLD", "30.00", asset="OLD"))
    assert desk.posted("customer/ada/OLD") == 0
    rescale(desk, limit=1)
    lines = {account: line.limit_minor for account, line in desk.facts.credit_lines}
    twin = desk.account("customer/ada/NEW").id.to_bytes(16, "little")
    assert sorted(lines.values()) == ["0", "300"]
    assert desk.facts.credit_lines.get(twin) == CreditLine(
        desk.account("customer/ada/NEW/credit-line").id.to_bytes(16, "little"), "300"
    )
    assert desk.posted("customer/ada/NEW/credit-line") == -300
    desk.does(DelistAsset(code="OLD", successor="NEW"))
    desk.does(post("customer/bob/NEW", "customer/ada/NEW", "3.00", asset="NEW"))
    desk.does(accounts.SetCreditLine(address="customer/ada/NEW", asset="NEW", limit="0.00"))
    assert desk.posted("customer/ada/NEW/credit-line") == 0


# What is refused


def test_reservations_must_end_first() -> None:
    desk = desk_of().opened("customer/ada/OLD")
    hold = transfers.Hold(leg=post(BANK, "customer/ada/OLD", "1.00", asset="OLD").legs[0])
    desk.does(hold)
    assert desk.refuses(command()) == ("account_has_reservations", {"account": BANK})


def test_frozen_account_with_a_balance_is_reopened_first() -> None:
    desk = desk_of().opened("customer/ada/OLD")
    desk.does(post(BANK, "customer/ada/OLD", "10.00", asset="OLD"))
    desk.does(accounts.FreezeAccount(account="customer/ada/OLD"))
    code, facts = desk.refuses(command())
    assert (code, facts) == ("account_already_closed", {"account": "customer/ada/OLD"})


def test_worth_past_the_ledgers_width_is_refused() -> None:
    desk = desk_of().opened("customer/ada/OLD")
    desk.does(post(BANK, "customer/ada/OLD", "10.00", asset="OLD"))
    assert desk.code(command(str(10**38))) == "amount_out_of_range"


@pytest.mark.parametrize("ratio", ["", "0", "1/0", "-1", "1.5", "01", "1/2/3", " 1", "9" * 81, "٣"])
def test_only_an_exact_ratio_above_zero_is_taken(ratio: str) -> None:
    assert desk_of().malformed(command(ratio)) == "ratio"


@pytest.mark.parametrize("limit", [0, RESCALED_ACCOUNTS_MAX + 1, 2**63 - 1])
def test_limit_past_its_limit_is_refused(limit: int) -> None:
    assert desk_of().malformed(command(limit=limit)) == "limit"


def test_cursor_names_an_account() -> None:
    assert desk_of().code(command(after="12345")) == "account_not_found"
    assert desk_of().malformed(command(after="customer")) == "after"


def test_as_many_accounts_as_allowed_are_moved_at_once() -> None:
    desk = desk_of()
    for number in range(RESCALED_ACCOUNTS_MAX + 1):
        desk.opened(f"customer/{number}/OLD")
        desk.does(post(BANK, f"customer/{number}/OLD", "1.00", asset="OLD"))
    answer = desk.answer(command("1"))
    assert (answer.accounts, answer.cursor is None) == (RESCALED_ACCOUNTS_MAX, False)
    assert desk.answer(command("1", after=answer.cursor)).accounts == 2
    flags = AccountFlags(desk.account("customer/1/NEW").flags)
    assert AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS in flags


def test_repeated_command_gives_the_first_answer() -> None:
    desk = desk_of().opened("customer/ada/OLD")
    desk.does(post(BANK, "customer/ada/OLD", "10.00", asset="OLD"))
    first = desk.answer(command(limit=1), command_id="once")
    assert isinstance(first, Rescaled)
    assert desk.answer(command(limit=1), command_id="once") == first
    assert desk.account("customer/ada/OLD").credits_posted == 1000
