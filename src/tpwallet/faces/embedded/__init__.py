"""The library: a pool in this very process, like SQLite is a database in it."""

from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.bodies import Personal
from tpwallet.faces.embedded.pool import Pool, open_pool
from tpwallet.faces.embedded.reads import read_pool

__all__ = ["Leg", "Personal", "Pool", "open_pool", "read_pool"]
