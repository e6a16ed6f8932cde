"""Law: the lock pins every direct dependency, each with its hashes, and names no address."""

import re
import tomllib
from collections.abc import Iterator

from scripts.lock import LOCK, addresses
from tests.house.reading import ROOT, Offence, expect_none

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==", re.MULTILINE)
REQUIREMENT = re.compile(r"^[A-Za-z0-9._-]+")


def canonical(name: str) -> str:
    """Spell a package's name as indexes compare it.

    >>> canonical("CurrencyConverter"), canonical("import_linter")
    ('currencyconverter', 'import-linter')
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def named_requirements(configuration: dict[str, dict[str, object]]) -> set[str]:
    """Name what pyproject.toml asks for: dependencies, extras and groups."""
    project = configuration["project"]
    lists: list[object] = [project.get("dependencies", [])]
    for table in (project.get("optional-dependencies"), configuration.get("dependency-groups")):
        if isinstance(table, dict):
            lists += table.values()
    found = set()
    for requirements in lists:
        for requirement in requirements if isinstance(requirements, list) else []:
            if named := REQUIREMENT.match(str(requirement)):
                found.add(canonical(named[0]))
    return found


def lock_offences(lock: str, required: set[str]) -> Iterator[Offence]:
    """Find what is not locked, not hashed, or tied to an address."""
    pinned = {canonical(found["name"]) for found in PIN.finditer(lock)}
    for name in sorted(required - pinned):
        yield Offence(LOCK, 1, f"{name} is not pinned: make lock")
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if PIN.match(block) and "--hash=sha256:" not in block:
            yield Offence(LOCK, 1, f"{block.splitlines()[0]} has no hash: make lock")
    for line in addresses(lock):
        yield Offence(LOCK, 1, f"names an address: {line}")


def test_the_lock_pins_every_direct_dependency() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / LOCK).read_text(encoding="utf-8")
    expect_none(lock_offences(lock, named_requirements(configuration)))


def test_a_loose_lock_is_found() -> None:
    hashed = "apsw==3.54 \\\n    --hash=sha256:02\n"
    assert not list(lock_offences(hashed, {"apsw"}))
    assert list(lock_offences(hashed, {"click"}))
    assert list(lock_offences("apsw==3.54\n" + hashed.replace("apsw", "click"), {"apsw"}))
    assert list(lock_offences("--find-links /wheels\n" + hashed, {"apsw"}))
