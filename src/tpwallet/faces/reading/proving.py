"""Proofs and checkpoints of a pool, for whoever wants to check and trusts nobody.

Every proof is made against the newest signed checkpoint and can be checked with the stand-alone
verifier. What is proved is taken from the journal; what the log holds was hashed from the journal
before; a proof whose leaf is not the log's own is never handed out.
"""

from tpwallet.faces import present, reading_shapes
from tpwallet.faces.reading.records import Decoded, Records
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.journal import Head
from tpwallet.kernel.leaves import batch_tree
from tpwallet.processes.errors import PositionNotReached
from tpwallet.proofs.checkpoint import Checkpoint, unverified_checkpoint
from tpwallet.proofs.evidence import CONSISTENCY_FORMAT, ConsistencyProof, EventProof, ItemProof
from tpwallet.proofs.prove import PublishedLog, event_proof, item_proof
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, parse_vkey


class Proving:
    """One pool's proofs."""

    def __init__(self, side: ReadSide, records: Records) -> None:
        self._side = side
        self._records = records
        self._blinding_key = bytes.fromhex(side.directory.secrets.blinding_key)

    def event(self, position: int) -> EventProof:
        """Prove that an event stands at a position. **Rejects** `event_not_found`."""
        entry = self._records.entry(position)
        content = entry.event_bytes[position - entry.first_position]
        batch = batch_tree(content, position, self._blinding_key)
        return event_proof(
            self._published(position),
            position=position,
            envelope=entry.envelope_bytes,
            content=content if batch is None else batch[1].content(batch[0]),
        )

    def item(self, position: int, index: int) -> ItemProof:
        """Prove record `index` of the batch event at a position, and show nothing of the others.

        **Rejects** `event_not_found` when there is no such record.
        """
        entry = self._records.entry(position)
        content = entry.event_bytes[position - entry.first_position]
        batch = batch_tree(content, position, self._blinding_key)
        if batch is None or not 0 <= index < batch[1].item_count:
            raise Rejected("event_not_found", "there is no such record", position=position)
        return item_proof(
            self._published(position),
            position=position,
            envelope=entry.envelope_bytes,
            name=batch[0],
            batch=batch[1],
            index=index,
        )

    def checkpoint(self, position: int | None = None) -> reading_shapes.Checkpoint:
        """The newest checkpoint, or that of the commit that holds a position.

        **Rejects** `event_not_found` a position that is not in the journal.
        """
        note = self._newest() if position is None else self._note_at(position)
        stated = unverified_checkpoint(note)
        return reading_shapes.Checkpoint(
            note=note,
            origin=stated.origin,
            position=stated.position,
            root=stated.root.hex(),
            commit=stated.commit.hex(),
            time=present.time_text(stated.time_ns),
            vkeys=[str(vkey) for vkey in self._vkeys()],
        )

    def consistency(self, old: int | str, new: int | str | None) -> ConsistencyProof:
        """Prove that the log of checkpoint `old` is how that of `new` begins; None: the newest.

        Each is a position, standing for the checkpoint of the commit that holds it, or the note of
        a checkpoint that the caller has kept.

        **Rejects** `checkpoint_unknown` for a note that is not of this log, with `Malformed` an
        old one beyond the new one, and `event_not_found`.
        """
        old_note = self._note_of(old)
        new_note = self._newest() if new is None else self._note_of(new)
        begins, ends = unverified_checkpoint(old_note), unverified_checkpoint(new_note)
        if begins.position > ends.position:
            raise Malformed("the older checkpoint is beyond the newer", parameter="old")
        if ends.position > self._side.log.position:
            raise PositionNotReached("the log is not there yet", position=ends.position)
        return ConsistencyProof(
            format=CONSISTENCY_FORMAT,
            vkeys=tuple(str(vkey) for vkey in self._vkeys()),
            old=old_note,
            new=new_note,
            path=self._side.log.consistency_path(begins.position, ends.position),
        )

    def _published(self, position: int) -> PublishedLog:
        """The log under a checkpoint that covers a position."""
        self._sign_newest()
        published = self._side.log.published(self._vkeys())
        if published is None or unverified_checkpoint(published.checkpoint).position < position:
            raise PositionNotReached("no checkpoint covers this position yet", position=position)
        return published

    def _sign_newest(self) -> None:
        signed = self._side.log.signed
        if signed is None or signed.position < self._side.follower.position:
            self._side.follower.publish()

    def _newest(self) -> str:
        self._sign_newest()
        note = self._side.log.note()
        if note is None:
            raise PositionNotReached("nothing was signed yet", position=0)
        return note

    def _note_at(self, position: int) -> str:
        decoded = self._records.commit(position)
        head = _head_of(decoded)
        self._sign_newest()
        log = self._side.log
        covered = 0 if log.signed is None else log.signed.position
        if head.position > min(log.position, covered):
            raise PositionNotReached("the log is not there yet", position=head.position)
        return log.sign_again(head)

    def _note_of(self, checkpoint: int | str) -> str:
        if isinstance(checkpoint, int):
            return self._note_at(checkpoint)
        try:
            stated = unverified_checkpoint(checkpoint)
        except ProofRejected as refused:
            raise Malformed(f"no checkpoint: {refused}", parameter="old") from None
        if not self._is_ours(stated):
            raise Rejected("checkpoint_unknown", "this checkpoint is not of this log")
        return checkpoint

    def _is_ours(self, stated: Checkpoint) -> bool:
        log = self._side.log
        if stated.origin != log.vkey.name or stated.position > log.position:
            return False
        return log.root(stated.position) == stated.root

    def _vkeys(self) -> tuple[Vkey, ...]:
        """Every key that has signed for this log, the present one included."""
        with self._side.follower.reading() as state:
            written = state.part(KernelState).vkeys
        return self._side.log.all_vkeys([parse_vkey(text) for text in written])


def _head_of(decoded: Decoded) -> Head:
    header = decoded.commit.header
    return Head(header.last_position, decoded.commit.hash, header.epoch, header.time)
