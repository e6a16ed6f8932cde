"""How long work tells how far it is."""

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What is being done."""

    ARCHIVING = "archiving"
    COPYING = "copying"
    EXPORTING = "exporting"
    COMPARING = "comparing"
    READING = "reading"
    REPLAYING = "replaying"
    RESCALING = "rescaling"
    RESTORING = "restoring"
    TRIMMING = "trimming"
    TRYING = "trying"
    VERIFYING = "verifying"


Progress = Callable[[Stage, int, int], None]
"""Is told the stage, how much of it is through, and how much there is; 0: not known."""


def no_progress(_stage: Stage, _through: int, _whole: int) -> None:
    """Show nothing."""
