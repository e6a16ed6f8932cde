from string import Formatter

from tpwallet.lab.day.intents import Kind
from tpwallet.lab.demo.checks import Check
from tpwallet.lab.demo.figures import SHARES
from tpwallet.lab.demo.view import Stage
from tpwallet.lab.demo.words import TABLES, Language, Words


def figures(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things_with_the_same_figures() -> None:
    english, chinese = TABLES[Language.ENGLISH], TABLES[Language.CHINESE]
    assert english.keys() == chinese.keys()
    for name in english:
        assert figures(english[name]) == figures(chinese[name]), name


def test_nothing_was_left_in_english() -> None:
    chinese = TABLES[Language.CHINESE]
    same = {name for name, text in TABLES[Language.ENGLISH].items() if chinese[name] == text}
    assert same == {"origin_ecb"}


def test_every_stage_kind_share_and_check_has_a_word() -> None:
    table = TABLES[Language.ENGLISH]
    kinds = {kind.value for kind in Kind} - {Kind.OPENING.value}
    checks = {f"{word}_{check.value}" for check in Check for word in ("check", "found")}
    assert {*(stage.value for stage in Stage), *SHARES, *kinds, *checks} <= table.keys()


def test_words_put_figures_in() -> None:
    assert Words(Language.CHINESE).say("refused", count=3) == "拒绝 3"
