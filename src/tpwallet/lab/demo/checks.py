"""What the demo claims, and what came of checking it."""

from enum import StrEnum

import msgspec


class Check(StrEnum):
    """One claim."""

    ACKNOWLEDGED = "acknowledged"  # nothing the hub said it did is missing or different
    IN_DOUBT = "in_doubt"  # what got no answer has exactly one outcome
    DOUBLE_ENTRY = "double_entry"  # debits equal credits in every asset
    IDENTITY = "identity"  # what is held equals what is owed, earned and paid in
    REPLAY = "replay"  # the journal, replayed, gives the live books
    OUTSIDER = "outsider"  # the stand-alone verifier accepts the exported journal
    PROOFS = "proofs"  # every sampled inclusion proof verifies
    APPEND_ONLY = "append_only"  # what was signed before the crash is how the log begins


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one check: whether it holds, how much was looked at, and what is wrong.

    `words` are figures for the sentence of the summary; `wrong` names what did not hold.
    """

    check: Check
    holds: bool
    words: dict[str, int | str] = {}
    wrong: tuple[str, ...] = ()


WRONG_SHOWN_MAX = 5


def finding(check: Check, wrong: list[str], **words: int | str) -> Finding:
    """A finding that holds when nothing is wrong; only the first few wrongs are named."""
    shown = wrong[:WRONG_SHOWN_MAX]
    if len(wrong) > len(shown):
        shown.append(f"… and {len(wrong) - len(shown)} more")
    return Finding(
        check=check,
        holds=not wrong,
        words=words,
        wrong=tuple(shown),
    )
