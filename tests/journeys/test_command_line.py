"""A user's whole path on the command line, its ends in processes of their own.

init, assets and accounts, transfers, a statement, an import, an export that a stranger verifies,
proofs, a backup, a restore, and the restored pool going on.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faces.cli.running import Line, Ran, clean_environment, python

ROOT = Path(__file__).parents[2]
VERIFIER = ROOT / "verify_tpwallet.py"
BANK, BTC_VAULT = "bank/main/EUR", "vault/hot/BTC"
CUSTOMERS = [f"customer/{number}/EUR" for number in range(4)]


def answered(line: Line, *arguments: object) -> Any:
    """What is answered to programs; it must end well and say nothing else."""
    ran = line.inside(*arguments, "--json")
    assert (ran.status, ran.err) == (0, ""), ran
    return ran.json


def told(line: Line, *arguments: object) -> str:
    """What people are told; it must end well."""
    ran: Ran = line.inside(*arguments)
    assert ran.status == 0, ran
    return ran.out


@pytest.mark.slow
def test_a_users_path_from_the_first_pool_to_a_restored_one(tmp_path: Path) -> None:
    line = Line(tmp_path)
    made = line.apart("init", "--name", "Main", "--json").json
    assert Path(made["key_file"]).exists()
    _open_accounts(line)
    _move_money(line)
    _import_a_file(line)
    _export_and_prove(line, made["origin"])
    _back_up_and_restore(line)


def _open_accounts(line: Line) -> None:
    answered(line, "asset", "register", "POINTS", "--scale", "0", "--ledger", "70001")
    answered(line, "account", "open", BANK, "--asset", "EUR", "--kind", "asset")
    answered(line, "account", "open", BTC_VAULT, "--asset", "BTC", "--kind", "asset")
    for address in CUSTOMERS:
        answered(line, "account", "open", address, "--asset", "EUR", "--kind", "liability")
    accounts = answered(line, "account", "list", "customer")["accounts"]
    assert [one["account"] for one in accounts] == CUSTOMERS


def _move_money(line: Line) -> None:
    assert "Moved." in told(line, "transfer", "new", BANK, CUSTOMERS[0], "250.00", "EUR")
    held = answered(line, "transfer", "hold", CUSTOMERS[0], CUSTOMERS[1], "100.00", "EUR")
    pending = held["transfers"][0]["transfer_id"]
    answered(line, "transfer", "post", pending, "--amount", "60.00", "--asset", "EUR")
    refused = line.apart("transfer", "new", CUSTOMERS[2], BANK, "1.00", "EUR")
    assert (refused.status, "exceeds_credits" in refused.err) == (1, True)
    page = answered(line, "statement", CUSTOMERS[0])
    assert (page["opening"], page["closing"]) == ("0.00", "190.00")
    assert "closing balance 190.00 EUR" in told(line, "statement", CUSTOMERS[0])


def _import_a_file(line: Line) -> None:
    rows = [f"{BANK},{CUSTOMERS[number % 4]},0.{number:02d},EUR" for number in range(1, 51)]
    file = line.folder / "payouts.csv"
    file.write_text("debit,credit,amount,asset\n" + "\n".join([*rows, f"{BANK},nobody,1,EUR"]))
    refused = line.inside("import", "transfers", file, "--dry-run")
    assert refused.status == 1
    assert "52" in refused.out  # the line
    file.write_text("debit,credit,amount,asset\n" + "\n".join(rows) + "\n")
    assert "would be imported" in told(line, "import", "transfers", file, "--dry-run")
    assert answered(line, "import", "transfers", file)["transfers"] == 50
    assert answered(line, "balance", BANK)["posted"] == "262.75"


def _export_and_prove(line: Line, origin: str) -> None:
    exported = answered(line, "export", "--out", "books.tpwx")
    assert exported["vkey"].startswith(origin)
    ran = python(line.folder, VERIFIER, "books.tpwx", "--key", exported["vkey"])
    assert ran.status == 0, ran
    assert ran.out.startswith("OK journal 'Main': ")
    content = bytearray((line.folder / "books.tpwx").read_bytes())
    content[len(content) // 3] ^= 0x10
    (line.folder / "bad.tpwx").write_bytes(content)
    bad = python(line.folder, VERIFIER, "bad.tpwx", "--key", exported["vkey"])
    assert bad.status == 1
    assert f"first bad byte: {len(content) // 3} " in bad.out + bad.err
    transfers = answered(line, "transfer", "list", "--account", CUSTOMERS[3])["transfers"]
    proof = told(line, "proof", "transfer", transfers[-1]["transfer_id"])
    (line.folder / "proof.json").write_text(proof)
    ran = python(line.folder, VERIFIER, "proof.json", "--key", exported["vkey"])
    assert (ran.status, "stands at position" in ran.out) == (0, True)


def _back_up_and_restore(line: Line) -> None:
    tpwallet = f"{sys.executable} -c 'from tpwallet.faces.cli.main import main; main()'"
    shell = (
        f'tpwallet() {{ {tpwallet} "$@"; }}\n'
        "tpwallet backup DIR && tpwallet restore DIR NEW && tpwallet verify NEW"
    )
    ran = subprocess.run(
        ["bash", "-c", shell],
        cwd=line.folder,
        env=clean_environment({"TPWALLET_POOL": ""}),  # ./pool is the default
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran
    assert ran.stdout.splitlines()[-1].startswith("OK pool 'Main': ")
    restored = Line(line.folder)
    restored.pool = line.folder / "NEW"
    again = answered(line, "balance", CUSTOMERS[0], "--pool", restored.pool)
    assert again["posted"] == answered(line, "balance", CUSTOMERS[0])["posted"]
    paid = restored.apart(
        "transfer", "new", BANK, CUSTOMERS[0], "1.00", "EUR", "--pool", restored.pool
    )
    assert paid.status == 0, paid
    assert answered(line, "verify", restored.pool)["verdict"]["ok"] is True
