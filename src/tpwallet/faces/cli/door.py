"""The door a command goes through: the pool in a directory, or a hub at an address.

A hub's client has the methods of a pool opened here, so a command calls the same one either way. A
pool that is changed here is held by this process for as long as that takes; one that is only looked
at is read beside whoever holds it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tpwallet.faces.cli.output import note, settings
from tpwallet.faces.cli.progress import progress_bar
from tpwallet.kernel.errors import Malformed

if TYPE_CHECKING:
    from tpwallet.faces.client import Client
    from tpwallet.faces.embedded import Pool
    from tpwallet.faces.reading.reader import Reader


def writing() -> "AbstractContextManager[Pool | Client]":
    """The pool of the settings, for commands that change it."""
    return _hub() or _pool_here()


def reading() -> "AbstractContextManager[Reader | Client]":
    """The pool of the settings as of its newest position, for questions."""
    return _hub() or _reader_here()


def pool_directory() -> Path:
    """The directory of the pool, for a command that works on it alone.

    **Rejects** with `Malformed` settings that name a hub: what was meant is not what would be done.
    """
    if settings().hub_url is not None:
        raise Malformed(
            "this works on a pool's directory and not through a hub: leave out --url and "
            "TPWALLET_URL, or say --pool DIR alone",
            parameter="--url",
        )
    return settings().pool_path


def _hub() -> "Client | None":
    url = settings().hub_url
    if url is None:
        return None
    from tpwallet.faces.client import Client
    from tpwallet.faces.client.limits import UNREACHED_MS_AT_TERMINAL

    return Client(url, settings().hub_key, unreached_ms=UNREACHED_MS_AT_TERMINAL)


def _pool_here() -> "Pool":
    from tpwallet.faces.embedded import Pool
    from tpwallet.gateways.pool_directory import PoolDirectory
    from tpwallet.hub import Writer

    directory = PoolDirectory(settings().pool_path)
    compile_loops()
    return Pool(Writer(directory, owner="command line"))


@contextmanager
def _reader_here() -> "Iterator[Reader]":
    from tpwallet.faces.operations.rebuilding import read_side
    from tpwallet.faces.reading.reader import Reader
    from tpwallet.gateways.pool_directory import PoolDirectory

    directory = PoolDirectory(settings().pool_path)
    compile_loops()
    with progress_bar() as progress, read_side(directory, progress=progress) as side:
        yield Reader(side)


def compile_loops() -> None:
    """Compile what the ledger needs, once, and say so."""
    from tpwallet.faces.cli.warming import warm_once

    warm_once(lambda: note("Compiling the ledger's loops (once, about 30 seconds) …"))
