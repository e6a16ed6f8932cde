"""Exit statuses: what a script is told without reading a word (reference: cli, "Exit status")."""

from typing import Final

OK: Final = 0
REFUSED: Final = 1  # said no, or a check failed
USAGE: Final = 2  # the command line cannot be understood
UNAVAILABLE: Final = 3  # nothing was done; the same may be tried again
UNKNOWN: Final = 4  # whether it took effect is not known: ask with the same command id
DAMAGED: Final = 5  # the journal or a backup does not hold together
FAULT: Final = 6  # a fault of ours
INTERRUPTED: Final = 130

_STATUSES: Final = {
    "malformed_request": USAGE,
    "not_a_pool": USAGE,
    "clock_refused": UNAVAILABLE,
    "fenced": UNAVAILABLE,
    "follower_unavailable": UNAVAILABLE,
    "halted": UNAVAILABLE,
    "hub_unreachable": UNAVAILABLE,
    "journal_unavailable": UNAVAILABLE,
    "overloaded": UNAVAILABLE,
    "position_not_reached": UNAVAILABLE,
    "segment_not_at_hand": UNAVAILABLE,
    "server_closing": UNAVAILABLE,
    "erasure_unfinished": UNKNOWN,
    "executed_before_erasure": UNKNOWN,
    "outcome_unknown": UNKNOWN,
    "unexpected_answer": UNKNOWN,
    "journal_corrupt": DAMAGED,
    "backup_damaged": DAMAGED,
    "internal_error": FAULT,
    "invariant_broken": FAULT,
}


def status_of(code: str) -> int:
    """The exit status of an error's code; a code nobody listed is a refusal.

    >>> status_of("exceeds_credits"), status_of("halted")
    (1, 3)
    """
    return _STATUSES.get(code, REFUSED)
