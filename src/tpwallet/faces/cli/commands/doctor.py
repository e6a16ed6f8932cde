"""`tpwallet doctor`: is this pool well, and the machine under it?"""

from typing import TYPE_CHECKING

from tpwallet.faces.cli import exits
from tpwallet.faces.cli.command import command, option
from tpwallet.faces.cli.door import pool_directory
from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.output import answer, show_table, tell
from tpwallet.faces.cli.progress import progress_bar

if TYPE_CHECKING:
    from tpwallet.faces.operations.examining.diagnosis import Examination

_STATES = {"ok": "ok", "warn": "warning", "fail": "FAILED", "skipped": "not checked"}
_VERDICTS = {
    "ok": "All is well.",
    "warn": "Nothing is broken; look at the warnings.",
    "fail": "Something is broken.",
}


@command("doctor", section="Running")
@option(
    "--deep",
    is_flag=True,
    help="Read the whole journal and its views too: for texts nothing refers to, and for damage.",
)
def doctor(deep: bool) -> int:
    """Examine a pool and the machine it runs on.

    Nothing is changed, and the pool may be in use meanwhile. The exit status is 1 when something
    is broken.
    """
    from tpwallet.faces.cli.warming import is_warm
    from tpwallet.faces.operations.examining.examination import examine

    with progress_bar() as progress:
        found = examine(pool_directory(), is_warm=is_warm(), is_deep=deep, progress=progress)
    answer(found.told(), lambda: _show(found))
    return exits.REFUSED if found.state == "fail" else exits.OK


def _show(found: "Examination") -> None:
    show_table(
        ("What", "How", "Found"),
        [
            (say(one.name), say(_STATES[one.state]), say(one.message, **one.facts))
            for one in found.diagnoses
        ],
    )
    for one in found.diagnoses:
        if one.advice:
            tell("{name}: {advice}", name=say(one.name), advice=say(one.advice, **one.facts))
    tell(_VERDICTS[found.state])
