"""Law: tests mirror the rooms, so that the tests of a thing are found without searching.

`tests/<room>/` belongs to a room of the package, `tests/domains/<domain>/` to a domain, and
`tests/test_<module>.py` to a module beside the rooms. Four folders hold tests of the whole. A room
or domain that defines anything has tests; `ports`, which only promises, needs none.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.house.reading import PACKAGE, ROOT, Offence, expect_none, python_sources, tracked_paths

OF_THE_WHOLE = {"house", "journeys", "laws", "sim", "verifier"}
PROMISES = {"ports"}


def place(parts: tuple[str, ...]) -> str:
    """Give the room of a path, or the domain: `kernel`, `domains/fx`; empty for none.

    >>> place(("domains", "fx", "quote.py")), place(("compiled.py",))
    ('domains/fx', '')
    """
    depth = 2 if parts[0] == "domains" and len(parts) > 2 else 1
    return "/".join(parts[:depth]) if len(parts) > depth else ""


def strangers(tests: Iterable[str], rooms: set[str], modules: set[str]) -> Iterator[Offence]:
    """Find tests of nothing in the package; paths are given from the root."""
    for path in tests:
        parts = PurePosixPath(path).parts[1:]
        room = place(parts)
        if parts[0] in OF_THE_WHOLE or not parts[-1].startswith("test_"):
            continue
        if room and room not in rooms:
            yield Offence(path, 1, f"{PACKAGE}/{room} does not exist: move the test to its room")
        if not room and parts[-1].removeprefix("test_") not in modules:
            yield Offence(path, 1, "no module of that name: move the test to its room")


def untested(rooms: set[str], tests: Iterable[str]) -> Iterator[Offence]:
    """Find rooms that have no test."""
    seen = {place(PurePosixPath(path).parts[1:]) for path in tests if "/test_" in path}
    for room in sorted(rooms - seen - PROMISES):
        yield Offence(f"{PACKAGE}/{room}", 1, f"nothing in tests/{room} tests it")


def defining_rooms() -> set[str]:
    """Give the rooms and domains of the package that define something."""
    return {
        place(PurePosixPath(source.path).relative_to(PACKAGE).parts)
        for source in python_sources()
        if source.path.startswith(f"{PACKAGE}/")
        and any(isinstance(node, ast.ClassDef | ast.FunctionDef) for node in source.tree.body)
    } - {""}


def test_tests_mirror_the_rooms() -> None:
    paths = [path for path in tracked_paths() if path.endswith(".py")]
    tests = [path for path in paths if path.startswith("tests/")]
    package = [PurePosixPath(path) for path in paths if path.startswith(f"{PACKAGE}/")]
    rooms = {place(path.relative_to(PACKAGE).parts) for path in package}
    modules = {path.name for path in package} | {path.name for path in ROOT.glob("*.py")}
    expect_none(strangers(tests, rooms, modules))


def test_every_room_that_defines_something_is_tested() -> None:
    tests = [path for path in tracked_paths() if path.startswith("tests/")]
    expect_none(untested(defining_rooms(), tests))


def test_strangers_and_untested_rooms_are_found() -> None:
    assert list(strangers(["tests/attic/test_box.py"], {"kernel"}, set()))
    assert list(strangers(["tests/test_box.py"], {"kernel"}, {"compiled.py"}))
    assert not list(strangers(["tests/kernel/test_unit.py"], {"kernel"}, set()))
    assert not list(strangers(["tests/test_compiled.py"], set(), {"compiled.py"}))
    assert not list(strangers(["tests/domains/fx/test_quote.py"], {"domains/fx"}, set()))
    assert [offence.path for offence in untested({"domains/fx", "ports"}, [])] == [
        f"{PACKAGE}/domains/fx"
    ]
    assert not list(untested({"domains/fx"}, ["tests/domains/fx/test_quote.py"]))
