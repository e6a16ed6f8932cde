"""Law: a note about unfinished work names its issue, `(#12)`, or is not written.

The three-letter note that is also ISO 4217's code for "no currency" is left to the reader.
"""

import re
from collections.abc import Iterator

from tests.house.reading import Offence, expect_none, tracked_texts

WORDS = ("TO" + "DO", "FIX" + "ME", "HA" + "CK")
NOTE = re.compile(rf"\b({'|'.join(WORDS)})\b(?!\s*\(?#\d+)")
READ = (".py", ".md", ".toml", ".ts", ".css", ".sh", "Makefile", "run")


def loose_notes(path: str, text: str) -> Iterator[Offence]:
    """Find notes that name no issue."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := NOTE.search(line):
            yield Offence(path, number, f"{found[1]} without an issue number: do it, or file it")


def test_every_note_names_its_issue() -> None:
    expect_none(
        offence
        for path, text in tracked_texts()
        if path.endswith(READ)
        for offence in loose_notes(path, text)
    )


def test_loose_notes_are_found() -> None:
    for word in WORDS:
        assert [offence.line for offence in loose_notes("a.py", f"\n# {word}: later")] == [2]
        assert not list(loose_notes("a.py", f"# {word}(#12): later"))
