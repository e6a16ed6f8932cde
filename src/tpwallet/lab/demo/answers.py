"""Holding what the hub said against what its journal says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tpwallet.faces.reading_shapes import Checkpoint
from tpwallet.lab.day.intents import Intent
from tpwallet.lab.demo.acknowledgements import Acknowledgement
from tpwallet.lab.demo.checks import Check, Finding, finding


@dataclass(frozen=True, slots=True)
class Crash:
    """`checkpoint` is the newest one signed before it, `position` the journal's last when the hub
    died, `in_doubt` what had no answer then, by command id, and `wrong` what had been acknowledged
    and was not there, before any repair.
    """

    checkpoint: Checkpoint
    position: int
    in_doubt: Mapping[str, Intent]
    wrong: tuple[str, ...]


def differences(
    acknowledged: Iterable[Acknowledgement], recorded: Mapping[str, Acknowledgement]
) -> tuple[int, list[str]]:
    """How many answers were compared, and a sentence for each that the journal does not confirm.

    `recorded` is by command id. An answer is confirmed when the journal's outcome of that command
    is the same in every field.
    """
    compared = 0
    wrong = []
    for answer in acknowledged:
        compared += 1
        found = recorded.get(answer.command_id)
        if found is None:
            wrong.append(f"{answer.command_id}: acknowledged at {answer.position}, and not there")
        elif found != answer:
            wrong.append(f"{answer.command_id}: {_difference(answer, found)}")
    return compared, wrong


def _difference(said: Acknowledgement, found: Acknowledgement) -> str:
    for field in said.__struct_fields__:
        told, kept = getattr(said, field), getattr(found, field)
        if told != kept:
            return f"{field} was told as {told!r}, the journal has {kept!r}"
    return "the same"


def acknowledged_finding(
    acknowledged: Iterable[Acknowledgement],
    recorded: Mapping[str, Acknowledgement],
    *,
    wrong_before: Iterable[str] = (),
) -> Finding:
    """Whether everything that was acknowledged is in the journal, unchanged; `wrong_before` is
    what an earlier look at it found.
    """
    compared, wrong = differences(acknowledged, recorded)
    if not compared:
        wrong = ["nothing was acknowledged"]
    return finding(Check.ACKNOWLEDGED, [*wrong_before, *wrong], answers=compared)


def in_doubt_finding(
    crash: Crash, outcomes: Iterable[Acknowledgement], acknowledged: Iterable[Acknowledgement]
) -> Finding:
    """Whether each command that got no answer before the crash has exactly one outcome now, and
    the one its caller was told when it asked again.
    """
    told = {answer.command_id: answer for answer in acknowledged}
    found: dict[str, list[Acknowledgement]] = {command_id: [] for command_id in crash.in_doubt}
    for outcome in outcomes:
        if outcome.command_id in found:
            found[outcome.command_id].append(outcome)
    wrong = []
    kept = 0
    for command_id, each in found.items():
        if len(each) != 1:
            wrong.append(f"{command_id}: {len(each)} outcomes")
        elif told.get(command_id) != each[0]:
            wrong.append(f"{command_id}: its caller was told something else")
        elif each[0].position <= crash.position:
            kept += 1
    return finding(
        Check.IN_DOUBT, wrong, commands=len(found), kept=kept, done_again=len(found) - kept
    )
