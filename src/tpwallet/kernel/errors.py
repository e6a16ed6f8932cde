"""What the machine says when it does not do what it was asked.

`Rejected` is an answer: a documented code and its facts, made durable like any other outcome. The
others are not answers to the question: the request may be put again, or the machine has stopped.

Such a refusal speaks of one attempt. A command that is put again under its id may have been done
by an earlier attempt, whose answer was lost; only the command's own answer tells.
"""

from collections.abc import Mapping
from typing import Final

# A fact of a refusal: text or a whole number, never a float and never personal data.
Fact = str | int | bool | None
Facts = Mapping[str, Fact]

# What is known when an attempt was turned away.
NOT_DONE: Final = "this attempt did nothing, which says nothing of an earlier one"


class TpwalletError(Exception):
    """Base of every error tpwallet raises on purpose."""

    code = "error"

    def __init__(self, message: str, **facts: Fact) -> None:
        super().__init__(message)
        self.facts = facts


class Rejected(TpwalletError):
    """A business refusal: final for this command id, and recorded."""

    def __init__(self, code: str, message: str = "", **facts: Fact) -> None:
        super().__init__(message or code.replace("_", " "), **facts)
        self.code = code


class Malformed(TpwalletError):
    """The request cannot be understood; `parameter` names the part."""

    code = "malformed_request"

    def __init__(self, message: str, *, parameter: str, **facts: Fact) -> None:
        super().__init__(message, parameter=parameter, **facts)


class NotAPool(Malformed):
    """A path holds no pool; or none is made there, because it holds something else."""

    code = "not_a_pool"


class Unauthorized(TpwalletError):
    """The caller did not prove who it is."""

    code = "unauthorized"


class Forbidden(TpwalletError):
    """The caller may not do this."""

    code = "forbidden"


class Overloaded(TpwalletError):
    """The queue is full; this attempt did nothing. Put the request again later."""

    code = "overloaded"


class DeadlineExceeded(TpwalletError):
    """The caller's deadline passed before this attempt was begun; it did nothing."""

    code = "deadline_exceeded"


class Halted(TpwalletError):
    """The shard has stopped and is rebuilding; this attempt did nothing. Whether an earlier one did
    is told once the shard runs again.
    """

    code = "halted"


class OutcomeUnknown(TpwalletError):
    """Whether the command took effect is not known. Ask again with the same command id, which the
    facts name (`command_id`).
    """

    code = "outcome_unknown"


class ExecutedBeforeErasure(OutcomeUnknown):
    """This very command id was executed before its subject was erased, at the fact `position`. The
    texts that came with it cannot be compared any more, so its outcome is not told here: look at
    that position. It is never executed again; under another command id it would be.
    """

    code = "executed_before_erasure"


class Poisoned(TpwalletError):
    """A decision failed by a fault of ours; its unit was rolled back, and this attempt did nothing.
    Not to be repeated as it is.
    """

    code = "internal_error"


class ClockRefused(TpwalletError):
    """The clock jumped or fell behind; nothing is accepted until it is right or overridden."""

    code = "clock_refused"


class Fenced(TpwalletError):
    """Another owner has taken this pool; this one must not write again, and this attempt wrote
    nothing.
    """

    code = "fenced"


class JournalCorrupt(TpwalletError):
    """The journal does not hold together; `position` is the first that cannot be trusted."""

    code = "journal_corrupt"

    def __init__(self, message: str, *, position: int, **facts: Fact) -> None:
        super().__init__(message, position=position, **facts)
        self.position = position


class JournalUnavailable(TpwalletError):
    """The journal cannot be reached or written now (no space, no connection); this attempt wrote
    nothing.
    """

    code = "journal_unavailable"


class SegmentNotAtHand(JournalUnavailable):
    """An archived part of the journal is wanted, and its file is not where it was put; `position`
    is the first that is wanted and `file` where it should be. Bring it back and ask again.
    """

    code = "segment_not_at_hand"


class VaultUnavailable(TpwalletError):
    """The vault of personal texts cannot be read or written now (no space, a failed disk); this
    attempt did nothing.
    """

    code = "vault_unavailable"


class ErasureUnfinished(TpwalletError):
    """A person's key is destroyed and the vault opens none of their texts any more, but the vault's
    log still holds the key's bytes, because another connection reads from it. They go at the next
    opportunity: when whoever erased changes the vault again, and whenever it is opened or closed.
    To see that they are gone, erase again.
    """

    code = "erasure_unfinished"


class InvariantBroken(TpwalletError):
    """Something that cannot be is. The shard halts rather than go on from it; nothing of this
    attempt is written.
    """

    code = "invariant_broken"
