"""`tpwallet verify`: is this journal whole, signed, balanced, and what the pool says it is?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tpwallet.faces.cli import exits
from tpwallet.faces.cli.command import command, option
from tpwallet.faces.cli.door import compile_loops, pool_directory
from tpwallet.faces.cli.language import say, say_message
from tpwallet.faces.cli.output import answer, note, show_facts, show_table, tell
from tpwallet.faces.cli.progress import progress_bar

if TYPE_CHECKING:
    from tpwallet.faces.operations.checking_views import CheckedView
    from tpwallet.faces.operations.verifying import Report
    from tpwallet.processes.verification.verdict import Result

_CHECKS = {
    "chain": "every commit follows and holds its body",
    "events": "every event can be read and applied",
    "double_entry": "double entry, kept a second time",
    "log": "the log's root is the signed one",
    "signatures": "the pool's key signed",
    "replay": "replay arrives at the kept state",
}
_VIEWS = {
    "history": "past balances, as they were written",
    "directory.db": "names and notes, page by page",
}
_REPORT_FORMAT = b'"tpwallet-verification-1"'
_FORMAT_WITHIN_BYTES = 64
_OUTCOMES = {"ok": "ok", "failed": "FAILED", "skipped": "not checked"}


@command("verify", section="Proof and safety")
@click.argument("subject", required=False, type=click.Path(path_type=Path))
@option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a report for programs: what was found where, and what can be trusted. An earlier "
    "report is replaced.",
)
@option(
    "--vkey",
    "vkeys",
    multiple=True,
    metavar="VKEY",
    help="Trust signatures of this key and no other. May be repeated.",
)
def verify(subject: Path | None, report: Path | None, vkeys: tuple[str, ...]) -> int:
    """Verify a pool or an export: chain, double entry, log, signatures, replay.

    SUBJECT is a pool's directory or a .tpwx file; the default is the pool of --pool. A pool may be
    in use meanwhile. The last line begins with OK when everything holds.
    """
    compile_loops()
    from tpwallet.faces.operations.verifying import verify_path

    with progress_bar() as progress:
        found = verify_path(subject or pool_directory(), vkeys=vkeys, progress=progress)
    answer(found, lambda: _show(found))
    if report is not None:
        _write(found, report)
    return exits.OK if found.ok else exits.DAMAGED


def _write(found: "Report", out: Path) -> None:
    import msgspec

    from tpwallet.gateways.whole_file import write_whole

    content = msgspec.json.format(msgspec.json.encode(found))
    write_whole(out, (content, b"\n"), replaces=_is_report(out))
    note("The report is in {file}.", file=out)


def _is_report(path: Path) -> bool:
    """Whether a file is an earlier report, which a new one takes the place of; no other does."""
    try:
        with path.open("rb") as file:
            return _REPORT_FORMAT in file.read(_FORMAT_WITHIN_BYTES)
    except FileNotFoundError:
        return False


def _show(found: "Report") -> None:
    verdict = found.verdict
    show_table(
        ("Check", "Outcome", "Looked at"),
        [*map(_row, verdict.results), *map(_view_row, found.views)],
        right=(2,),
    )
    if verdict.ledgers:
        show_table(
            ("Ledger", "Accounts", "Posted, each side", "Pending, each side"),
            [
                (str(one.ledger), str(one.accounts), one.debits_posted, one.debits_pending)
                for one in verdict.ledgers
            ],
            right=(1, 2, 3),
        )
    facts: list[tuple[str, object]] = [
        ("signed through", verdict.signed_through),
        ("root", verdict.root or ""),
        ("state", verdict.state_hash or ""),
    ]
    facts += [("key", vkey) for vkey in found.vkeys]
    show_facts(facts)
    if found.kind == "export" and not found.keys_pinned:
        tell("The keys come from the file itself: compare them with ones you know, or use --vkey.")
    for finding in verdict.findings:
        message = say_message(finding.message)
        tell("position {position}: {message}", position=finding.position, message=message)
    _show_verdict(found)


def _row(result: "Result") -> tuple[str, str, str]:
    outcome = say(_OUTCOMES[result.outcome])
    if result.reason:
        outcome = f"{outcome}: {say(result.reason)}"
    return say(_CHECKS[result.check]), outcome, str(result.count)


def _view_row(view: "CheckedView") -> tuple[str, str, str]:
    outcome = say(_OUTCOMES[view.outcome])
    if view.reason:
        outcome = f"{outcome}: {say(view.reason)}"
    return say(_VIEWS[view.view]), outcome, str(view.count)


def _show_verdict(found: "Report") -> None:
    verdict = found.verdict
    if verdict.ok and not found.ok:
        tell(
            "FAILED {kind} '{name}': every position can be trusted; these read models are damaged "
            "and may have answered wrongly: {views}",
            kind=say(found.kind),
            name=found.name,
            views=", ".join(view.view for view in found.damaged_views),
        )
        tell("Make them again with: tpwallet views rebuild")
        return
    if verdict.ok:
        tell(
            "OK {kind} '{name}': {events} events in {commits} commits, {transfers} transfers "
            "between {accounts} accounts",
            kind=say(found.kind),
            name=found.name,
            events=verdict.events,
            commits=verdict.commits,
            transfers=verdict.transfers,
            accounts=verdict.accounts,
        )
        return
    tell(
        "FAILED {kind} '{name}': the first bad position is {position}; "
        "positions 1 to {trusted} can be trusted"
        if verdict.trusted_through
        else "FAILED {kind} '{name}': the first bad position is {position}; nothing can be trusted",
        kind=say(found.kind),
        name=found.name,
        position=verdict.first_bad_position,
        trusted=verdict.trusted_through,
    )
    if found.kind == "pool" and verdict.trusted_through:
        tell("Save them with: tpwallet backup DIRECTORY --through {at}", at=verdict.trusted_through)
