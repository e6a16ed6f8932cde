"""The summary: every claim, what was looked at, and whether it holds."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tpwallet.lab.demo.checks import Finding
from tpwallet.lab.demo.words import Words


def print_summary(console: Console, findings: Sequence[Finding], words: Words) -> None:
    """Print the table, and under it whatever does not hold."""
    table = Table(box=box.SIMPLE_HEAD, title=words.say("summary"), title_justify="left")
    table.add_column(words.say("claim"), style="bold", ratio=5, overflow="fold")
    table.add_column(words.say("found"), ratio=7, overflow="fold")
    table.add_column("", justify="right")
    for finding in findings:
        table.add_row(
            words.say(f"check_{finding.check.value}"),
            Text(words.say(f"found_{finding.check.value}", **_shown(finding))),
            _verdict(finding, words),
        )
    console.print(table)
    for finding in findings:
        for wrong in finding.wrong:
            console.print(Text(f"{finding.check.value}: {wrong}", style="red"))


def _shown(finding: Finding) -> dict[str, str]:
    return {
        name: f"{word:,}" if isinstance(word, int) else word for name, word in finding.words.items()
    }


def _verdict(finding: Finding, words: Words) -> Text:
    if finding.holds:
        return Text(f"✔ {words.say('holds')}", style="bold green")
    return Text(f"✘ {words.say('fails')}", style="bold red")
