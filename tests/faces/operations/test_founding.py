"""A pool is founded whole, with its first key, or not at all."""

from pathlib import Path

import pytest

from tpwallet.faces.operations.founding import ADMIN_KEY, found_pool, issue
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.access import SCOPES
from tpwallet.kernel.errors import JournalUnavailable, Malformed, Rejected
from tpwallet.keys.api_keys import api_key_hash


def test_the_first_key_may_do_everything(tmp_path: Path) -> None:
    found = found_pool(tmp_path / "pool", name="main", base_asset="CNY")
    directory = PoolDirectory(tmp_path / "pool")
    assert directory.settings.base_asset == "CNY"
    writer = Writer(directory)
    try:
        actor = writer.actor_of(api_key_hash(found.key.token))
    finally:
        writer.close()
    assert actor is not None
    assert set(actor.scopes) == set(SCOPES)
    assert (tmp_path / "pool").stat().st_mode & 0o077 == 0


def test_a_key_is_issued_once(tmp_path: Path) -> None:
    found_pool(tmp_path / "pool", name="main", base_asset="EUR")
    writer = Writer(PoolDirectory(tmp_path / "pool"))
    try:
        issued = issue(writer, "reader", ["ledger:read"])
        assert writer.actor_of(api_key_hash(issued.token)) is not None
        with pytest.raises(Rejected, match="exists"):
            issue(writer, ADMIN_KEY, SCOPES)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("journal", "error"),
    [
        ("mysql://here", Malformed),
        ("postgresql://127.0.0.1:1/none?connect_timeout=2", JournalUnavailable),
    ],
)
def test_a_pool_that_cannot_be_opened_leaves_nothing_behind(
    tmp_path: Path, journal: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        found_pool(tmp_path / "pool", name="main", base_asset="EUR", journal=journal)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine").mkdir()
    with pytest.raises(error):
        found_pool(tmp_path / "mine", name="main", base_asset="EUR", journal=journal)
    assert list((tmp_path / "mine").iterdir()) == []  # and the folder, which was there before


def test_an_asset_nobody_knows_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="no asset"):
        found_pool(tmp_path / "pool", name="main", base_asset="XXQ")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_pool_is_left_alone(tmp_path: Path) -> None:
    first = found_pool(tmp_path / "pool", name="main", base_asset="EUR")
    with pytest.raises(Malformed, match="already"):
        found_pool(tmp_path / "pool", name="other", base_asset="EUR")
    assert PoolDirectory(tmp_path / "pool").settings.pool_id == first.pool_id
