"""What errors say beyond their code, in Simplified Chinese: the messages people meet most.

An error is made deep in the house, where there is one language. Here its English message is
recognised by its form, `{names}` standing for whatever stood there, and told again. One that is not
listed is shown as it is, below the sentence of its code.
"""

import re
from functools import cache
from typing import Final

from tpwallet.faces.cli.chinese.forms import translated_form

DETAILS: Final[dict[str, str]] = {
    # The pool
    "{path} is no pool; make one with: tpwallet init {same}": (
        "{path} 不是资金池；请用以下命令建立：tpwallet init {same}"
    ),
    "{path} is no pool and not empty; a pool is made in a new or an empty directory": (
        "{path} 不是资金池，且不为空；资金池只能在新目录或空目录中建立"
    ),
    "{path} holds a pool already": "{path} 中已有资金池",
    "{path} is in use by another process (is it being served?)": (
        "{path} 正被另一进程使用（是否正在提供服务？）"
    ),
    "{path} is in use by another process": "{path} 正被另一进程使用",
    "{path} has format {found}; this release reads {known}": (
        "{path} 的格式为 {found}；此版本可读取 {known}"
    ),
    "{path} exists and is not replaced": "{path} 已存在，不会被替换",
    "the journal reaches from 0 to {end}": "日志的范围是 0 至 {end}",
    "the journal is kept in 'sqlite' or at a postgresql:// address": (
        "日志可保存在 'sqlite' 或 postgresql:// 地址"
    ),
    "{name} is not a tpwallet journal": "{name} 不是 tpwallet 日志",
    "{name} is the journal of another pool": "{name} 是另一资金池的日志",
    (
        "the clock jumped forward; once the time is known to be right, override it: "
        "tpwallet clock override REASON"
    ): "时钟向前跳变；确认时间正确之后，请为其担保：tpwallet clock override REASON",
    (
        "the clock is behind the journal; set it right, wait, or override it in the hub: "
        "tpwallet clock override REASON --url URL"
    ): (
        "时钟落后于日志；请校准、等待，或在服务中为其担保：tpwallet clock override REASON --url URL"
    ),
    (
        "this works on a pool's directory and not through a hub: leave out --url and "
        "TPWALLET_URL, or say --pool DIR alone"
    ): (
        "此命令只在资金池的目录上进行，不能通过服务："
        "请去掉 --url 与 TPWALLET_URL，或只给出 --pool DIR"
    ),
    # What was asked
    "a word has 1 to {length} letters, digits and . _ : -": (
        "须为 1 至 {length} 个字母、数字或 . _ : -，不含空格"
    ),
    (
        "an asset's code has 1 to {length} capital letters, digits and hyphens between them"
    ): "资产代码须为 1 至 {length} 个大写字母、数字，其间可有连字符",
    "no asset {code}": "没有资产 {code}",
    "{text} has {decimals} decimals and {asset} has {scale}": (
        "{text} 有 {decimals} 位小数，而 {asset} 只有 {scale} 位"
    ),
    "{text} is not a plain decimal number": "{text} 不是普通的十进制数",
    "an amount is at least 0 and fits 128 bits": "金额至少为 0，且不超过 128 位",
    "an amount needs its asset": "金额需要注明资产",
    "an id is a decimal number below 2^128 - 1": "编号是小于 2^128 - 1 的十进制数",
    "an id is above 0 and below 2^128 - 1": "编号大于 0 且小于 2^128 - 1",
    "a code is 1 to 65535": "代码为 1 至 65535",
    "codes of {kind} accounts are {low} to {high}": "{kind} 账户的代码为 {low} 至 {high}",
    "a date is YYYY-MM-DD": "日期的形式为 YYYY-MM-DD",
    "a time is RFC 3339: 2026-01-31T12:00:00Z": "时间的形式为 RFC 3339：2026-01-31T12:00:00Z",
    "there is no such time": "没有这个时刻",
    "a moment is a position, or a time like 2026-01-31T12:00:00Z": (
        "时刻是一个位置，或如 2026-01-31T12:00:00Z 的时间"
    ),
    "{name} is a whole number of at most {bits} bits": "{name} 是不超过 {bits} 位（二进制）的整数",
    "a side is debit or credit": "方向须为 debit 或 credit",
    "a side is one of an account": "给出方向时须给出账户",
    "1 to {most} are looked up at once": "一次可查询 1 至 {most} 个",
    "a cursor comes from the page before": "游标须来自上一页",
    "this cursor is of another release": "该游标来自另一版本",
    "{command} needs the scope {scope}": "{command} 需要权限 {scope}",
    "this API key opens nothing here": "该 API 密钥在此无效",
    "no answer from the hub: {reason}": "服务没有答复：{reason}",
    "no checkpoint covers this position yet": "尚无检查点覆盖该位置",
    "nothing was signed yet": "尚未签名",
    "move its balance first": "请先转出其余额",
    "post, void or await its reservations first": "请先入账、撤销其预留，或等待其到期",
    "content is no JSON: {reason}": "内容不是 JSON：{reason}",
    "a page has 1 to {most} lines": "每页为 1 至 {most} 行",
    "{text} is no address: 1 to {depth} segments of letters, digits and . _ : @ -, "
    "{length} characters at most": (
        "{text} 不是地址：须为 1 至 {depth} 段字母、数字或 . _ : @ -，至多 {length} 个字符"
    ),
    "a port is 0 to {most}": "端口为 0 至 {most}",
    # Files to import
    "not JSON: {reason}": "不是 JSON：{reason}",
    "{column} is missing": "缺少 {column}",
    "{column} is a whole number up to {largest}": "{column} 是不超过 {largest} 的整数",
    "kind is one of {kinds}": "kind 须为以下之一：{kinds}",
    "pending_id goes with kind post or void": "pending_id 只用于 kind 为 post 或 void 的行",
    "a timestamp is after 1970 began and up to 2262": "时间戳须晚于 1970 年初且不晚于 2262 年",
    "a timestamp stands on every line or on none": "时间戳要么每行都有，要么都没有",
    "the file has no transfers": "文件中没有转账",
    "an amount is not below 0: let debit and credit change places": (
        "金额不小于 0：请将 debit 与 credit 互换"
    ),
    "imported before": "先前已导入",
    "{name}: import reads .csv, .ndjson and .parquet": (
        "{name}：可导入 .csv、.ndjson 和 .parquet 文件"
    ),
    "unknown columns: {unknown}; known: {known}": "未知的列：{unknown}；可用的列：{known}",
    "{path} is larger than {limit} bytes; split it": "{path} 超过 {limit} 字节；请拆分",
    # Exports and backups
    "{path} is neither a pool nor an export": "{path} 既不是资金池也不是导出文件",
    "{path} is no export: {reason}": "{path} 不是导出文件：{reason}",
    "{path} is no backup: it has no manifest": "{path} 不是备份：没有清单",
    "this is no vkey: {reason}": "这不是验证密钥：{reason}",
    "the secrets cannot be read: {reason}": "无法读取密钥文件：{reason}",
    "{path} holds the secrets of another pool": "{path} 是另一资金池的密钥文件",
    "{path} holds no secrets: {reason}": "{path} 中没有密钥：{reason}",
    "the secrets are sealed: a passphrase opens them": "密钥文件已加密：需要口令",
    "the passphrase is empty": "口令为空",
    "there is no terminal to ask for the passphrase: put it into TPWALLET_PASSPHRASE": (
        "没有可供输入口令的终端：请把口令放入 TPWALLET_PASSPHRASE"
    ),
    "this passphrase does not open these secrets": "该口令打不开这些密钥",
    "there is a journal of this pool already": "该资金池已有日志",
    "there is another journal of this pool": "该资金池已有另一份日志",
    "{path} is in the way, and was not left by an unfinished backup": (
        "{path} 占用了该名称，且不是未完成的备份所留"
    ),
    "the backup is not signed, so nothing shows what is missing of it": (
        "备份没有签名，无从得知缺少什么"
    ),
    "the backup is not signed by its pool's key: {reason}": "备份非由其资金池的密钥签名：{reason}",
    "the backup is signed by another key than the one demanded": "备份由另一密钥签名，而非所要求的",
    "the manifest is not the one that was signed": "清单不是当初所签的",
    "the journal does not name the key the backup is signed with": "日志中没有签署备份的密钥",
    "a file of the backup is missing": "备份缺少一个文件",
    "a file of the backup is not the one written": "备份中的一个文件不是当初写入的",
    "the backup has a file its manifest does not name": "备份中有清单未列出的文件",
    "the copy does not verify: {reason}": "副本未通过验证：{reason}",
    "the restored pool does not verify: {reason}": "恢复的资金池未通过验证：{reason}",
    "the restored journal does not end where the backup says": "恢复的日志与备份所述的末尾不符",
    # Damage
    "body does not match its hash": "内容与其哈希不符",
    "a stored commit is missing": "缺少一个提交",
    "the file is damaged: {reason}": "文件已损坏：{reason}",
}


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    return [(_form(english), chinese) for english, chinese in DETAILS.items()]


def _form(english: str) -> re.Pattern[str]:
    """A pattern of a message: each `{name}` matches whatever stands there.

    >>> _form("{path} holds a pool already").fullmatch("here holds a pool already")["path"]
    'here'
    """
    pieces = re.split(r"\{(\w+)\}", english)
    pattern = "".join(
        f"(?P<{piece}>.+)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )
    return re.compile(pattern, re.DOTALL)


def translated_detail(message: str) -> str:
    """A message in Chinese; one that is not listed stays as it is.

    >>> translated_detail("here holds a pool already"), translated_detail("who knows")
    ('here 中已有资金池', 'who knows')
    """
    for form, chinese in _forms():
        found = form.fullmatch(message)
        if found:
            return chinese.format(**found.groupdict())
    return translated_form(message) or message
