"""The limits of the demo, each named once."""

from typing import Final

WORKERS: Final = 32
"""Calls at the same time: more find more commands in each durable write."""

CALL_MS_MAX: Final = 2_000
"""How long a call may take, with the repetitions that the client makes by itself."""

PROVING_CALL_MS_MAX: Final = 30_000
"""How long the questions may take whose answers prove something: the reading half may be behind."""

ATTEMPTS_MAX: Final = 20
"""How often a worker puts such a call again, while the hub is not known to be dead."""

ATTEMPT_PAUSE_SECONDS: Final = 0.05
READY_SECONDS_MAX: Final = 180
"""How long a server may take to start: the first start on a machine compiles the loops."""

STOP_SECONDS_MAX: Final = 20
LATENCIES_KEPT: Final = 4_096
SECONDS_KEPT: Final = 120
LATEST_KEPT: Final = 40
PROOFS_SAMPLED: Final = 24
RUSH_SECONDS: Final = 3
UNDER_WAY_MIN: Final = 8
"""How many calls are to be under way when the hub is killed."""

READING_SECONDS_MAX: Final = 120
"""How long the live books are read again and again, because reservations expire meanwhile: the
shortest are over by then, and the others last far longer.
"""

AFTERMATH_SECONDS: Final = 3
"""How long the day goes on after the restart, to show that it does."""

LATE_FACTOR: Final = 2
"""On a slow machine the day is cut short when it has taken this many times its seconds."""
