"""Reading proofs: checkpoints of the pool's log, and what can be proved under them."""

from tpwallet.faces import reading_shapes
from tpwallet.faces.bodies import Id
from tpwallet.faces.reading.lists import ListReading
from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof


class ProofReading(ListReading):
    """What those who check ask for."""

    def proof_of_transfer(self, transfer_id: Id) -> ItemProof:
        """Prove that a transfer stands in the journal, and show nothing of its neighbours.

        **Rejects** `transfer_not_found`.
        """
        position, _, index = self.find_transfer(transfer_id).transfer.place.partition(".")
        return self._half().proving.item(int(position), int(index))

    def proof_of_item(self, position: int, index: int) -> ItemProof:
        """Prove one record, or one refusal after them, of the batch event at a position.

        **Rejects** `event_not_found`.
        """
        half = self._half()
        half.footing.reach()
        return half.proving.item(position, index)

    def proof_of_event(self, position: int) -> EventProof:
        """Prove that an event stands at a position. **Rejects** `event_not_found`."""
        half = self._half()
        half.footing.reach()
        return half.proving.event(position)

    def checkpoint(self, position: int | None = None) -> reading_shapes.Checkpoint:
        """The newest signed checkpoint, or that of the commit that holds a position.

        **Rejects** `event_not_found` a position that is not in the journal.
        """
        half = self._half()
        half.footing.reach()
        return half.proving.checkpoint(position)

    def consistency(self, old: int | str, new: int | str | None = None) -> ConsistencyProof:
        """Prove that the log of checkpoint `old` is how that of `new` begins; None: the newest.

        Each is a position, or the note of a checkpoint the caller has kept. **Rejects**
        `checkpoint_unknown` for a note that is not of this log, and `event_not_found`.
        """
        half = self._half()
        half.footing.reach()
        return half.proving.consistency(old, new)
