"""What was kept of a past state: hashes that a replay from nothing must arrive at.

A snapshot keeps them, a writer that lets go of its pool, and a backup's manifest.
"""

from typing import NamedTuple

from tpwallet.kernel.errors import Fact
from tpwallet.kernel.replica import Replica


class Reached(NamedTuple):
    """A position that the journal had reached, and who says so: `what` it is before its number."""

    what: str
    position: int


class KeptState(NamedTuple):
    """The hashes of the state after the event at a position; `what` says who kept them."""

    what: str
    position: int
    state_hash: bytes
    commands_hash: bytes | None = None  # of the index of command ids; None: it was not kept

    def differences(self, replica: Replica) -> dict[str, Fact]:
        """What of a replica at this position is not as it was kept; empty when all of it is."""
        found: dict[str, Fact] = {}
        state_hash = replica.state.state_hash()
        if state_hash != self.state_hash:
            found |= {"kept": self.state_hash.hex(), "found": state_hash.hex()}
        commands_hash = replica.idempotency.state_hash()
        if self.commands_hash not in (None, commands_hash):
            found |= {"commands_found": commands_hash.hex()}
        return found
