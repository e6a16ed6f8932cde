"""Whatever the command line says, it says in English and in Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tpwallet
import tpwallet.faces.client
import tpwallet.faces.operations.restoring  # with it, every error that an operator can meet
from tests.faces.cli.running import Line
from tests.faces.cli.spoken import helps, sentences
from tpwallet.domains.ledger.forms import AccountName, Address, AssetCode, Decimal, TransferCode
from tpwallet.faces import bodies
from tpwallet.faces.arguments import checked_value
from tpwallet.faces.cli.chinese import translated, translated_code, translated_detail
from tpwallet.faces.cli.chinese.codes import CODES as CHINESE_CODES
from tpwallet.faces.cli.chinese.details import DETAILS
from tpwallet.faces.cli.chinese.forms import MEANINGS
from tpwallet.faces.cli.chinese.help import HELP
from tpwallet.faces.cli.chinese.laboratory import LABORATORY
from tpwallet.faces.cli.chinese.sentences import SENTENCES
from tpwallet.faces.cli.english import SENTENCES as ENGLISH_CODES
from tpwallet.faces.cli.language import language_of, say, say_code, say_detail, use_language
from tpwallet.faces.cli.plugins import plugin, plugin_names
from tpwallet.faces.http.codes import CODES
from tpwallet.kernel.errors import Malformed, TpwalletError

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_every_sentence_has_a_chinese_twin_and_no_twin_is_left_over() -> None:
    assert sentences() - set(SENTENCES) == set()
    assert set(SENTENCES) - sentences() == set()


def test_every_help_text_has_a_chinese_twin_and_no_twin_is_left_over() -> None:
    assert helps() - set(HELP) - {""} == set()
    assert set(HELP) - helps() == set()


def test_the_laboratory_has_chinese_twins_and_no_twin_is_left_over() -> None:
    laboratory = {text for name in plugin_names() for text in helps(plugin(name))} - {""}
    assert laboratory - set(LABORATORY) - set(HELP) == set()
    assert set(LABORATORY) - laboratory == set()
    assert not set(LABORATORY) & set(HELP)


@pytest.mark.parametrize("name", ["demo", "bench", "sim"])
def test_the_laboratory_explains_itself_in_chinese(line: Line, name: str) -> None:
    for arguments in (("--lang", "zh", name, "--help"), (name, "--lang", "zh", "--help")):
        told = line.ok(*arguments).out
        assert "用法" in told
        assert not any(word in told for word in ("Usage", "Options", "Exit status", "How many"))


def test_a_twin_names_the_same_facts() -> None:
    for english, chinese in [*SENTENCES.items(), *DETAILS.items()]:
        assert set(_PLACEHOLDER.findall(english)) == set(_PLACEHOLDER.findall(chinese)), english


def _subclasses(kind: type[TpwalletError]) -> set[type[TpwalletError]]:
    found = set(kind.__subclasses__())
    return found.union(*(_subclasses(one) for one in found)) if found else found


def test_every_code_is_explained_in_chinese() -> None:
    codes = set(CODES) | {kind.code for kind in _subclasses(TpwalletError)} - {"error"}
    assert codes - set(CHINESE_CODES) == set()


def test_no_chinese_code_is_left_over() -> None:
    codes = set(CODES) | {kind.code for kind in _subclasses(TpwalletError)}
    assert set(CHINESE_CODES) - codes == set()


def test_every_english_explanation_is_of_a_code() -> None:
    assert set(ENGLISH_CODES) - set(CODES) == set()


def _messages() -> set[str]:
    """Every text in the source, whatever stands in its braces left out."""
    found = set()
    for path in Path(tpwallet.__file__).parent.rglob("*.py"):
        if "chinese" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.JoinedStr(values=values):
                    found.add("".join(_piece(value) for value in values))
                case ast.Constant(value=str(text)):
                    found.add(text)
                case _:
                    pass
    return found


def _piece(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else "{}"


def test_every_detail_that_is_translated_is_said_somewhere() -> None:
    said = _messages()
    stale = {english for english in DETAILS if _PLACEHOLDER.sub("{}", english) not in said}
    assert stale == set()


def test_a_detail_is_recognised_by_its_form() -> None:
    assert translated_detail("1.005 has 3 decimals and EUR has 2") == (
        "1.005 有 3 位小数，而 EUR 只有 2 位"
    )
    assert translated_detail("nobody has translated this") == "nobody has translated this"


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["balance", "--lang", "zh"], {"LANG": "en_US.UTF-8"}, "zh"),
        (["--lang=en", "balance"], {"LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "", "LANG": "zh_TW"}, "zh"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_asked_for_or_comes_from_the_environment(
    arguments: list[str], environment: dict[str, str], expected: str
) -> None:
    assert language_of(arguments, environment) == expected


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


@pytest.mark.usefixtures("chinese")
def test_codes_and_details_are_told_in_chinese() -> None:
    assert say("Moved.") == "已划转。"
    assert say_code("exceeds_credits", "exceeds credits") == translated_code("exceeds_credits")
    assert say_code("brand_new", "brand new") == "brand new"
    assert say_detail("malformed_request", "the passphrase is empty") == "口令为空"
    assert say_detail("exceeds_credits", "exceeds credits") == ""


def test_english_details_are_the_message_itself() -> None:
    assert say_code("malformed_request", "the passphrase is empty") == "the passphrase is empty"
    assert say_detail("malformed_request", "the passphrase is empty") == ""


def test_a_sentence_nobody_translated_stays_as_it_is() -> None:
    assert translated("nobody has translated this") == "nobody has translated this"


def test_a_language_nobody_speaks_is_english() -> None:
    use_language("xx")
    assert say("Moved.") == "Moved."


FORMS = [
    (Address, "a//b", "可读的地址"),
    (AccountName, "#0", "账户的地址"),
    (Decimal, "x", "`12.50`"),
    (Decimal, 5, "须为文字，而不是整数"),
    (AssetCode, "eur", "资产代码"),
    (TransferCode, 0, "须为至少 1 的整数"),
    (bodies.Id, "x", "128 位十进制编号"),
    (bodies.Day, "x", "2026-01-31"),
    (bodies.AccountKindName, "foo", "须为以下之一：asset"),
    (bodies.Subject, "", "须为至少 1 个字符的文字"),
    (bool, 5, "须为True 或 False，而不是整数"),
]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("form", "value", "told"), FORMS)
def test_a_form_is_refused_in_chinese(form: Any, value: object, told: str) -> None:
    with pytest.raises(Malformed) as refused:
        checked_value(form, value, parameter="it")
    message = say_detail(refused.value.code, str(refused.value))
    assert told in message
    assert "expected" not in message


def test_meanings_are_those_of_the_forms() -> None:
    said = {text.removesuffix(".") for text in _messages()}
    assert set(MEANINGS) - said == set()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("account", "open", "a", "--asset", "EUR", "--kind", "foo"), "'foo' 不是以下之一"),
        (("serve", "--port", "x"), "'x' 不是整数"),
        (("import", "transfers", "nofile.csv"), "'nofile.csv' 不存在"),
        (("balance", "a", "b"), "多余的参数：b"),
        (("nope",), "没有命令 'nope'"),
        (("balance", "--at"), "选项 '--at' 需要一个值"),
    ],
)
def test_what_the_parser_says_is_told_in_chinese(
    line: Line, arguments: tuple[str, ...], told: str
) -> None:
    ran = line(*arguments, LC_ALL="zh_CN.UTF-8")
    assert ran.status == 2
    assert told in ran.err
