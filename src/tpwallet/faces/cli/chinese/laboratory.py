"""The help of the laboratory's commands (demo, bench, sim), in Simplified Chinese."""

from typing import Final

LABORATORY: Final = {
    # demo
    (
        "A wallet firm's business day on a new hub, a crash in the middle, and the proof that "
        "nothing\nwas lost.\n\n"
        "Exit status: 0 when every claim holds, 1 when one does not, 130 when it was interrupted."
    ): (
        "在新的服务上演示一家钱包公司的营业日：中途崩溃一次，并证明什么都没有丢失。\n\n"
        "退出状态：各项声明全部成立为 0，有一项不成立为 1，被中断为 130。"
    ),
    "Real seconds in which the business day passes.": "营业日所用的实际秒数。",
    "How many customers the firm has; there is a merchant for every eight.": (
        "公司的客户数；每八个客户有一个商户。"
    ),
    "About how many commands the day has, before the rush after midnight.": (
        "当日的命令数（约数），不含午夜后的高峰。"
    ),
    "The same seed, the same day.": "种子相同，营业日就相同。",
    "The currency values are shown in.": "显示价值所用的货币。",
    "The language of the screen: English or simplified Chinese.": "画面的语言：英文或简体中文。",
    "End with the summary instead of serving on.": "显示总结后即结束，不再继续服务。",
    "The port of 127.0.0.1 to serve at; without it any that is free.": (
        "在 127.0.0.1 上提供服务的端口；不给出则任选空闲端口。"
    ),
    "Keep the pool in this new directory; without it the pool is temporary.": (
        "把资金池保存在此新目录；不给出则为临时资金池。"
    ),
    "Print the result as one JSON object; implies --once.": (
        "以一个 JSON 对象输出结果；同时意味着 --once。"
    ),
    # bench
    (
        "Measure what tpwallet does on this machine: WHICH of the benchmarks, or all of them.\n\n"
        "What it makes is temporary. Run it on a machine that does nothing else, and compare "
        "medians."
    ): (
        "测量 tpwallet 在本机的性能：WHICH 为其中一项基准，或全部。\n\n"
        "所建之物均为临时。请在没有其他负载的机器上运行，并比较中位数。"
    ),
    "One JSON object, on one line.": "一个 JSON 对象，占一行。",
    "How many transfers or commands each variant makes; the default is the benchmark's own.": (
        "每个变体的转账数或命令数；默认值由各基准自定。"
    ),
    "How many accounts there are (ledger, recovery).": "账户数（ledger、recovery）。",
    "Only this variant (ledger); repeatable.": "只测此变体（ledger）；可重复给出。",
    "Where the pools are made, to measure that disk; the default is the temporary folder.": (
        "在何处建立资金池，以测量该磁盘；默认为临时目录。"
    ),
    # sim
    (
        "Run simulated worlds with faults, each from its seed, and hold each against an independent"
        "\nmodel of the rules.\n\n"
        "Exit status: 0 when every world did as it must, 1 when one did not; it says how to play a"
        "\nfailed one again, which goes the same way, step by step."
    ): (
        "运行带有故障的模拟世界，每个世界由其种子决定，并与独立的规则模型逐一对照。\n\n"
        "退出状态：每个世界都符合要求为 0，有一个不符合为 1；会说明如何重演失败的世界，"
        "其过程逐步相同。"
    ),
    "How many seeds are played, one after another.": "依次运行多少个种子。",
    "The first seed of them.": "其中的第一个种子。",
    "Only this one.": "只运行这一个。",
    "Steps of each world.": "每个世界的步数。",
    (
        "A journal in memory; or the installed writer on SQLite and a disk that loses what was "
        "not synced; or every seed in memory and every other on SQLite too."
    ): (
        "日志在内存中；或用实际的写入器，日志在 SQLite 与会丢失未同步内容的磁盘上；"
        "或每个种子在内存中、每隔一个也在 SQLite 上。"
    ),
    "One JSON object a line, for each world.": "每个世界一行 JSON 对象。",
}
