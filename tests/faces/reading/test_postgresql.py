"""A pool whose journal is in PostgreSQL is read as any other, and its damage is refused alike."""

from pathlib import Path

import pytest

import tpwallet
from tests.gateways.journals.database import Database
from tpwallet.faces.embedded import Pool
from tpwallet.gateways.pool_directory import create_pool
from tpwallet.kernel.errors import JournalCorrupt, OutcomeUnknown
from tpwallet.keys.signing import verify
from tpwallet.proofs.evidence import verify_consistency_proof, verify_proof
from tpwallet.proofs.vkey import parse_vkey

BANK, ADA, BOB = "bank/main/EUR", "customer/ada/EUR", "customer/bob/EUR"
COMMITS = "tpwallet_journal_commits"

pytestmark = pytest.mark.slow


@pytest.fixture
def path(tmp_path: Path, database: Database) -> Path:
    """A pool in PostgreSQL that has been paid into and out of."""
    directory = create_pool(tmp_path / "pool", name="p", base_asset="EUR", journal=database.address)
    with tpwallet.open(directory.path, create=False) as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        for customer in (ADA, BOB):
            pool.open_account(customer, asset="EUR", kind="liability")
        pool.transfer(debit=BANK, credit=ADA, amount="100.00", asset="EUR", transfer_id="7")
        for _ in range(6):
            pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR")
        assert pool.totals().checked
    return directory.path


def opened(path: Path) -> Pool:
    return tpwallet.open(path, create=False)


def test_every_read_is_answered(path: Path) -> None:
    with opened(path) as pool:
        end = pool.position
        pool.transfer(debit=ADA, credit=BOB, amount="4.00", asset="EUR")
        assert pool.balance(BOB).posted == "10.00"
        assert pool.balance(BOB, at=end).posted == "6.00"
        assert pool.balance(BOB, at=pool.entry(end).time).posted == "6.00"
        page = pool.statement(BOB, limit=4)
        rest = pool.statement(BOB, cursor=page.next_cursor)
        amounts = [one.amount for one in (*page.postings, *rest.postings)]
        assert amounts == ["1.00"] * 6 + ["4.00"]
        assert len(pool.transactions(account=ADA).transfers) == 8
        assert len(pool.feed().changes) == 8
        assert pool.find_transfer("7").transfer.amount == "100.00"
        assert pool.totals(at=end).checked
        assert pool.tree("customer", at=end).balances[0].posted == "100.00"
        assert pool.reading_position().lag_positions == 0


def test_proofs_satisfy_the_verifier(path: Path) -> None:
    with opened(path) as pool:
        trusted = [parse_vkey(text) for text in pool.checkpoint().vkeys]
        verify_proof(pool.proof_of_transfer("7"), trusted=trusted, verify=verify)
        verify_proof(pool.proof_of_event(3), trusted=trusted, verify=verify)
        old, new = verify_consistency_proof(pool.consistency(4), trusted=trusted, verify=verify)
        assert old.position < new.position == pool.position


def test_a_flipped_bit_is_refused_by_its_position(path: Path, database: Database) -> None:
    with opened(path) as pool:
        pool_id = bytes.fromhex(pool._writer.directory.settings.pool_id)
    database.execute(
        f"UPDATE {COMMITS} SET body = set_byte(body, 9, get_byte(body, 9) # 1)"
        " WHERE pool_id = %s AND first_position = 7",
        pool_id,
    )
    with pytest.raises(JournalCorrupt, match="tpwallet verify") as found:
        opened(path)
    assert found.value.position == 7


def test_a_journal_cut_off_behind_a_checkpoint_is_refused(path: Path, database: Database) -> None:
    with opened(path) as pool:
        pool_id = bytes.fromhex(pool._writer.directory.settings.pool_id)
        assert pool.checkpoint().position > 11
    database.execute(f"DELETE FROM {COMMITS} WHERE pool_id = %s AND first_position > 11", pool_id)
    with pytest.raises(JournalCorrupt, match="cut off") as found:
        opened(path)
    assert found.value.position == 12


def test_reads_go_on_after_the_server_was_killed(path: Path, database: Database) -> None:
    with opened(path) as pool:
        assert pool.totals().checked
        database.kill()
        database.start()
        with pytest.raises(OutcomeUnknown):  # the writer's line was cut: only asking again tells
            pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR", command_id="after")
        pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR", command_id="after")
        assert pool.balance(BOB, at=pool.position).posted == "7.00"
        assert pool.totals().checked
