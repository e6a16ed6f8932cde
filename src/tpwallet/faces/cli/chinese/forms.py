"""What is wrong with an argument, in Simplified Chinese: of a form, or of the command line itself.

A form's refusal is a sentence made of few words (`tpwallet.faces.argument_words`) and what the
form is for. What the command line's own parser says is recognised as a whole.
"""

import re
from functools import cache
from typing import Final

_WORDS: Final = {
    "text": "文字",
    "a whole number": "整数",
    "True or False": "True 或 False",
    "bytes": "字节",
    "a list": "列表",
    "a mapping": "映射",
    "None": "None",
    "a float": "浮点数",
    "a Decimal": "Decimal",
    "at least": "至少",
    "at most": "至多",
    "characters": "个字符",
    "entries": "项",
}
_SENTENCES: Final = {
    "expected text of another form": "文字的形式不符",
    "expected one of {values}": "须为以下之一：{values}",
    "expected a whole number of {bound} {number}": "须为{bound} {number} 的整数",
    "expected {kind} of {bound} {number} {unit}": "须为{bound} {number} {unit}的{kind}",
    "expected {wanted}, got {found}": "须为{wanted}，而不是{found}",
    "this field is required": "此项必填",
    "no such field": "没有此项",
}
MEANINGS: Final = {
    "A readable address: `customer/42/available/BTC`": "可读的地址：`customer/42/available/BTC`",
    "An account's address, or `#` and its id in decimal": (
        "账户的地址，或 `#` 加其十进制编号：`customer/42/available/BTC`、`#7`"
    ),
    "A decimal amount in the asset's own scale: `12.50`": "按资产小数位书写的十进制金额：`12.50`",
    "An asset's code: `EUR`, `BTC`": "资产代码：`EUR`、`BTC`",
    "What kind of movement this is": "划转的种类",
    "A 128-bit id in decimal, above 0": "大于 0 的 128 位十进制编号",
    "A day in UTC, ISO 8601: 2026-01-31": "UTC 日期，ISO 8601：2026-01-31",
    "RFC 3339: 2026-01-31T12:00:00Z": "RFC 3339 时间：2026-01-31T12:00:00Z",
    "A number of up to 128 bits, in decimal": "不超过 128 位的十进制数",
    "Who a text is about, by a name of yours": "文字所涉之人，以您自定的名称表示",
    "0: never expires": "0 表示永不到期",
    "Public notes, in the journal for ever: no personal data": (
        "公开的附注，永久保存在日志中：不得含个人信息"
    ),
    "Exact: whole units of the successor for one whole unit, `1` or `1/1000`": (
        "精确的比率：一个单位折合后继资产的整单位数，`1` 或 `1/1000`"
    ),
    "An actor, such as `key:<key_id>`": "操作者，例如 `key:<key_id>`",
}
# What click says.
_OF_THE_PARSER: Final = {
    "{value} is not one of {choices}.": "{value} 不是以下之一：{choices}。",
    "{value} is not a valid integer.": "{value} 不是整数。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 之内。",
    "{kind} {path} does not exist.": "{path} 不存在。",
    "{kind} {path} is a directory.": "{path} 是目录。",
    "{kind} {path} is a file.": "{path} 是文件。",
    "{kind} {path} is not readable.": "{path} 无法读取。",
    "Got unexpected extra argument ({found})": "多余的参数：{found}",
    "Got unexpected extra arguments ({found})": "多余的参数：{found}",
    "No such command {name}.": "没有命令 {name}。",
    "Missing command.": "缺少命令。",
    "Option {name} requires an argument.": "选项 {name} 需要一个值。",
    "Option {name} does not take a value.": "选项 {name} 不带值。",
}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    known = {**_SENTENCES, **_OF_THE_PARSER}
    return [(_pattern(english), chinese) for english, chinese in known.items()]


def _pattern(english: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", english)
    return re.compile(
        "".join(
            f"(?P<{piece}>.+)" if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )


def translated_form(message: str) -> str | None:
    """A message about an argument, in Chinese; None for one that is not known.

    >>> translated_form("expected text, got a whole number. An asset's code: `EUR`, `BTC`")
    '须为文字，而不是整数。资产代码：`EUR`、`BTC`'
    >>> translated_form("nobody has translated this")
    """
    sentence, _, meaning = message.partition(". ")
    if meaning not in MEANINGS:
        return _told(message)
    told = _told(sentence)
    return None if told is None else f"{told}。{MEANINGS[meaning]}"


def _told(sentence: str) -> str | None:
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            words = {name: _word(text) for name, text in found.groupdict().items()}
            return chinese.format(**words)
    return None


def _word(text: str) -> str:
    if text in _WORDS:
        return _WORDS[text]
    return " 或 ".join(_WORDS.get(one, one) for one in text.split(" or "))
