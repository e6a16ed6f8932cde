"""What administrators decide: grants of bulk, closed periods, assets, documents and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tpwallet
from tpwallet.domains.ledger.records import Transfer, pack_transfer
from tpwallet.domains.ledger.status import Status
from tpwallet.faces.embedded import Pool
from tpwallet.flows.administration import (
    ClosePeriod,
    EndBulkGrant,
    GrantBulk,
    PutDocument,
    RegisterAsset,
    RollBackDocument,
)
from tpwallet.kernel.command import Command
from tpwallet.kernel.documents import DocumentState
from tpwallet.kernel.errors import Malformed, Rejected

ADA, BOB = "customer/ada/EUR", "customer/bob/EUR"


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account("bank/EUR", asset="EUR", kind="asset")
        for address in (ADA, BOB):
            opened.open_account(address, asset="EUR", kind="liability")
        opened.transfer(debit="bank/EUR", credit=ADA, amount="10.00", asset="EUR")
        yield opened


def _run(pool: Pool, command: Command) -> None:
    pool._writer.run(command)


def _bulk(pool: Pool, number: int, debit: str, credit: str) -> list[tuple[int, Status]]:
    ids = [int(pool.balance(name).account_id) for name in (debit, credit)]
    record = Transfer(
        id=number, debit_account_id=ids[0], credit_account_id=ids[1], amount=1, ledger=978, code=1
    )
    return pool.create_transfers(pack_transfer(record)).refused()


def test_a_grant_opens_its_subtree_to_its_holder_until_it_ends(pool: Pool) -> None:
    assert _bulk(pool, 1, ADA, BOB) == [(0, Status.DEBIT_ACCOUNT_NOT_GRANTED)]
    _run(pool, GrantBulk(holder="owner", subtrees=("customer",)))
    assert _bulk(pool, 2, ADA, BOB) == []
    assert _bulk(pool, 3, "bank/EUR", BOB) == [(0, Status.DEBIT_ACCOUNT_NOT_GRANTED)]
    _run(pool, EndBulkGrant(bit=1))
    assert _bulk(pool, 4, ADA, BOB) == [(0, Status.DEBIT_ACCOUNT_NOT_GRANTED)]


def test_a_grant_covers_accounts_opened_later(pool: Pool) -> None:
    _run(pool, GrantBulk(holder="owner", subtrees=("customer",), assets=("EUR",)))
    pool.open_account("customer/cy/EUR", asset="EUR", kind="liability")
    assert _bulk(pool, 1, ADA, "customer/cy/EUR") == []


def test_a_grant_of_another_holder_or_asset_opens_nothing(pool: Pool) -> None:
    _run(pool, GrantBulk(holder="key:other", subtrees=("customer",)))
    _run(pool, GrantBulk(holder="owner", subtrees=("customer",), assets=("USD",)))
    assert _bulk(pool, 1, ADA, BOB) == [(0, Status.DEBIT_ACCOUNT_NOT_GRANTED)]


def test_a_grant_names_a_subtree(pool: Pool) -> None:
    with pytest.raises(Malformed):
        _run(pool, GrantBulk(holder="owner", subtrees=()))


def test_nothing_is_booked_into_a_closed_period(pool: Pool) -> None:
    _run(pool, ClosePeriod(through="2020-12-31"))
    with pytest.raises(Rejected) as refusal:
        pool.transfer(
            debit=ADA, credit=BOB, amount="1.00", asset="EUR", effective_date="2020-12-31"
        )
    assert refusal.value.code == "period_closed"
    pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR", effective_date="2021-01-01")


@pytest.mark.parametrize(
    ("through", "code"), [("2999-01-01", "period_not_over"), ("2020-12-30", "period_closed")]
)
def test_only_a_later_period_that_is_over_closes(pool: Pool, through: str, code: str) -> None:
    _run(pool, ClosePeriod(through="2020-12-31"))
    with pytest.raises(Rejected) as refusal:
        _run(pool, ClosePeriod(through=through))
    assert refusal.value.code == code


def test_a_custom_asset_is_used_like_any_other(pool: Pool) -> None:
    _run(pool, RegisterAsset(code="GOLD-BAR", scale=3, ledger=50_000))
    pool.open_account("vault/gold", asset="GOLD-BAR", kind="asset")
    pool.open_account("customer/ada/gold", asset="GOLD-BAR", kind="liability")
    pool.transfer(debit="vault/gold", credit="customer/ada/gold", amount="1.250", asset="GOLD-BAR")
    assert pool.balance("customer/ada/gold").posted == "1.250"
    with pytest.raises(Rejected) as refusal:
        _run(pool, RegisterAsset(code="GOLD-BAR", scale=2, ledger=50_001))
    assert refusal.value.code == "duplicate_asset"


def test_going_back_to_a_version_is_a_new_version(pool: Pool) -> None:
    for content in (b'{"fee_bps":10}', b'{"fee_bps":20}'):
        _run(pool, PutDocument(kind="fees", name="standard", schema=1, content=content))
    _run(pool, RollBackDocument(kind="fees", name="standard", version=1))
    history = pool._writer.read(lambda state: state.part(DocumentState).history("fees", "standard"))
    assert [document.content for document in history] == [
        b'{"fee_bps":10}',
        b'{"fee_bps":20}',
        b'{"fee_bps":10}',
    ]
    assert history[2].restores == 1


@pytest.mark.parametrize("content", [b"{", b'"\xff"'])
def test_a_document_is_json(pool: Pool, content: bytes) -> None:
    with pytest.raises(Malformed):
        _run(pool, PutDocument(kind="fees", name="standard", schema=1, content=content))
