"""The names of price sources, as written into a rate.

A name is ASCII letters and digits with `. _ : @ / -` between or after them, such as `ecb`,
`kraken:spot` or `composite/usd@3`. A computed rate names all its sources, joined by `+`, each once
and in the order they were used. A name says who; what exactly was said is the rate's evidence.
"""

import re
from typing import Final

from tpwallet.money.limits import EVIDENCE_RATES_MAX, SOURCE_NAME_LENGTH_MAX

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]*")


def is_source(text: str) -> bool:
    """Whether `text` is a source name, or at most `EVIDENCE_RATES_MAX` of them joined by `+`.

    >>> is_source("ecb"), is_source("ecb+kraken:spot"), is_source(""), is_source("my bank")
    (True, True, False, False)
    """
    names = text.split("+", EVIDENCE_RATES_MAX)
    return len(names) <= EVIDENCE_RATES_MAX and all(
        len(name) <= SOURCE_NAME_LENGTH_MAX and _NAME.fullmatch(name) for name in names
    )


def join_sources(*sources: str) -> str:
    """All the names in `sources`, each once, in order.

    >>> join_sources("ecb+boj", "ecb")
    'ecb+boj'
    """
    return "+".join(dict.fromkeys("+".join(sources).split("+")))
