"""What may befall a pool beside its daily work."""

from enum import Enum

from tpwallet.lab.sim.storage import Trouble


class Happening(Enum):
    """One thing that happens to the machine, its disk, its clock or its owner."""

    CRASH_BEFORE = "crash before an append"
    CRASH_AFTER = "crash after an append"
    KEPT = "append error, commit kept"
    LOST = "append error, commit lost"
    LATE = "append error, commit late"
    FULL = "disk full for a while"
    POWER_CUT = "crash between appends"
    RESTART = "restart"
    RESTART_FROM_SNAPSHOT = "restart from a snapshot"
    TAKEOVER = "takeover by another owner"
    JUMP = "clock jumps ahead"
    STEP_BACK = "clock steps back"
    FALL_BEHIND = "clock falls behind the journal"
    OVERRIDE = "operator overrides the clock"
    MONTH = "a month passes"


TROUBLES = {
    Happening.CRASH_BEFORE: Trouble.CRASH_BEFORE,
    Happening.CRASH_AFTER: Trouble.CRASH_AFTER,
    Happening.KEPT: Trouble.KEPT,
    Happening.LOST: Trouble.LOST,
    Happening.LATE: Trouble.LATE,
}
