"""A program that follows a pool until it is killed, keeping all it can all the while.

    python -m tests.processes.following POOL

It makes everything durable and a snapshot after every few positions, so that wherever it is killed
it is in the middle of something. It prints each position it has kept.
"""

import sys
from pathlib import Path

from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub.reading import ReadSide

STEP = 7


def main() -> None:
    side = ReadSide(PoolDirectory(Path(sys.argv[1])))
    end = side.journal.head().position
    while side.follower.position < end:
        side.follower.catch_up(min(side.follower.position + STEP, end))
        side.follower.publish()
        side.log.note()
        side.follower.flush()
        side.follower.make_snapshot()
        sys.stdout.write(f"{side.follower.position}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
