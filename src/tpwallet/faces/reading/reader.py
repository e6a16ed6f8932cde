"""The reader: everything that can be asked of a pool, for the library, HTTP and the command line.

It answers from what the follower keeps, never from the writer; only a balance of this very moment
is taken from live state, where the caller has any. Every answer carries the position it reflects,
and every question may demand `at_least` a position: it then waits, for a bounded time. A past
moment is a position or an RFC 3339 time, which stands for the last position booked by then.

Personal texts are never part of an answer: answers hold references, and `open_sealed` opens one
after it was told to whoever audits.
"""

from collections.abc import Callable

from tpwallet.faces import reading_shapes
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.base import Live
from tpwallet.faces.reading.events import EventReading
from tpwallet.faces.reading.proving import Proving
from tpwallet.faces.reading.read_side import ReadSide
from tpwallet.kernel.errors import Forbidden, JournalCorrupt, Malformed
from tpwallet.kernel.sealed import SealedReference, Vault
from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof

Audit = Callable[[str, str], None]  # who reads, and which reference

_REFERENCE_LENGTH = 32


class Reader(EventReading):
    """One pool's reader. Any thread may ask."""

    def __init__(
        self,
        side: ReadSide,
        *,
        live: Live | None = None,
        vault: Vault | None = None,
        audit: Audit | None = None,
        wait_ns_max: int = limits.WAIT_NS_MAX,
    ) -> None:
        """`live` reads the writer's state; `vault` and `audit` are needed to open sealed texts;
        `wait_ns_max` is how long a question waits for a position.
        """
        super().__init__(side, live=live, wait_ns_max=wait_ns_max)
        self._vault = vault
        self._audit = audit
        self._proving = Proving(side, self._records)

    def position(self) -> reading_shapes.Progress:
        """How far reading has come, and how far behind the journal it is."""
        follower = self._side.follower
        lag = follower.lag()
        signed = self._side.log.signed
        check = self._side.chain_check
        failure = follower.failure or check.failure
        return reading_shapes.Progress(
            position=follower.position,
            journal_position=follower.position + lag.positions,
            lag_positions=lag.positions,
            lag_seconds=f"{lag.ns // 1_000_000_000}.{lag.ns % 1_000_000_000:09d}",
            checkpoint_position=0 if signed is None else signed.position,
            snapshot_position=follower.snapshot_position,
            unverified_positions=check.left,
            failure=None if failure is None else _text_of(failure),
        )

    # Proofs

    def proof_of_transfer(self, transfer_id: str, *, at_least: int | None = None) -> ItemProof:
        """Prove that a transfer stands in the journal, and show nothing of its neighbours.

        **Rejects** `transfer_not_found`.
        """
        position, _, index = self.transfer(transfer_id, at_least=at_least).transfer.place.partition(
            "."
        )
        return self._proving.item(int(position), int(index))

    def proof_of_item(self, position: int, index: int, *, at_least: int | None = None) -> ItemProof:
        """Prove one record, or one refusal after them, of the batch event at a position.

        **Rejects** `event_not_found`.
        """
        self._footing.reach(at_least)
        return self._proving.item(position, index)

    def proof_of_event(self, position: int, *, at_least: int | None = None) -> EventProof:
        """Prove that an event stands at a position. **Rejects** `event_not_found`."""
        self._footing.reach(at_least)
        return self._proving.event(position)

    def checkpoint(
        self, position: int | None = None, *, at_least: int | None = None
    ) -> reading_shapes.Checkpoint:
        """The newest signed checkpoint, or that of the commit that holds a position.

        **Rejects** `event_not_found` a position that is not in the journal.
        """
        self._footing.reach(at_least)
        return self._proving.checkpoint(position)

    def consistency(
        self, old: int | str, new: int | str | None = None, *, at_least: int | None = None
    ) -> ConsistencyProof:
        """Prove that the log of checkpoint `old` is how that of `new` begins; None: the newest.

        Each is a position, or the note of a checkpoint the caller has kept. **Rejects**
        `checkpoint_unknown` for a note that is not of this log, and `event_not_found`.
        """
        self._footing.reach(at_least)
        return self._proving.consistency(old, new)

    # Personal texts

    def open_sealed(self, reference: str, *, reader: str) -> str | None:
        """The personal text behind a reference (hexadecimal); None once its person is erased.

        It is told to the audit first, with who reads. **Rejects** with `Forbidden` where there is
        no vault or no audit, and with `Malformed` what is no reference.
        """
        if self._vault is None or self._audit is None:
            raise Forbidden("personal texts are not opened here", reader=reader)
        try:
            key = bytes.fromhex(reference)
        except ValueError:
            key = b""
        if 2 * len(key) != _REFERENCE_LENGTH:
            raise Malformed("a reference is 32 hexadecimal digits", parameter="reference")
        self._audit(reader, reference)
        return self._vault.open(SealedReference(key))


def _text_of(failure: BaseException) -> str:
    if isinstance(failure, JournalCorrupt):
        return f"position {failure.position}: {failure}"
    return str(failure)
