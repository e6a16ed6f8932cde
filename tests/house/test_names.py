"""Law: names say what a thing is; some words never do (house style, "Words").

Read: the names of files and folders, and the public classes, functions and methods of the package.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.reading import (
    Offence,
    Source,
    documented,
    expect_none,
    lines_of,
    offences_in,
    package_sources,
    python_sources,
)

BANNED = {"manager", "managers", "helper", "helpers", "util", "utils"}
BANNED_START = "handle_"
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def banned_words(name: str) -> set[str]:
    """Give the banned words in one name, written either_way or EitherWay.

    >>> sorted(banned_words("KeyManager") | banned_words("date_utils"))
    ['manager', 'utils']
    >>> banned_words("handle_payment"), banned_words("file_handle")
    ({'handle_'}, set())
    """
    words = {word.lower() for word in WORD.findall(name)} & BANNED
    return words | ({BANNED_START} if name.startswith(BANNED_START) else set())


def banned_file_names(path: str) -> Iterator[Offence]:
    """Find banned words in a path."""
    for part in PurePosixPath(path).parts:
        for word in sorted(banned_words(PurePosixPath(part).stem)):
            yield Offence(path, 1, f"the file's name says {word!r}: name the concept it holds")


def banned_definitions(source: Source) -> Iterator[Offence]:
    """Find banned words in public definitions."""
    for node in source.nodes:
        if (definition := documented(node)) is not None:
            for word in sorted(banned_words(definition.name)):
                yield source.offence(node, f"{definition.name} says {word!r}: say what it is")


def test_files_are_named_for_concepts() -> None:
    expect_none(
        offence for source in python_sources() for offence in banned_file_names(source.path)
    )


def test_definitions_are_named_for_concepts() -> None:
    expect_none(offences_in(banned_definitions, package_sources()))


def test_banned_words_are_found() -> None:
    assert list(banned_file_names("src/tpwallet/keys/utils.py"))
    assert list(banned_file_names("src/tpwallet/key_managers/seal.py"))
    assert lines_of(banned_definitions, "class KeyManager: ...\ndef handle_pay(): ...\n") == {1, 2}
    assert not lines_of(banned_definitions, "class Keyring: ...\ndef _handle_pay(): ...\n")
