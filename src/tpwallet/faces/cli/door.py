"""The door a command goes through: the pool in a directory, or a hub at an address.

A command of the command line is the same command of the machine either way. Here it is run in this
process, which holds the pool's lock for as long as that takes; `remote` sends it to a hub.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tpwallet.faces.cli.output import note, settings
from tpwallet.faces.cli.progress import progress_bar

if TYPE_CHECKING:
    from tpwallet.faces import shapes
    from tpwallet.faces.cli.questions import Questions
    from tpwallet.kernel.command import Command


class Door(Protocol):
    """What the commands ask of a pool."""

    def run(
        self,
        command: "Command",
        *,
        names: Iterable[str] = (),
        command_id: str | None = None,
        is_rehearsal: bool = False,
    ) -> "shapes.Receipt":
        """Run a command, or only say what it would be answered."""
        ...

    def issue_key(
        self, key_id: str, scopes: Sequence[str], *, expires_at: int | None
    ) -> "shapes.IssuedKey":
        """Make a key; its token is in the answer and nowhere else."""
        ...

    def import_file(self, path: Path, *, is_rehearsal: bool) -> "shapes.ImportedFile":
        """Import a file of transfers, all of it or nothing."""
        ...


@contextmanager
def writing() -> Iterator[Door]:
    """The door to the pool of the settings, for commands that change it."""
    url = settings().hub_url
    if url is None:
        with _opened_here() as door:
            yield door
    else:
        from tpwallet.faces.cli.remote import open_remote

        with open_remote(url, settings().hub_key) as door:
            yield door


@contextmanager
def reading() -> Iterator["Questions"]:
    """Whoever answers questions about the pool of the settings, as of its newest position."""
    url = settings().hub_url
    if url is None:
        with _reader_here() as reader:
            yield reader
    else:
        from tpwallet.faces.cli.remote import open_remote_reader

        with open_remote_reader(url, settings().hub_key) as reader:
            yield reader


@contextmanager
def _reader_here() -> Iterator["Questions"]:
    from tpwallet.faces.cli.local_reader import LocalReader
    from tpwallet.faces.operations.rebuilding import read_side
    from tpwallet.gateways.pool_directory import PoolDirectory

    directory = PoolDirectory(settings().pool_path)
    compile_loops()
    with progress_bar() as progress, read_side(directory, progress=progress) as side:
        yield LocalReader(side)


def compile_loops() -> None:
    """Compile what the ledger needs, once, and say so."""
    from tpwallet.faces.cli.warming import warm_once

    warm_once(lambda: note("Compiling the ledger's loops (once, about 30 seconds) …"))


@contextmanager
def _opened_here() -> Iterator["LocalDoor"]:
    from tpwallet.gateways.pool_directory import PoolDirectory
    from tpwallet.hub import Writer

    directory = PoolDirectory(settings().pool_path)
    compile_loops()
    writer = Writer(directory, owner="command line")
    try:
        yield LocalDoor(writer)
    finally:
        writer.close()


class LocalDoor:
    """A pool that this process holds."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def run(
        self,
        command: "Command",
        *,
        names: Iterable[str] = (),
        command_id: str | None = None,
        is_rehearsal: bool = False,
    ) -> "shapes.Receipt":
        """Run a command, or only say what it would be answered."""
        from tpwallet.domains.ledger.facts import LedgerFacts
        from tpwallet.faces import present

        if is_rehearsal:
            found = self._writer.rehearse(command)
        else:
            found = self._writer.run(command, command_id=command_id)
        catalogue = self._writer.read(lambda state: state.part(LedgerFacts).catalogue)
        return present.receipt(found, catalogue=catalogue, naming=present.naming_of(names))

    def issue_key(
        self, key_id: str, scopes: Sequence[str], *, expires_at: int | None
    ) -> "shapes.IssuedKey":
        """Make a key; its token is in the answer and nowhere else."""
        from tpwallet.faces import present, shapes
        from tpwallet.faces.operations.founding import issue

        issued = issue(self._writer, key_id, scopes, expires_at=expires_at)
        return shapes.IssuedKey(
            key_id=key_id,
            scopes=list(scopes),
            position=self._writer.position,
            token=issued.token,
            expires_at=None if expires_at is None else present.time_text(expires_at),
        )

    def import_file(self, path: Path, *, is_rehearsal: bool) -> "shapes.ImportedFile":
        """Import a file of transfers, all of it or nothing."""
        from tpwallet.faces.operations.importing_file import import_file

        return import_file(self._writer, path, is_rehearsal=is_rehearsal)
