"""`tpwallet serve`: a hub that serves pools over HTTP."""

import sys
from pathlib import Path

import click

from tpwallet.faces.cli.command import command, option
from tpwallet.faces.cli.door import compile_loops, pool_directory
from tpwallet.faces.cli.output import answer, tell


@command("serve", section="Running")
@click.argument("directories", nargs=-1, type=click.Path(path_type=Path))
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@option("--port", type=int, default=8440, show_default=True, help="The port to listen at.")
def serve(directories: tuple[Path, ...], host: str, port: int) -> None:
    """Serve pools over HTTP until interrupted.

    DIRECTORIES are the pools; the default is the pool of --pool. A key belongs to one pool and
    leads to it.
    """
    compile_loops()
    from tpwallet.faces.http.serve import serve as serve_pools

    serve_pools(directories or (pool_directory(),), host=host, port=port, announce=_announce)


def _announce(line: str) -> None:
    """Say that requests are answered; the line ends with the address."""
    url = line.rpartition(" ")[2]
    answer({"url": url}, lambda: tell("tpwallet is listening at {url}", url=url))
    sys.stdout.flush()
