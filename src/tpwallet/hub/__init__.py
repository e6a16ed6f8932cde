"""The composition root: a pool's settings in, its running halves out.

Everything is put together here and nowhere else; faces are given what is whole. A pool has two
halves. The writing half (`Writer`) has the journal driver, the parts of state, the routes of every
flow, the clock and the vault. The reading half (`hub.reading.ReadSide`) has the follower, its
views, the transparency log and the pool's past; it is not imported with this package, because the
database library behind its views takes 200 ms that a writer need not wait for.
"""

from tpwallet.hub.routes import ROUTES, body_digest
from tpwallet.hub.signing import check_signed, log_signer
from tpwallet.hub.state import empty_replica
from tpwallet.hub.vault import open_vault
from tpwallet.hub.writing import Writer

__all__ = [
    "ROUTES",
    "Writer",
    "body_digest",
    "check_signed",
    "empty_replica",
    "log_signer",
    "open_vault",
]
