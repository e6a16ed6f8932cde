"""How the names are written that stay in the journal for ever: words, without spaces.

Whatever a command says may be recorded, in an event or in a refusal, and is never deleted. Free
text about somebody is sealed (`kernel.sealed`), and texts beside it are public by agreement
(metadata). Everything else has a form: amounts, ids, addresses and codes have theirs, and a name is
a word. What has not its form is malformed, which is told and not recorded. A form cannot keep
somebody from naming a key after a person; it keeps out sentences, numbers with spaces, and texts of
any length.
"""

import re
from typing import Final

from tpwallet.kernel import limits
from tpwallet.kernel.errors import Malformed

WORD_PATTERN: Final = r"^[A-Za-z0-9._:\-]+$"

_IS_WORD = re.compile(WORD_PATTERN.removesuffix("$"), re.ASCII).fullmatch


def check_word(text: str, *, parameter: str, length_max: int = limits.WORD_LENGTH_MAX) -> str:
    """The text itself when it is a word. **Rejects** with `Malformed` all else, and does not repeat
    it.

    >>> check_word("INC-4711", parameter="reason")
    'INC-4711'
    >>> check_word("call Ada", parameter="reason")
    Traceback (most recent call last):
    tpwallet.kernel.errors.Malformed: a word has 1 to 64 letters, digits and . _ : -
    """
    if len(text) > length_max or not _IS_WORD(text):
        raise Malformed(
            f"a word has 1 to {length_max} letters, digits and . _ : -", parameter=parameter
        )
    return text
