"""Everything the screen shows, at one moment: a value, so that drawing it is a pure function."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tpwallet.lab.demo.figures import Figures
from tpwallet.lab.demo.tally import Tallied


class Stage(StrEnum):
    """The acts of the demo, in their order."""

    STARTING = "starting"
    OPENING = "opening"
    DAY = "day"
    RUSH = "rush"
    KILLED = "killed"
    RESTARTING = "restarting"
    RESUMING = "resuming"
    PROVING = "proving"
    SERVING = "serving"


@dataclass(frozen=True, slots=True)
class View:
    """One moment. `message` is in the reader's language; `second` is the business day's."""

    stage: Stage
    message: str
    base: str
    up_seconds: int
    second: int
    rates_of: date
    tallied: Tallied
    figures: Figures | None = None
