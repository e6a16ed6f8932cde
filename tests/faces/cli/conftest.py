"""A command line with a pool that has customers and a past."""

import shutil
from pathlib import Path

import pytest

from tests.faces.cli.running import Line

BANK, ADA, BEN = "bank/main/EUR", "customer/ada/EUR", "customer/ben/EUR"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A command line whose pool is not made yet."""
    return Line(tmp_path)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A pool with a bank, 100.00 EUR that are Ada's, and Ben, who has nothing."""
    line = Line(tmp_path_factory.mktemp("template"))
    line.ok("init")
    line.ok("account", "open", BANK, "--asset", "EUR", "--kind", "asset")
    for address in (ADA, BEN):
        line.ok("account", "open", address, "--asset", "EUR", "--kind", "liability")
    line.ok("transfer", "new", BANK, ADA, "100.00", "EUR", "--id", "7")
    return line


@pytest.fixture
def books(template: Line, line: Line) -> Line:
    """Such a pool of one's own."""
    shutil.copytree(template.pool, line.pool)
    return line


@pytest.fixture(scope="module")
def read(template: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Such a pool, in which Ben then got 20.00 EUR; one for a module, whose tests only read."""
    line = Line(tmp_path_factory.mktemp("read"))
    shutil.copytree(template.pool, line.pool)
    line.ok("transfer", "hold", ADA, BEN, "30.00", "EUR", "--id", "8")
    line.ok("transfer", "post", "8", "--amount", "20.00", "--asset", "EUR")
    return line
