"""Law: the contracts on imports (pyproject.toml) hold, and a house that breaks one is caught.

`make lint` runs the contracts on the package. Here the same contracts judge a small wrong house,
so that a typing error in their configuration cannot make them silently agree with everything.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.reading import PACKAGE, ROOT, tracked_paths

CONFIGURATION = ROOT / "pyproject.toml"


def build(folder: Path, modules: dict[str, str]) -> None:
    """Write a package `tpwallet` with the given modules; `__init__` files are added."""
    for path, text in modules.items():
        file = folder / "tpwallet" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        for parent in file.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()


def judge(folder: Path) -> str:
    """Run the contracts on the package in `folder`; give the report, empty if they are kept."""
    lint = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [lint, "--config", CONFIGURATION, "--no-cache", "--verbose"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "NO_COLOR": "1", "COLUMNS": "200"},
    )
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("importer", "line", "law"),
    [
        ("money/amount.py", "import tpwallet.kernel.unit", "only the rooms below"),
        ("views/balance.py", "import tpwallet.gateways.bank", "only the rooms below"),
        ("faces/http.py", "import tpwallet.lab.world", "only the rooms below"),
        ("domains/fx/quote.py", "import tpwallet.domains.risk.rule", "do not know one another"),
        ("flows/pay.py", "import time", "as arguments"),
        ("keys/seal.py", "from secrets import token_bytes", "as arguments"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, importer: str, line: str, law: str) -> None:
    house = {
        "kernel/unit.py": "",
        "gateways/bank.py": "",
        "lab/world.py": "",
        "domains/risk/rule.py": "",
    }
    build(tmp_path, house)
    assert judge(tmp_path) == ""
    build(tmp_path, house | {importer: line})
    report = judge(tmp_path)
    assert law in report, report
    assert "BROKEN" in report, report


def test_a_room_that_has_no_place_is_found(tmp_path: Path) -> None:
    build(tmp_path, {"attic/box.py": ""})
    assert "attic" in judge(tmp_path)


def test_every_folder_of_the_package_is_a_package() -> None:
    files = [Path(path) for path in tracked_paths() if path.startswith(f"{PACKAGE}/")]
    folders = {file.parent for file in files if file.suffix == ".py"}
    missing = [str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()]
    assert not missing, f"folders without __init__.py are invisible to the contracts: {missing}"


def test_the_two_lists_of_forbidden_modules_agree() -> None:
    from tests.house.test_purity import MODULES, ROOMS

    contracts = tomllib.loads(CONFIGURATION.read_text())["tool"]["importlinter"]["contracts"]
    pure = next(contract for contract in contracts if contract["id"] == "pure")
    assert set(pure["forbidden_modules"]) == MODULES
    assert set(pure["source_modules"]) == {f"tpwallet.{room}.**" for room in ROOMS}
