"""The library: a pool in this very process, like SQLite is a database in it."""

from tpwallet.faces.embedded.commands import Personal
from tpwallet.faces.embedded.pool import Pool, open_pool

__all__ = ["Personal", "Pool", "open_pool"]
