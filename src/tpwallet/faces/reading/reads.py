"""Everything that can be asked of a pool, once, for the library, HTTP and the command line.

A method has the name, the parameters and the answer of the hub's client. It answers from what the
follower keeps; only what is so at this very moment (a balance, what governs the pool) is taken
from the writer's live state, where there is any. Every answer carries the position it reflects. A
past moment is a position or an RFC 3339 time, which stands for the last position booked by then.

Personal texts are never part of an answer: answers hold references.
"""

from tpwallet.faces import reading_shapes
from tpwallet.faces.arguments import hold_methods
from tpwallet.faces.reading.proofs import ProofReading
from tpwallet.faces.reading.whole_lists import WholeLists
from tpwallet.kernel.errors import JournalCorrupt


@hold_methods
class Reads(WholeLists, ProofReading):
    """Every question there is. Any thread may ask."""

    def reading_position(self) -> reading_shapes.Progress:
        """How far the reading half has come, and how far behind the journal it is."""
        side = self._half().side
        follower, signed, check = side.follower, side.log.signed, side.chain_check
        lag = follower.lag()
        failure = follower.failure or check.failure
        return reading_shapes.Progress(
            position=follower.position,
            journal_position=follower.position + lag.positions,
            lag_positions=lag.positions,
            lag_seconds=f"{lag.ns // 1_000_000_000}.{lag.ns % 1_000_000_000:09d}",
            checkpoint_position=0 if signed is None else signed.position,
            snapshot_position=follower.snapshot_position,
            unverified_positions=check.left,
            failure=None if failure is None else _text_of(failure),
        )


def _text_of(failure: BaseException) -> str:
    if isinstance(failure, JournalCorrupt):
        return f"position {failure.position}: {failure}"
    return str(failure)
