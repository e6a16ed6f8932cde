"""Idempotency: the first outcome of a command id is its outcome for ever.

A key stands for (actor, command id), the pool being understood. The index keeps only where the
first outcome lies in the journal; the answer to a repetition is read back from there, refusals
included. Keys are kept for ever (24 bytes each); answers at least `IDEMPOTENCY_NS_MIN`, after
which a repetition is told `idempotency_expired` and is still not executed again.
"""

import hashlib

from tpwallet.kernel import limits
from tpwallet.kernel.id_index import IdIndex


class IdempotencyState:
    """Where each command's first outcome lies."""

    def __init__(self, seed: int, *, segments_max: int = limits.ID_INDEX_SEGMENTS_MAX) -> None:
        """`seed`: 128 bits of entropy for the index's layout; `segments_max`: its size."""
        self._index = IdIndex(seed, segments_max=segments_max)

    def __len__(self) -> int:
        """How many commands it remembers."""
        return len(self._index)

    def has_room(self, *, for_expiry: bool = False) -> bool:
        """Whether another command can be remembered. Reservations go on to expire when no other
        command is taken any more, and a new writer can still mark its epoch.
        """
        return (self._index.ids_left_at_last if for_expiry else self._index.ids_left) > 0

    @staticmethod
    def key_of(actor: str, command_id: str) -> int:
        """128 bits for an actor's command id."""
        data = len(actor).to_bytes(2, "little") + actor.encode() + command_id.encode()
        return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "little")

    def position_of(self, key: int) -> int:
        """Position of the first outcome's first event; 0 when there is none."""
        return self._index.get(key)

    def remember(self, key: int, position: int) -> None:
        """Keep where a first outcome lies."""
        self._index.add(key, position)

    def state_hash(self) -> bytes:
        """24 bytes that two equal states share."""
        return self._index.digest()

    def index(self) -> IdIndex:
        """The index, for snapshots."""
        return self._index
