"""Rescaling a whole asset: tried first, then moved, then delisted; again nothing happens."""

from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.embedded import Pool
from tpwallet.faces.operations.progress import Stage
from tpwallet.faces.operations.rescaling import RescaledAsset, rescale_asset
from tpwallet.faces.operations.verifying import verify_pool
from tpwallet.flows.administration import RegisterAsset
from tpwallet.flows.rescaling import RescaleAccounts
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import Rejected

COMMAND = RescaleAccounts(code="OLD", successor="NEW", ratio="1/10", limit=2)
CUSTOMERS = 5


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "pool"
    with tpwallet.open(path) as pool:
        for number, code in enumerate(("OLD", "NEW")):
            pool._writer.run(RegisterAsset(code=code, scale=1, ledger=50_000 + number))
        pool.open_account("bank/OLD", asset="OLD", kind="asset")
        for number in range(CUSTOMERS):
            _pay(pool, f"customer/{number}/OLD", "20.0")
    return path


def _pay(pool: Pool, address: str, amount: str) -> None:
    pool.open_account(address, asset="OLD", kind="liability")
    pool.transfer(debit="bank/OLD", credit=address, amount=amount, asset="OLD")


def rescaled(path: Path, *, is_rehearsal: bool = False) -> RescaledAsset:
    return rescale_asset(PoolDirectory(path), COMMAND, is_rehearsal=is_rehearsal)


def test_asset_is_rescaled_and_delisted_and_again_nothing_happens(path: Path) -> None:
    told: list[tuple[Stage, int, int]] = []
    found = rescale_asset(PoolDirectory(path), COMMAND, progress=lambda *step: told.append(step))
    assert (found.accounts, found.dry_run) == (CUSTOMERS + 1, False)
    assert [step for step in told if step[0] is Stage.RESCALING] == [
        (Stage.RESCALING, moved, 6) for moved in (2, 4, 6)
    ]
    with tpwallet.open(path) as pool:
        for number in range(CUSTOMERS):
            assert pool.balance(f"customer/{number}/NEW").posted == "2.0"
            assert pool.balance(f"customer/{number}/OLD").posted == "0.0"
        assert pool.balance("bank/NEW").posted == "10.0"
        with pytest.raises(Rejected) as refusal:
            pool.open_account("x/OLD", asset="OLD", kind="liability")
        assert refusal.value.code == "asset_delisted"
        assert pool.totals().checked
    assert rescaled(path).accounts == 0
    assert verify_pool(PoolDirectory(path)).ok


def test_rehearsal_changes_nothing(path: Path) -> None:
    assert rescaled(path, is_rehearsal=True).accounts == CUSTOMERS + 1
    with tpwallet.open(path) as pool:
        assert pool.balance("customer/0/OLD").posted == "20.0"


def test_one_account_that_is_not_exact_keeps_all_where_they_are(path: Path) -> None:
    with tpwallet.open(path) as pool:
        _pay(pool, "customer/last/OLD", "0.3")
        _pay(pool, "customer/bank/OLD", "0.7")  # so that the bank's own balance is exact
    with pytest.raises(Rejected) as refusal:
        rescaled(path)
    assert refusal.value.code == "rescale_not_exact"
    assert refusal.value.facts["account"] == "customer/last/OLD"
    assert refusal.value.facts["remainder"] == "3/10"
    with tpwallet.open(path) as pool:
        assert pool.balance("customer/0/OLD").posted == "20.0"
