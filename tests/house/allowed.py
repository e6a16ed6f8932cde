"""The reviewed exceptions to the laws of the house, read from allowed.toml.

An exception names what it excuses and says why. One that excuses nothing any more is an offence
itself, so the list only ever shrinks to what is true.
"""

import tomllib
from collections.abc import Iterable
from functools import cache

from tests.house.reading import ROOT, Offence

PATH = "tests/house/allowed.toml"


@cache
def exceptions(law: str) -> dict[str, str]:
    """Give the exceptions of one law: what is excused, and why."""
    table = tomllib.loads((ROOT / PATH).read_text(encoding="utf-8")).get(law, {})
    return {str(excused): str(reason) for excused, reason in table.items()}


def unused(law: str, excused: dict[str, str], needed: Iterable[str]) -> list[Offence]:
    """List the exceptions that nothing needs, and those that give no reason.

    >>> [offence.what for offence in unused("x", {"a.py": ""}, ["a.py"])]
    ['[x] "a.py" gives no reason']
    """
    idle = set(excused) - set(needed)
    return [
        *(Offence(PATH, 1, f'[{law}] "{name}" is not needed any more') for name in sorted(idle)),
        *(
            Offence(PATH, 1, f'[{law}] "{name}" gives no reason')
            for name, reason in sorted(excused.items())
            if not reason.strip()
        ),
    ]
