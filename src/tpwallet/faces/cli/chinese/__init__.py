"""The command line in Simplified Chinese: its sentences, its help, and what the codes mean.

A test holds this catalogue to the code: every sentence that is said has its translation here, and
nothing is translated that nobody says.
"""

from tpwallet.faces.cli.chinese.codes import CODES
from tpwallet.faces.cli.chinese.details import translated_detail
from tpwallet.faces.cli.chinese.help import HELP
from tpwallet.faces.cli.chinese.laboratory import LABORATORY
from tpwallet.faces.cli.chinese.sentences import SENTENCES

__all__ = ["translated", "translated_code", "translated_detail"]


def translated(text: str) -> str:
    """A sentence in Chinese; one that nobody translated stays as it is."""
    return SENTENCES.get(text) or HELP.get(text) or LABORATORY.get(text) or text


def translated_code(code: str) -> str | None:
    """What a code means, in Chinese; None for one that is not known."""
    return CODES.get(code)
