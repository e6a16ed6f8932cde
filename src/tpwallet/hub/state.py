"""The parts of state that make a pool, before its first event."""

import secrets

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.access import AccessState
from tpwallet.kernel.documents import DocumentState
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.state import PoolState, State


def empty_replica(pool_id: bytes) -> Replica:
    """A pool's state before its first event."""
    entropy = secrets.token_bytes(32)
    parts: dict[str, State] = {
        "kernel": KernelState(),
        "access": AccessState(),
        "documents": DocumentState(),
        "facts": LedgerFacts(),
        "ledger": LedgerState(entropy),
    }
    return Replica(pool_id, PoolState(parts), IdempotencyState(secrets.randbits(128)))
