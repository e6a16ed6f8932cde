"""What every group of commands of the library stands on: running one, rehearsing one, sealing.

The groups have the names, parameters and answers of the hub's client (`tpwallet.faces.client`): a
program can be moved from the library to a hub, and back. A rehearsal (`dry_run`) is answered with
what the command would be answered now, under the same command id, and changes nothing.
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import Future
from typing import NamedTuple

from tpwallet.domains.ledger.posting import Note
from tpwallet.faces import shapes
from tpwallet.faces.embedded.reads import PoolReads
from tpwallet.kernel.access import OWNER
from tpwallet.kernel.command import Command, Rehearsal
from tpwallet.kernel.decider import Answer, Work


class Personal(NamedTuple):
    """Texts about a person: they are sealed in the vault under the subject's key, and the journal
    holds only references to them.
    """

    subject: str
    texts: Mapping[str, str]


class PoolCommands(PoolReads, ABC):
    """What the groups of commands have in common; `Pool` says how a command is run."""

    @abstractmethod
    def _run(
        self, command: Command, command_id: str | None, *names: str, dry_run: bool = False
    ) -> shapes.Receipt:
        """Run a command; `names` are what the caller calls the accounts in its receipt."""

    def _rehearsed(self, command: Command, command_id: str) -> Answer:
        return self._ask(Rehearsal(self._writer.request(command, command_id=command_id)))

    def _ask(self, work: Work) -> Answer:
        """Put work to the pool's writer that is more than a plain command, and wait."""
        if self._writer.halted is not None:
            self._writer.recover()
        self._writer.pulse()
        waiting: Future[Answer] = Future()
        self._writer.submit(work, waiting.set_result)
        answer = waiting.result()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _note(
        self,
        effective_date: str | None,
        metadata: Mapping[str, str] | None,
        personal: Personal | None,
        command_id: str,
    ) -> Note:
        return Note(
            effective_date=effective_date,
            metadata=dict(metadata or {}),
            sealed=self._sealed(personal, command_id),
        )

    def _sealed(self, personal: Personal | None, command_id: str) -> dict[str, bytes]:
        if personal is None:
            return {}
        return self._writer.seal(
            personal.subject, personal.texts, actor=OWNER, command_id=command_id
        )


def fresh_command_id(given: str | None) -> str:
    """The caller's command id, or a random one.

    >>> fresh_command_id("invoice-7"), len(fresh_command_id(None))
    ('invoice-7', 32)
    """
    return given or secrets.token_hex(16)
