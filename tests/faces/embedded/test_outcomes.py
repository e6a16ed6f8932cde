"""What a program is told when it cannot be told what became of its command: that, and under which
command id to ask again. Every command of the library goes the same way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tpwallet.domains.ledger.records import Transfer, pack_transfer
from tpwallet.faces import importing, present, shapes
from tpwallet.faces.embedded import Pool
from tpwallet.faces.embedded.pool import _Assets
from tpwallet.gateways.pool_directory import create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.access import LEDGER_READ
from tpwallet.kernel.command import Request
from tpwallet.kernel.errors import Halted, OutcomeUnknown
from tpwallet.lab.journals import Fault, MemoryJournal, MemoryStorage
from tpwallet.money import standard_catalogue

BANK, ADA, GOLD = "bank/main/EUR", "customer/ada/EUR", "customer/ada/GOLD"
FILE = f"debit,credit,amount,asset\n{BANK},{ADA},7.00,EUR\n".encode()

Ask = Callable[[Pool, str | None], Any]


@dataclass
class Home:
    """An open pool, and what the next appends to its journal meet."""

    pool: Pool
    faults: list[Fault]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    directory = create_pool(tmp_path / "pool", name="pool", base_asset="EUR")
    storage = MemoryStorage(directory.pool_id)
    faults: list[Fault] = []

    def script() -> Iterator[Fault | None]:
        while True:
            yield faults.pop(0) if faults else None

    writer = Writer(directory, open_journal=lambda _: MemoryJournal(storage, faults=script()))
    with Pool(writer) as pool:
        pool.open_account(BANK, asset="EUR", kind="asset", guarded=False)
        pool.open_account(ADA, asset="EUR", kind="liability", guarded=False)
        pool.register_asset("GOLD", scale=2, ledger=900_001)
        pool.register_asset("GOLD-2", scale=4, ledger=900_002)
        pool.open_account("vault/GOLD", asset="GOLD", kind="asset")
        pool.open_account(GOLD, asset="GOLD", kind="liability")
        pool.transfer(debit="vault/GOLD", credit=GOLD, amount="1.50", asset="GOLD")
        yield Home(pool, faults)


def pay(pool: Pool, command_id: str | None) -> object:
    return pool.transfer(debit=BANK, credit=ADA, amount="7", asset="EUR", command_id=command_id)


def pay_raw(pool: Pool, command_id: str | None) -> object:
    debit, credit = (int(pool.balance(name).account_id) for name in (BANK, ADA))
    record = Transfer(
        id=9, debit_account_id=debit, credit_account_id=credit, amount=700, ledger=978, code=1
    )
    return pool.create_transfers(pack_transfer(record), command_id=command_id)


def import_file(pool: Pool, command_id: str | None) -> object:
    return pool.import_transfers(FILE, "csv", command_id=command_id)


def rescale(pool: Pool, command_id: str | None) -> object:
    return pool.rescale_accounts("GOLD", successor="GOLD-2", ratio="1", command_id=command_id)


def issue_key(pool: Pool, command_id: str | None) -> object:
    return pool.issue_key("till", [LEDGER_READ], command_id=command_id)


def is_paid(pool: Pool) -> bool:
    return pool.balance(ADA).posted == "7.00"


def is_rescaled(pool: Pool) -> bool:
    return pool.balance(GOLD).posted == "0.00"


def is_issued(pool: Pool) -> bool:
    return [key.key_id for key in pool.keys().keys] == ["till"]


COMMANDS = {
    "transfer": (pay, is_paid),
    "create_transfers": (pay_raw, is_paid),
    "import_transfers": (import_file, is_paid),
    "rescale_accounts": (rescale, is_rescaled),
    "issue_key": (issue_key, is_issued),
}


@pytest.mark.parametrize("fault", [Fault.KEPT, Fault.LOST])
@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_journal_did_not_tell_is_found_out_by_the_id_that_is_told(
    home: Home, name: str, fault: Fault
) -> None:
    ask, is_done = COMMANDS[name]
    home.faults.append(fault)
    with pytest.raises(OutcomeUnknown) as told:
        ask(home.pool, None)
    command_id = str(told.value.facts["command_id"])
    assert is_done(home.pool) == (fault is Fault.KEPT)
    ask(home.pool, command_id)
    position = home.pool.position
    ask(home.pool, command_id)
    assert is_done(home.pool)
    assert home.pool.position == position


def fail(*_: object, **__: object) -> None:
    raise Halted("the pool has stopped")


def without_receipts(patch: pytest.MonkeyPatch, _pool: Pool) -> None:
    patch.setattr(present, "receipt", fail)


def without_reads(patch: pytest.MonkeyPatch, pool: Pool) -> None:
    patch.setattr(pool._writer, "read", fail)


def without_rescaled_accounts(patch: pytest.MonkeyPatch, _pool: Pool) -> None:
    patch.setattr(shapes, "RescaledAccounts", fail)


def without_imported_files(patch: pytest.MonkeyPatch, _pool: Pool) -> None:
    patch.setattr(importing, "ImportedFile", fail)


@pytest.mark.parametrize(
    ("name", "break_answers"),
    [
        ("transfer", without_receipts),
        ("transfer", without_reads),
        ("import_transfers", without_imported_files),
        ("rescale_accounts", without_rescaled_accounts),
        ("issue_key", without_reads),
    ],
)
def test_what_is_durable_is_never_told_as_an_error_of_its_answer(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    break_answers: Callable[[pytest.MonkeyPatch, Pool], None],
) -> None:
    """All that comes after the append fails: it is in doubt for the caller, and done once."""
    ask, is_done = COMMANDS[name]
    call = home.pool._writer.call
    with monkeypatch.context() as patch:

        def call_and_break(work: Any) -> Any:
            answer = call(work)
            if isinstance(work, Request):
                break_answers(patch, home.pool)
            return answer

        home.pool._assets = _Assets(standard_catalogue(), frozenset())  # no ledger is known
        patch.setattr(home.pool._writer, "call", call_and_break)
        with pytest.raises(OutcomeUnknown) as told:
            ask(home.pool, None)
    command_id = str(told.value.facts["command_id"])
    assert is_done(home.pool)
    position = home.pool.position
    ask(home.pool, command_id)
    assert home.pool.position == position


def test_a_key_whose_secret_was_never_told_has_none_when_its_command_is_put_again(
    home: Home,
) -> None:
    home.faults.append(Fault.KEPT)
    with pytest.raises(OutcomeUnknown) as told:
        home.pool.issue_key("till", [LEDGER_READ])
    again = home.pool.issue_key(
        "till", [LEDGER_READ], command_id=str(told.value.facts["command_id"])
    )
    assert again.token is None
