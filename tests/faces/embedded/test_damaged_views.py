"""Read models damaged under an open pool: one question is turned away, and the next is answered."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.embedded import Pool
from tpwallet.ports.view import ViewDamaged
from tpwallet.processes.errors import FollowerUnavailable

BANK, ADA = "bank/main/EUR", "customer/ada/EUR"
PAGE, MOVEMENT = 4096, 56
ACCOUNTS, PAYMENTS = 80, 60


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool that has been used, read and closed."""
    path = tmp_path_factory.mktemp("used") / "pool"
    with tpwallet.open(path) as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        pool.open_account(ADA, asset="EUR", kind="liability")
        for number in range(ACCOUNTS):
            pool.open_account(f"customer/{number}/EUR", asset="EUR", kind="liability")
        for _ in range(PAYMENTS):
            pool.transfer(debit=BANK, credit=ADA, amount="1.00", asset="EUR")
        assert names(pool)
        assert len(postings(pool)) == PAYMENTS
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "pool"))


def names(pool: Pool) -> list[str]:
    return [found.account for found in pool.accounts(limit=1000).accounts]


def postings(pool: Pool) -> list[str]:
    return [posting.posted for posting in pool.statement(ADA).postings]


def spoil(path: Path, starts: range) -> None:
    with path.open("r+b") as file:
        for start in starts:
            file.seek(start)
            file.write(b"\xee" * 8)


def spoil_directory(pool: Path) -> None:
    path = pool / "views" / "directory.db"
    spoil(path, range(2 * PAGE, path.stat().st_size, PAGE))


def spoil_history(pool: Path) -> None:
    path = pool / "views" / "history" / "movements"
    spoil(path, range(24, PAYMENTS * MOVEMENT, MOVEMENT))  # the credits' links


@pytest.mark.parametrize(("spoil", "ask"), [(spoil_directory, names), (spoil_history, postings)])
def test_one_question_is_turned_away_and_the_next_is_answered(
    path: Path, spoil: Callable[[Path], None], ask: Callable[[Pool], list[str]]
) -> None:
    with tpwallet.open(path) as pool:
        pool.reading_position()  # opens the reading half, and reads nothing that is damaged then
        spoil(path)
        with pytest.raises((ViewDamaged, FollowerUnavailable)) as turned_away:
            ask(pool)
        assert turned_away.value.code == "follower_unavailable"
        failure = pool.reading_position().failure
        assert failure is None, "asking for it is a question too, and opens the reading half again"
        pool.transfer(debit=BANK, credit=ADA, amount="1.00", asset="EUR")
        assert len(names(pool)) == ACCOUNTS + 2
        assert postings(pool)[-1] == f"{PAYMENTS + 1}.00"


def test_a_damaged_history_never_ends_the_process_that_writes(path: Path) -> None:
    program = (
        "import sys, tpwallet\n"
        "from tpwallet.kernel.errors import TpwalletError\n"
        "from tests.faces.embedded.test_damaged_views import ADA, BANK, spoil_history\n"
        "from pathlib import Path\n"
        "path = Path(sys.argv[1])\n"
        "with tpwallet.open(path) as pool:\n"
        "    pool.reading_position()\n"
        "    spoil_history(path)\n"
        "    try:\n"
        "        pool.statement(ADA)\n"
        "    except TpwalletError as error:\n"
        "        print(error.code)\n"
        "    pool.transfer(debit=BANK, credit=ADA, amount='1.00', asset='EUR')\n"
        "    print(pool.statement(ADA).closing)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, path],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert ran.stdout.split() == ["follower_unavailable", f"{PAYMENTS + 1}.00"]
    assert "history is made again from the journal" in ran.stderr


def test_one_wrong_byte_of_a_past_balance_is_never_answered(path: Path) -> None:
    with tpwallet.open(path) as pool:
        moments = range(ACCOUNTS, pool.position)
        (position,) = (at for at in moments if pool.balance(ADA, at=at).posted == "10.00")
    file = path / "views" / "history" / "movements"
    content = bytearray(file.read_bytes())
    content[9 * MOVEMENT + 32 + 1] ^= 0x40  # what the credits had come to
    file.write_bytes(content)
    with tpwallet.open(path) as pool:
        assert pool.balance(ADA, at=position).posted == "10.00"
