"""The hub's own accounts: nobody opens, shuts or moves one but the flows that own it."""

import pytest

from tests.flows.desk import CLERK, ROBOT, Desk, leg, post
from tpwallet.domains.ledger.access import SYSTEM_ACCESS
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import AccountNamed
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import Transfer, pack_transfers
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.accounts import (
    CloseAccount,
    FreezeAccount,
    OpenAccount,
    ReopenAccount,
    SetCreditLine,
)
from tpwallet.flows.administration import EndBulkGrant, GrantBulk
from tpwallet.flows.imports import ImportTransfers
from tpwallet.flows.transfers import Hold, VoidHold
from tpwallet.kernel.command import Command

ADA, BOB, BANK = "customer/ada/EUR", "customer/bob/EUR", "bank/EUR"
LINE, CONTROL = f"{ADA}/credit-line", "control/closing/EUR"
RESERVED = (
    *("credit-line", LINE, "customer/credit-line"),
    *("control", CONTROL, "control/x/y/z"),
    *("conversion/rescaling", "conversion/rescaling/EUR", "conversion/rescaling/x/y"),
)


def desk_of() -> Desk:
    """Ada has 100.00 and a line of 50.00; Bob is frozen, so both sorts of account are there."""
    desk = Desk().opened(BANK, AccountKind.ASSET).opened(ADA).opened(BOB)
    desk.paid(BANK, ADA, "100.00")
    desk.does(SetCreditLine(address=ADA, asset="EUR", limit="50.00"))
    desk.does(FreezeAccount(account=BOB))
    return desk


def raw(debit: str, credit: str, number: int = 1, **fields: int) -> Transfer:
    return Transfer(
        id=number,
        debit_account_id=account_id_of(debit),
        credit_account_id=account_id_of(credit),
        amount=fields.pop("amount", 5),
        ledger=978,
        code=1,
        **fields,
    )


# Reaching them


@pytest.mark.parametrize("account", [LINE, CONTROL])
def test_no_plain_flow_moves_a_system_account(account: str) -> None:
    desk = desk_of()
    assert desk.code(post(account, ADA, "1.00")) == "debit_account_not_granted"
    assert desk.code(post(ADA, account, "1.00")) == "credit_account_not_granted"
    assert desk.code(Hold(leg=leg(account, ADA, "1.00")), actor=CLERK) == (
        "debit_account_not_granted"
    )
    assert desk.code(Hold(leg=leg(ADA, account, "1.00"))) == "credit_account_not_granted"


@pytest.mark.parametrize("account", [LINE, CONTROL])
@pytest.mark.parametrize("subtree", ["customer", ADA, LINE, "control", CONTROL])
@pytest.mark.parametrize("is_granted_first", [True, False])
def test_no_grant_reaches_a_system_account(
    account: str, subtree: str, is_granted_first: bool
) -> None:
    """Neither one of before the account was opened nor one of after, nor what one leaves behind."""
    desk = Desk().opened(BANK, AccountKind.ASSET).opened(ADA).opened(BOB)
    grants: list[Command] = [
        GrantBulk(holder=ROBOT.name, subtrees=paths)
        for paths in ((subtree,), ("customer", "control"))
    ]
    opens: list[Command] = [
        SetCreditLine(address=ADA, asset="EUR", limit="50.00"),
        FreezeAccount(account=BOB),
    ]
    for command in grants + opens if is_granted_first else opens + grants:
        desk.does(command)
    for ends in (False, True):
        if ends:
            desk.does(EndBulkGrant(bit=1))
        assert desk.sends([raw(account, ADA, 1), raw(ADA, account, 2)], actor=ROBOT).refused() == [
            (0, Status.DEBIT_ACCOUNT_NOT_GRANTED),
            (1, Status.CREDIT_ACCOUNT_NOT_GRANTED),
        ]
        row = desk.ledger.row_of(account_id_of(account))
        assert row is not None
        assert int(desk.ledger.access[row]) == SYSTEM_ACCESS


def test_no_import_reaches_a_system_account_not_even_an_administrator_s() -> None:
    desk = desk_of()
    code, facts = desk.refuses(ImportTransfers(pack_transfers([raw(LINE, ADA)])))
    assert (code, facts["first_status"]) == ("import_refused", "debit_account_not_granted")


def test_the_holder_of_a_grant_cannot_lend_itself() -> None:
    """As was found: a grant of one merchant, a line of 100, and a million spent."""
    desk = Desk().opened(ADA).opened("merchant/EUR", guarded=False)
    desk.does(GrantBulk(holder=ROBOT.name, subtrees=(ADA,)))
    desk.does(SetCreditLine(address=ADA, asset="EUR", limit="100.00"))
    rows = [raw(LINE, ADA, 1, amount=10**8), raw(ADA, "merchant/EUR", 2, amount=10**8)]
    assert desk.sends(rows, actor=ROBOT).refused() == [
        (0, Status.DEBIT_ACCOUNT_NOT_GRANTED),
        (1, Status.EXCEEDS_CREDITS),
    ]


