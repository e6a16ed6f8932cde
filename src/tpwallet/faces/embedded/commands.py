"""What every group of commands of the library stands on: running one, rehearsing one, sealing.

The groups have the names, parameters and answers of the hub's client (`tpwallet.faces.client`): a
program can be moved from the library to a hub, and back. A rehearsal (`dry_run`) is answered with
what the command would be answered now, under the same command id, and changes nothing.

Every command goes one way, `_told`: once it is durable, whatever fails is told as an outcome that
is unknown, never as an error that reads as if nothing had been done.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from tpwallet.faces import shapes
from tpwallet.faces.bodies import Personal
from tpwallet.faces.embedded.reads import PoolReads
from tpwallet.kernel.access import OWNER
from tpwallet.kernel.command import Command, Rehearsal, Request
from tpwallet.kernel.errors import OutcomeUnknown

Shown = TypeVar("Shown")

_UNSHOWN = "this was done, and its answer cannot be shown now; ask again with the same command id"


class PoolCommands(PoolReads, ABC):
    """What the groups of commands have in common; `Pool` says how a command is run."""

    @abstractmethod
    def _run(
        self, command: Command, command_id: str | None, *names: str, dry_run: bool = False
    ) -> shapes.Receipt:
        """Run a command; `names` are what the caller calls the accounts in its receipt."""

    def _told(
        self, asked: Request, show: Callable[[Any], Shown], *, dry_run: bool = False
    ) -> Shown:
        """Run a command, or rehearse it, and `show` what it was answered."""
        if dry_run:
            return show(self._writer.call(Rehearsal(asked)))
        found = self._writer.call(asked)
        try:
            return show(found)
        except Exception as error:
            raise OutcomeUnknown(_UNSHOWN, command_id=asked.command_id) from error

    def _sealed(
        self, personal: Personal | None, command_id: str, dry_run: bool
    ) -> dict[str, bytes]:
        """References to personal texts, which are durable in the vault when this returns; for a
        rehearsal nothing is kept.
        """
        if personal is None:
            return {}
        return self._writer.seal(
            personal.subject,
            personal.texts,
            actor=OWNER,
            command_id=command_id,
            is_rehearsal=dry_run,
        )


def fresh_command_id(given: str | None) -> str:
    """The caller's command id, or a random one.

    >>> fresh_command_id("invoice-7"), len(fresh_command_id(None))
    ('invoice-7', 32)
    """
    return os.urandom(16).hex() if given is None else given
