"""Law: what nothing names is deleted (house style, rule 16).

vulture compares every name defined in the repository with every name used in it. Fields and
constants are left out: records are read by name in other programs, and byte formats have fields
that only their reader abroad needs. Entry points in pyproject.toml count as uses.
"""

import io
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

from vulture.core import Vulture

from tests.house.allowed import exceptions, unused
from tests.house.reading import ROOT, Offence, Source, expect_none, python_sources

JUDGED = {"class", "function", "method", "property", "unreachable_code"}


def entry_points(project: dict[str, object]) -> set[str]:
    """Name the functions that pyproject.toml's scripts and entry points call.

    >>> sorted(entry_points({"scripts": {"t": "a.b:main"}, "entry-points": {"g": {"x": "c:x"}}}))
    ['main', 'x']
    """
    found: set[str] = set()
    open_tables: list[object] = [project.get("scripts"), project.get("entry-points")]
    while open_tables:
        match open_tables.pop():
            case dict() as table:
                open_tables += table.values()
            case str(target):
                found.add(target.rpartition(":")[2])
            case _:
                pass
    return found


def dead_definitions(
    sources: Iterable[Source], *, decorators: list[str], names: list[str]
) -> Iterator[tuple[str, Offence]]:
    """Find definitions that nothing names, each with the key that could excuse it."""
    vulture = Vulture(ignore_decorators=decorators, ignore_names=names)
    with redirect_stdout(io.StringIO()):
        for source in sources:
            vulture.scan(source.text, filename=Path(source.path))
    for item in vulture.get_unused_code(min_confidence=60):
        if item.typ in JUDGED:
            path = Path(item.filename).as_posix()
            what = f"{item.typ} {item.name} is named nowhere: delete it"
            yield f"{path}:{item.name}", Offence(path, item.first_lineno, what)


def test_every_definition_is_named_somewhere() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    settings = configuration["tool"]["vulture"]
    names = [*settings["ignore_names"], *entry_points(configuration["project"])]
    found = dict(
        dead_definitions(python_sources(), decorators=settings["ignore_decorators"], names=names)
    )
    excused = exceptions("dead_definitions")
    expect_none(offence for key, offence in found.items() if key not in excused)
    expect_none(unused("dead_definitions", excused, found))


def test_dead_definitions_are_found() -> None:
    sample = Source("a.py", "def pay(): ...\ndef idle(): ...\nclass Empty: ...\npay()\n")
    found = dead_definitions([sample], decorators=[], names=[])
    assert {key for key, _ in found} == {"a.py:idle", "a.py:Empty"}


def test_what_a_framework_calls_is_alive() -> None:
    sample = Source("a.py", "@app.command()\ndef demo(): ...\ndef test_claim(): ...\n")
    assert not list(dead_definitions([sample], decorators=["@*.command*"], names=["test_*"]))