def test_the_flows_that_own_them_go_on() -> None:
    desk = desk_of()
    desk.does(SetCreditLine(address=ADA, asset="EUR", limit="10.00"))
    assert desk.posted(LINE) == -10_00
    desk.does(ReopenAccount(account=BOB))
    desk.paid(ADA, BOB, "110.00")
    desk.does(CloseAccount(account=ADA))
    desk.does(ReopenAccount(account=ADA))


# Opening and shutting them


@pytest.mark.parametrize("address", RESERVED)
@pytest.mark.parametrize("kind", [AccountKind.ASSET, AccountKind.CLEARING])
def test_reserved_address_is_not_opened(address: str, kind: AccountKind) -> None:
    desk = Desk()
    command = OpenAccount(address=address, asset="EUR", kind=kind)
    assert desk.refuses(command) == (
        "address_reserved",
        {"account": address, "parameter": "address"},
    )
    assert desk.ledger.account_count == 0


@pytest.mark.parametrize(
    "address",
    ["credit-line/EUR", "a/credit-lines", "controls/EUR", "a/control", "conversion/EUR"],
)
def test_what_only_looks_reserved_is_opened(address: str) -> None:
    Desk().does(OpenAccount(address=address, asset="EUR", kind=AccountKind.CLEARING))


def test_nobody_makes_freezing_impossible_by_opening_its_control_account() -> None:
    desk = Desk().opened(ADA)
    command = OpenAccount(
        address=CONTROL, asset="EUR", kind=AccountKind.CLEARING, metadata={"note": "x"}
    )
    assert desk.code(command, actor=CLERK) == "address_reserved"
    desk.does(FreezeAccount(account=ADA))


@pytest.mark.parametrize("account", [LINE, CONTROL])
@pytest.mark.parametrize("command", [FreezeAccount, CloseAccount])
def test_a_system_account_is_not_shut(
    account: str, command: type[FreezeAccount | CloseAccount]
) -> None:
    desk = desk_of()
    for reference in (account, f"#{account_id_of(account)}"):
        assert desk.refuses(command(account=reference)) == (
            "address_reserved",
            {"account": reference, "parameter": "account"},
        )


def test_a_line_account_has_no_line_of_its_own() -> None:
    desk = desk_of()
    assert desk.code(SetCreditLine(address=LINE, asset="EUR", limit="5.00")) == "address_reserved"


def test_an_account_of_before_addresses_were_reserved_becomes_the_hub_s() -> None:
    """The access word follows from the recorded address, so a replay mends an older pool too."""
    desk = Desk().opened("customer/EUR")
    row = desk.ledger.row_of(account_id_of("customer/EUR"))
    assert row is not None
    named = AccountNamed(account_id_of("customer/EUR").to_bytes(16, "little"), LINE, False)
    desk.ledger.apply(named, 2)
    assert int(desk.ledger.access[row]) == SYSTEM_ACCESS


# Closing reservations of raw batches

CLOSING = TransferFlags.PENDING | TransferFlags.CLOSING_DEBIT


def test_a_closing_reservation_of_a_raw_batch_is_voided_by_hand_and_a_freeze_follows() -> None:
    desk = Desk().opened(ADA, guarded=False)
    desk.raw_account(5)
    row = Transfer(
        id=9001,
        debit_account_id=account_id_of(ADA),
        credit_account_id=5,
        ledger=978,
        code=1,
        flags=CLOSING,
    )
    assert desk.sends([row], actor=ROBOT).refused() == []
    assert desk.code(FreezeAccount(account=ADA)) == "account_already_closed"
    assert desk.code(ReopenAccount(account=ADA)) == "account_not_closed"
    desk.does(VoidHold(pending_id="9001"), actor=CLERK)
    assert not desk.account(ADA).flags & AccountFlags.CLOSED
    desk.does(FreezeAccount(account=ADA))
    assert desk.code(VoidHold(pending_id="9001")) == "pending_transfer_already_voided"


def test_a_raw_reservation_that_closes_the_other_side_is_voided_by_hand() -> None:
    """The account it is taken from may be frozen besides; that freeze stays."""
    desk = Desk().opened(ADA, guarded=False)
    desk.raw_account(5)
    row = Transfer(
        id=9001,
        debit_account_id=5,
        credit_account_id=account_id_of(ADA),
        ledger=978,
        code=1,
        flags=TransferFlags.PENDING | TransferFlags.CLOSING_CREDIT,
    )
    assert desk.sends([row], actor=ROBOT).refused() == []
    desk.does(FreezeAccount(account="#5"))
    desk.does(VoidHold(pending_id="9001"))
    assert not desk.account(ADA).flags & AccountFlags.CLOSED
    assert desk.account("#5").flags & AccountFlags.CLOSED
