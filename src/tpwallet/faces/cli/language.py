"""What people are told, in their language: English in the code, Chinese in a catalogue.

`say` takes the English sentence itself, so that the code reads as it speaks; a test keeps the
catalogue complete. What programs read (`--json`, codes, exit statuses) has no language.
"""

import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Final

LANGUAGES: Final = ("en", "zh")

_language: ContextVar[str] = ContextVar("language", default="en")


def say(text: str, /, **facts: object) -> str:
    """A sentence in the present language, its `{names}` filled in.

    >>> say("{count} of them", count=2)
    '2 of them'
    """
    if _language.get() == "zh":
        from tpwallet.faces.cli.chinese import translated

        text = translated(text)
    return text.format(**facts) if facts else text


def say_code(code: str, message: str) -> str:
    """What a code means, in the present language; in English the message says it, unless it is
    but the code's own words.

    >>> say_code("exceeds_credits", "exceeds credits")
    'The debit account does not have that much.'
    """
    if _language.get() == "zh":
        from tpwallet.faces.cli.chinese import translated_code

        return translated_code(code) or message
    from tpwallet.faces.cli.english import SENTENCES

    return SENTENCES.get(code, message) if _says_no_more(code, message) else message


def say_detail(code: str, message: str) -> str:
    """What a message says beyond what `say_code` has told of it; empty when that is nothing.

    >>> say_detail("malformed_request", "the passphrase is empty")
    ''
    """
    if _language.get() != "zh" or _says_no_more(code, message):
        return ""
    return say_message(message)


def say_message(message: str) -> str:
    """A message from within, in the present language as far as it is known there."""
    if _language.get() != "zh":
        return message
    from tpwallet.faces.cli.chinese import translated_detail

    return translated_detail(message)


def _says_no_more(code: str, message: str) -> bool:
    return message == code.replace("_", " ")


def use_language(language: str) -> None:
    """Speak this language from here on; one that nobody speaks is English."""
    _language.set(language if language in LANGUAGES else "en")


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The language asked for by `--lang`, else by the environment (LC_ALL, LC_MESSAGES, LANG).

    >>> language_of(["balance", "--lang=zh"], {}), language_of([], {"LANG": "zh_CN.UTF-8"})
    ('zh', 'zh')
    """
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name][:2]
    return "en"
