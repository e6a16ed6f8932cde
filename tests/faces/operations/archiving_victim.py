"""A program that dies of SIGKILL in the middle of archiving.

    python -m tests.faces.operations.archiving_victim POOL THROUGH MOMENT

MOMENT: `writing` (the file is half there), `written` (durable, nothing recorded), `recorded` (the
journal says so, no card yet), `kept` (with card and snapshot, nothing dropped), `dropping` (after
the first step), `dropped`.
"""

import os
import signal
import sys
from pathlib import Path
from unittest.mock import patch

from tpwallet.faces.operations import archiving
from tpwallet.gateways.journals import sqlite
from tpwallet.gateways.journals.segment_folder import SegmentFolder
from tpwallet.gateways.journals.segmented import Segmented
from tpwallet.gateways.pool_directory import PoolDirectory

DIES_AT = {
    "written": (SegmentFolder, "verify"),
    "recorded": (SegmentFolder, "keep_card"),
    "kept": (Segmented, "trim"),
}


def die(*_arguments: object, **_more: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    path, through, moment = sys.argv[1:]
    if moment in DIES_AT:
        patch.object(*DIES_AT[moment], die).start()
    if moment == "dropping":
        patch.object(sqlite, "TRIM_COMMITS_MAX", 2).start()

    def told(stage: str, reached: int, _whole: int) -> None:
        half_written = (moment, stage) == ("writing", "archiving") and reached > 8
        dropped = moment in {"dropping", "dropped"} and stage == "trimming"
        if half_written or dropped:
            die()

    archiving.archive_segment(PoolDirectory(Path(path)), int(through), progress=told)


if __name__ == "__main__":
    main()
