"""Sweeping: what a crash or a refusal left goes, and what anything may still refer to stays."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tpwallet
from tpwallet.domains.ledger.events import TransferNoted
from tpwallet.faces.embedded import Personal, Pool
from tpwallet.faces.operations.sweeping import Swept, sweep_vault
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.access import OWNER
from tpwallet.kernel.errors import JournalCorrupt, Rejected
from tpwallet.kernel.facts import EpochStarted
from tpwallet.kernel.limits import ORPHAN_AGE_NS_MIN
from tpwallet.kernel.sealed import sealed_in
from tpwallet.kernel.wire import event_types

ADA = Personal(subject="ada", texts={"name": "Ada Lovelace"})


def later() -> int:
    """A time by which everything sealed so far is old."""
    return time.time_ns() + ORPHAN_AGE_NS_MIN + 1


def open_ada(pool: Pool, command_id: str = "open-ada") -> str:
    receipt = pool.open_account(
        "customer/ada/EUR", asset="EUR", kind="liability", personal=ADA, command_id=command_id
    )
    return receipt.command_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A pool whose process was killed between sealing Ada's name and its commit."""
    path = tmp_path / "pool"
    victim = [sys.executable, "-m", "tests.faces.operations.sealing_victim", str(path)]
    assert subprocess.run(victim, check=False).returncode == -signal.SIGKILL
    return path


def sweep(path: Path, *, is_rehearsal: bool = False, late: bool = True) -> Swept:
    wall = later if late else time.time_ns
    return sweep_vault(PoolDirectory(path), is_rehearsal=is_rehearsal, wall=wall)


def test_what_a_crash_left_is_swept_once_it_is_old(path: Path) -> None:
    assert sweep(path, late=False) == Swept(sealed=1, young=1, orphans=0, swept=0, dry_run=False)
    found = sweep(path, is_rehearsal=True)
    assert found == Swept(sealed=1, young=0, orphans=1, swept=0, dry_run=True)
    assert sweep(path).swept == 1
    assert sweep(path) == Swept(sealed=0, young=0, orphans=0, swept=0, dry_run=False)


def test_what_is_referred_to_stays_beside_what_a_crash_left(path: Path) -> None:
    with tpwallet.open(path) as pool:
        open_ada(pool)
        assert sweep(path) == Swept(sealed=2, young=0, orphans=1, swept=1, dry_run=False)
        [name] = pool._writer.vault.references()
        assert pool.open_sealed(name.hex()) == "Ada Lovelace"


def test_command_that_a_crash_cut_off_is_put_again_and_keeps_its_text(path: Path) -> None:
    """The repeated command seals the same text under the same reference, which is young again."""
    with tpwallet.open(path) as pool:
        writer = pool._writer
        writer.vault._wall = later
        references = writer.vault.references()
        again = writer.seal(ADA.subject, ADA.texts, actor=OWNER, command_id="cut-off")
        assert set(again.values()) == references
        assert sweep(path) == Swept(sealed=1, young=1, orphans=0, swept=0, dry_run=False)


def test_refused_command_leaves_nothing_for_long(tmp_path: Path) -> None:
    path = tmp_path / "pool"
    with tpwallet.open(path) as pool:
        with pytest.raises(Rejected):
            pool.transfer(debit="a", credit="b", amount="1.00", asset="EUR", personal=ADA)
        assert sweep(path).swept == 1


def test_texts_of_a_journal_that_was_cut_off_are_not_taken_for_orphans(tmp_path: Path) -> None:
    path = tmp_path / "pool"
    with tpwallet.open(path):
        pass
    before = (path / "journal.db").read_bytes()
    with tpwallet.open(path) as pool:
        open_ada(pool)
        pool.checkpoint()
    (path / "journal.db").write_bytes(before)
    with pytest.raises(JournalCorrupt):
        sweep(path)


def test_pool_without_a_vault_has_nothing_to_sweep(tmp_path: Path) -> None:
    path = tmp_path / "pool"
    tpwallet.open(path).close()
    (path / "vault.db").unlink()
    assert sweep(path) == Swept(sealed=0, young=0, orphans=0, swept=0, dry_run=False)


def test_every_event_that_holds_references_holds_them_in_one_field() -> None:
    """What `sealed_in` does not see would be swept."""
    mapping = dict[str, bytes]
    holders = {
        (name, field)
        for name, kind in event_types().items()
        for field, type_ in kind.__annotations__.items()
        if type_ == mapping
    }
    assert holders == {("ledger.account_named@1", "sealed"), ("ledger.transfer_noted@1", "sealed")}
    noted = TransferNoted(bytes(16), sealed={"remittance": bytes(16)})
    assert sealed_in(noted) == {"remittance": bytes(16)}
    assert sealed_in(EpochStarted(1, "owner", "release")) == {}
