"""Proving what the demo claims, each claim by a road of its own.

The journal is read from the disk, balances and proofs are asked for over HTTP, and the export and
the proofs are checked by a program that has neither.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from tpwallet.faces.client import Client
from tpwallet.faces.operations.exporting import export_pool
from tpwallet.faces.operations.reading import blinding_key_of, reading, signer_of
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.commit import Commit
from tpwallet.lab.demo.acknowledgements import (
    AcknowledgedTransfer,
    Acknowledgement,
    AcknowledgementLedger,
)
from tpwallet.lab.demo.answers import Crash, acknowledged_finding, in_doubt_finding
from tpwallet.lab.demo.books import (
    double_entry_finding,
    identity_finding,
    live_books,
    replay_finding,
)
from tpwallet.lab.demo.checks import Check, Finding
from tpwallet.lab.demo.limits import PROOFS_SAMPLED
from tpwallet.lab.demo.outsider import (
    consistency_finding,
    export_finding,
    proofs_finding,
    verifier,
)
from tpwallet.lab.demo.recorded import recorded_outcomes
from tpwallet.proofs.evidence import ItemProof


@dataclass(frozen=True, kw_only=True)
class Proving:
    """One pool after its crash, and everything that is known of what its hub had said.

    `accounts` are all it has, `folder` is where the evidence goes, `seed` chooses the samples, and
    `announce` is told of each check when it begins.
    """

    directory: PoolDirectory
    client: Client
    accounts: list[str]
    ledger: AcknowledgementLedger
    crash: Crash
    folder: Path
    seed: int
    announce: Callable[[Check], None]

    def findings(self) -> list[Finding]:
        """Check everything, in the order of `Check`."""
        self.announce(Check.REPLAY)
        live = live_books(self.client.balance, self.accounts)
        replayed = replay_finding(
            commits_of(self.directory, until=live.position),
            pool_id=self.directory.pool_id,
            blinding_key=blinding_key_of(self.directory),
            live=live,
        )
        self.announce(Check.DOUBLE_ENTRY)
        totals = self.client.totals(at_least=live.position)
        self.announce(Check.ACKNOWLEDGED)
        answers = list(self.ledger.read())
        return [
            *self._answers(answers, live.position),
            double_entry_finding(totals),
            identity_finding(totals),
            replayed,
            *self._outside(answers),
        ]

    def _answers(self, answers: list[Acknowledgement], until: int) -> list[Finding]:
        outcomes = list(recorded_outcomes(commits_of(self.directory, until=until)))
        recorded = {outcome.command_id: outcome for outcome in outcomes}
        return [
            acknowledged_finding(answers, recorded, wrong_before=self.crash.wrong),
            in_doubt_finding(self.crash, outcomes, answers),
        ]

    def _outside(self, answers: list[Acknowledgement]) -> list[Finding]:
        """What a program finds that trusts nobody but the pool's public key."""
        vkey = str(signer_of(self.directory).vkey)
        script = verifier()
        self.announce(Check.OUTSIDER)
        export = self.folder / "journal.tpwx"
        export_pool(self.directory, export)
        exported = export_finding(script, export, vkey)
        self.announce(Check.PROOFS)
        folder = self.folder / "proofs"
        folder.mkdir()
        proven = proofs_finding(script, self._proofs(answers), vkey, folder)
        self.announce(Check.APPEND_ONLY)
        kept = self.crash.checkpoint
        grown = self.client.consistency(kept.note)
        return [exported, proven, consistency_finding(script, kept, grown, vkey, folder)]

    def _proofs(
        self, answers: list[Acknowledgement]
    ) -> Iterator[tuple[AcknowledgedTransfer, ItemProof]]:
        """Some acknowledged transfers, any, and the proof the hub gives of each."""
        told = [one for answer in answers for one in answer.transfers]
        chosen = random.Random(self.seed).sample(told, min(PROOFS_SAMPLED, len(told)))
        for one in chosen:
            yield one, self.client.proof_of_transfer(str(one.transfer_id))


def commits_of(directory: PoolDirectory, *, until: int | None = None) -> Iterator[Commit]:
    """The commits on the disk, in order, up to a position where one ends."""
    with reading(directory) as journal:
        yield from takewhile(
            lambda commit: until is None or commit.header.last_position <= until, journal.read()
        )
