"""What the demo says, in English and in simplified Chinese.

Every sentence is here under a name; `{…}` stands for a figure. The two languages have the same
names and the same figures, which a test checks.
"""

from enum import StrEnum


class Language(StrEnum):
    """A language the demo speaks."""

    ENGLISH = "en"
    CHINESE = "zh"


_ENGLISH = {
    "title": "tpwallet demo",
    "up": "up {time}",
    "position": "journal position {position}",
    "base": "values in {base}",
    # What is going on.
    "starting": "Starting a hub on a new pool, at {address}",
    "opening": "Opening {accounts} accounts, bringing in the first money",
    "day": "Business day: {customers} customers, {merchants} merchants, 24 h in {seconds} s",
    "rush": "After midnight: every caller at full speed, the crash is near",
    "killed": "SIGKILL: the hub died in mid-flight",
    "restarting": "{in_doubt} commands have no answer. Starting again on what is on the disk",
    "resuming": "Asking again, with the same command ids, for what got no answer",
    "proving": "Checking: {what}",
    "serving": "Serving {address} - press Ctrl-C to stop",
    # Key figures.
    "total": "Total",
    "available": "Available",
    "locked": "Locked",
    "in_flight": "In flight",
    "fees": "Fee income",
    # Columns and titles.
    "assets": "Assets",
    "asset": "Asset",
    "shares": "Shares",
    "worth": "Worth in {base}",
    "source": "Rate",
    "origin_base": "base",
    "origin_ecb": "ECB {day}",
    "origin_generated": "generated",
    "activity": "Activity",
    "latest": "Latest transactions",
    "answers": "answers/s",
    "latency": "half within {p50} ms, 99 % within {p99} ms",
    "acknowledged": "done {count}",
    "refused": "refused {count}",
    "in_doubt_now": "in doubt {count}",
    "hint": "locked: reserved by purchases | in flight: on its way to a bank or chain",
    # Kinds.
    "deposit": "deposit",
    "hold": "hold",
    "capture": "capture",
    "partial_capture": "partial",
    "void": "void",
    "expired": "expired",
    "split": "split",
    "refund": "refund",
    "transfer": "transfer",
    "conversion": "exchange",
    "payout": "payout",
    "payout_sent": "paid out",
    "payout_returned": "returned",
    "network_fee": "net fee",
    "late_capture": "too late",
    "overdraft": "overdraft",
    "accounts": "account",
    "capital": "capital",
    # The summary.
    "summary": "What was proven",
    "claim": "Claim",
    "found": "What was looked at",
    "holds": "holds",
    "fails": "DOES NOT HOLD",
    "check_acknowledged": "Nothing acknowledged was lost",
    "check_in_doubt": "What got no answer happened once, or not at all",
    "check_double_entry": "Debits equal credits in every asset",
    "check_identity": "What is held is what is owed",
    "check_replay": "The journal, replayed, gives the live books",
    "check_outsider": "An independent program accepts the whole journal",
    "check_proofs": "Every sampled inclusion proof verifies",
    "check_append_only": "The log signed before the crash was only added to",
    "found_acknowledged": "{answers} answers: each is in the journal, with the same content",
    "found_in_doubt": "{commands} commands: {kept} were on the disk when the hub died, "
    "{done_again} were done when asked again",
    "found_double_entry": "{assets} assets, booked and reserved amounts",
    "found_identity": "{assets} assets: bank and chains = customers + merchants + fees + capital "
    "+ conversion desk",
    "found_replay": "{events} events, {transfers} transfers from the first byte on: "
    "{accounts} accounts have their live balances at position {position}",
    "found_outsider": "{program}: {verdict}",
    "found_proofs": "{proofs} transactions, each proven to stand in the signed log, by {program}",
    "found_append_only": "{program}: the log of {old} events, signed before the crash, is how the "
    "log of {new} begins",
    "all_hold": "All of it holds. {count} answers, one crash, nothing lost.",
    "not_all_hold": "Not all of it holds; see above.",
    "kept": "The pool is kept in {pool}; look around with: tpwallet --pool {pool} account list",
    "evidence": "What it left is kept in {folder}",
    "removed": "The pool was temporary and is gone; keep one with --pool DIR",
    "rates": "Currencies: real reference rates of the European Central Bank of {day}. "
    "Coins (BTC, ETH, USDC): a generated series, not market prices.",
    "interrupted": "Stopped.",
}
_CHINESE = {
    "title": "tpwallet 演示",
    "up": "已运行 {time}",
    "position": "日志位置 {position}",
    "base": "以 {base} 计值",
    "starting": "在新资金池上启动中枢，地址 {address}",
    "opening": "开立 {accounts} 个账户，存入首批资金",
    "day": "营业日：{customers} 位客户、{merchants} 家商户，{seconds} 秒走完 24 小时",
    "rush": "午夜之后：所有调用方全速运行，随后杀死中枢",
    "killed": "SIGKILL：中枢在处理途中被杀死",
    "restarting": "{in_doubt} 条命令未获答复。用磁盘上的内容重新启动中枢",
    "resuming": "用相同的命令号重新询问未获答复的命令",
    "proving": "核验：{what}",
    "serving": "正在服务 {address} - 按 Ctrl-C 停止",
    "total": "总额",
    "available": "可用",
    "locked": "锁定",
    "in_flight": "在途",
    "fees": "手续费收入",
    "assets": "资产",
    "asset": "资产",
    "shares": "构成",
    "worth": "折合 {base}",
    "source": "汇率来源",
    "origin_base": "本位币",
    "origin_ecb": "ECB {day}",
    "origin_generated": "模拟生成",
    "activity": "业务",
    "latest": "最新交易",
    "answers": "答复/秒",
    "latency": "半数在 {p50} 毫秒内，99% 在 {p99} 毫秒内",
    "acknowledged": "完成 {count}",
    "refused": "拒绝 {count}",
    "in_doubt_now": "未决 {count}",
    "hint": "锁定：消费已预留 | 在途：正付往银行或链上",
    "deposit": "入金",
    "hold": "预授权",
    "capture": "全额请款",
    "partial_capture": "部分请款",
    "void": "撤销",
    "expired": "过期",
    "split": "分账收费",
    "refund": "退款",
    "transfer": "转账",
    "conversion": "兑换",
    "payout": "出金预留",
    "payout_sent": "已出金",
    "payout_returned": "出金退回",
    "network_fee": "网络费",
    "late_capture": "迟到请款",
    "overdraft": "透支",
    "accounts": "开户",
    "capital": "资本金",
    "summary": "核验结果",
    "claim": "命题",
    "found": "核验内容",
    "holds": "成立",
    "fails": "不成立",
    "check_acknowledged": "已确认的一笔不丢",
    "check_in_doubt": "未获答复的只发生一次，或没有发生",
    "check_double_entry": "每种资产借贷相等",
    "check_identity": "持有的等于欠付的",
    "check_replay": "重放日志即得实时账目",
    "check_outsider": "独立程序认可整本日志",
    "check_proofs": "抽查的包含证明全部通过",
    "check_append_only": "崩溃前已签名的日志只增不改",
    "found_acknowledged": "{answers} 条答复：每条都在日志中，内容一致",
    "found_in_doubt": "{commands} 条命令：{kept} 条在被杀时已落盘，{done_again} 条重问时完成",
    "found_double_entry": "{assets} 种资产，已记账与已预留金额",
    "found_identity": "{assets} 种资产：银行与链上 = 客户 + 商户 + 手续费 + 资本金 + 兑换头寸",
    "found_replay": "从首字节起 {events} 个事件、{transfers} 笔转账：位置 {position} 的 "
    "{accounts} 个账户余额与实时一致",
    "found_outsider": "{program}：{verdict}",
    "found_proofs": "{proofs} 笔交易，由 {program} 证明均在已签名的日志中",
    "found_append_only": "{program}：崩溃前签名的 {old} 个事件，正是如今 {new} 个事件的开头",
    "all_hold": "全部成立。{count} 条答复，一次崩溃，一笔未丢。",
    "not_all_hold": "并非全部成立，见上。",
    "kept": "资金池保存在 {pool}；查看账户：tpwallet --pool {pool} account list",
    "evidence": "现场保留在 {folder}",
    "removed": "临时资金池已删除；要保留请用 --pool DIR",
    "rates": "法币：欧洲央行 {day} 的真实参考汇率。币（BTC、ETH、USDC）：模拟生成的序列，非市价。",
    "interrupted": "已停止。",
}
TABLES = {Language.ENGLISH: _ENGLISH, Language.CHINESE: _CHINESE}


class Words:
    """The sentences of one language.

    >>> Words(Language.ENGLISH).say("refused", count=3)
    'refused 3'
    """

    def __init__(self, language: Language) -> None:
        self._table = TABLES[language]

    def say(self, name: str, **figures: object) -> str:
        """A sentence with its figures. **Rejects** (`KeyError`) a name or figure it has not."""
        return self._table[name].format(**figures)
