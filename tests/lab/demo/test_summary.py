import io

import pytest
from rich.console import Console

from tests.lab.demo.pieces import view
from tpwallet.lab.demo.checks import WRONG_SHOWN_MAX, Check, Finding, finding
from tpwallet.lab.demo.reporters import line_of
from tpwallet.lab.demo.summary import print_summary
from tpwallet.lab.demo.words import Language, Words

WORDS: dict[Check, dict[str, int | str]] = {
    Check.ACKNOWLEDGED: {"answers": 19_392},
    Check.IN_DOUBT: {"commands": 32, "kept": 25, "done_again": 7},
    Check.DOUBLE_ENTRY: {"assets": 7},
    Check.IDENTITY: {"assets": 7},
    Check.REPLAY: {"events": 5, "transfers": 4, "accounts": 3, "position": 26_772},
    Check.OUTSIDER: {"program": "verify_tpwallet.py", "verdict": "OK"},
    Check.PROOFS: {"proofs": 24, "program": "verify_tpwallet.py"},
    Check.APPEND_ONLY: {"program": "verify_tpwallet.py", "old": 19_000, "new": 26_772},
}


def summary(findings: list[Finding], language: Language) -> str:
    console = Console(width=200, file=io.StringIO(), record=True)
    print_summary(console, findings, Words(language))
    return console.export_text()


@pytest.mark.parametrize("language", Language)
def test_the_summary_names_every_claim_and_its_figures(language: Language) -> None:
    words = Words(language)
    told = summary([finding(check, [], **WORDS[check]) for check in Check], language)
    assert told.count(words.say("holds")) == len(Check)
    assert all(words.say(f"check_{check.value}") in told for check in Check)
    assert "19,392" in told
    assert "26,772" in told


def test_what_does_not_hold_is_named() -> None:
    failed = finding(Check.DOUBLE_ENTRY, ["EUR: posted 5 and 6"], assets=7)
    told = summary([failed], Language.ENGLISH)
    assert "DOES NOT HOLD" in told
    assert "double_entry: EUR: posted 5 and 6" in told


def test_only_the_first_of_many_wrongs_are_named() -> None:
    wrong = finding(Check.IDENTITY, [str(number) for number in range(WRONG_SHOWN_MAX + 3)]).wrong
    assert len(wrong) == WRONG_SHOWN_MAX + 1
    assert wrong[-1] == "… and 3 more"


def test_without_a_terminal_a_line_has_the_figures() -> None:
    words = Words(Language.ENGLISH)
    line = line_of(view(words), words)
    assert line.startswith("14:05 | journal position 37,326 | Total 17,470.16 |")
    assert "done 25,588 | refused 266" in line
    assert line_of(view(words, empty=True), words).startswith("14:05 | done 0")
