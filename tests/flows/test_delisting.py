"""Delisting: only what nobody holds goes out of use, and then nothing new is done in it."""

import pytest

from tests.flows.desk import Desk, post
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfer
from tpwallet.domains.ledger.status import Status
from tpwallet.flows import accounts, bulk, transfers
from tpwallet.flows.administration import RegisterAsset
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.kernel.errors import Rejected

LEDGER = 50_000
BANK, ADA, BOB = "bank/OLD", "customer/ada/OLD", "customer/bob/OLD"
DELIST = DelistAsset(code="OLD")


@pytest.fixture
def desk() -> Desk:
    """Ada has 10.00 OLD, Bob nothing; NEW is there, and nobody holds it."""
    desk = Desk()
    desk.does(RegisterAsset(code="OLD", scale=2, ledger=LEDGER))
    desk.does(RegisterAsset(code="NEW", scale=3, ledger=LEDGER + 1))
    desk.opened(BANK, AccountKind.ASSET).opened(ADA).opened(BOB)
    desk.does(post(BANK, ADA, "10.00", asset="OLD"))
    return desk


@pytest.fixture
def delisted(desk: Desk) -> Desk:
    desk.does(post(ADA, BANK, "10.00", asset="OLD"))
    desk.does(DelistAsset(code="OLD", successor="NEW"))
    return desk


def test_asset_that_somebody_holds_is_not_delisted(desk: Desk) -> None:
    code, facts = desk.refuses(DELIST)
    assert code == "asset_in_use"
    assert facts == {
        "asset": "OLD",
        "accounts": 2,
        "account": f"#{desk.account(BANK).id}",
    }


def test_asset_that_is_only_reserved_is_not_delisted(desk: Desk) -> None:
    desk.does(post(ADA, BANK, "10.00", asset="OLD"))
    hold = transfers.Hold(leg=post(BANK, BOB, "1.00", asset="OLD").legs[0])
    held = str(desk.does(hold).transfers[0].transfer.id)
    assert desk.code(DELIST) == "asset_in_use"
    desk.does(transfers.VoidHold(pending_id=held))
    desk.does(DELIST)


def test_empty_accounts_and_frozen_ones_do_not_keep_an_asset_in_use(desk: Desk) -> None:
    desk.does(post(ADA, BANK, "10.00", asset="OLD"))
    desk.does(accounts.FreezeAccount(account=BOB))
    desk.does(DELIST)
    assert desk.event_names == ["ledger.asset_delisted"]


def test_delisting_twice_is_once(delisted: Desk) -> None:
    delisted.does(DelistAsset(code="OLD", successor="NEW"))
    assert delisted.event_names == ["kernel.unchanged"]
    assert delisted.code(DelistAsset(code="OLD")) == "asset_delisted"


def test_successor_is_another_asset_in_use(desk: Desk) -> None:
    assert desk.malformed(DelistAsset(code="OLD", successor="OLD")) == "successor"
    assert desk.code(DelistAsset(code="OLD", successor="NONE")) == "unknown_asset"
    desk.does(DelistAsset(code="NEW"))
    assert desk.code(DelistAsset(code="OLD", successor="NEW")) == "asset_delisted"


def test_nothing_friendly_is_done_in_a_delisted_asset(delisted: Desk) -> None:
    for command in (
        accounts.OpenAccount(address="x/OLD", asset="OLD", kind=AccountKind.LIABILITY),
        accounts.SetCreditLine(address=ADA, asset="OLD", limit="1.00"),
        accounts.FreezeAccount(account=ADA),
        accounts.CloseAccount(account=ADA),
        post(BANK, ADA, "1.00", asset="OLD"),
        transfers.Hold(leg=post(BANK, ADA, "1.00", asset="OLD").legs[0]),
    ):
        assert delisted.code(command) == "asset_delisted", command


def test_its_records_are_refused_one_by_one_and_their_imports_whole(delisted: Desk) -> None:
    fine = Account(id=1, ledger=978, code=1)
    both = pack_account(Account(id=2, ledger=LEDGER, code=1)) + pack_account(fine)
    bank, ada = delisted.account(BANK).id, delisted.account(ADA).id
    transfer = pack_transfer(
        Transfer(
            id=9, debit_account_id=bank, credit_account_id=ada, amount=1, ledger=LEDGER, code=1
        )
    )
    refused = [(0, Status.ASSET_DELISTED)]
    assert delisted.bulk(bulk.CreateAccounts(both)).refused() == refused
    assert delisted.account("#1").id == 1
    assert delisted.bulk(bulk.CreateTransfers(transfer)).refused() == refused
    told = delisted.rehearses(ImportTransfers(transfer))
    assert isinstance(told, ImportRefused)
    assert told.refused == refused


def test_a_retry_of_what_was_stored_before_is_answered_as_ever(delisted: Desk) -> None:
    bank = delisted.account(BANK)
    again = pack_account(Account(id=bank.id, ledger=LEDGER, code=bank.code, flags=bank.flags))
    assert delisted.bulk(bulk.CreateAccounts(again)).refused() == [(0, Status.EXISTS)]


def test_other_assets_go_on(delisted: Desk) -> None:
    delisted.opened("bank/NEW", AccountKind.ASSET).opened("customer/ada/NEW")
    delisted.does(post("bank/NEW", "customer/ada/NEW", "1.000", asset="NEW"))
    assert delisted.posted("customer/ada/NEW") == 1000


def test_refused_delisting_forgets_what_it_had_remembered(desk: Desk) -> None:
    """The numbers of delisted assets are remembered between batches; a rehearsal leaves none."""
    desk.does(post(ADA, BANK, "10.00", asset="OLD"))
    desk.rehearses(DELIST)
    desk.does(post(BANK, ADA, "10.00", asset="OLD"))
    with pytest.raises(Rejected):
        desk.does(DELIST)
