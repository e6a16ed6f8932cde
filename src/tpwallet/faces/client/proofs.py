"""Methods for those who check: checkpoints and proofs. They need the scope `proofs:read`.

What is answered is not verified here. `tpwallet.proofs.evidence` does that with keys the caller
trusts, and so does the stand-alone verifier, given `proof_json` of a proof as a file.
"""

from tpwallet.faces.bodies import Id
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.reading_shapes import Checkpoint
from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof


class ProofMethods:
    """Signed checkpoints of the pool's log, and proofs under them."""

    @asks
    def checkpoint(
        self, position: int | None = None, *, at_least: int | None = None
    ) -> Call[Checkpoint]:
        """The newest signed checkpoint, or that of the commit that holds a position. **Rejects**
        `event_not_found`.
        """
        return operations.READ_CHECKPOINT.call(query={"position": position, "at_least": at_least})

    @asks
    def proof_of_transfer(self, transfer_id: Id, *, at_least: int | None = None) -> Call[ItemProof]:
        """Prove that a transfer stands in the journal, and show nothing of its neighbours.
        **Rejects** `transfer_not_found`.
        """
        return operations.PROVE_TRANSFER.call(
            parts={"transfer_id": transfer_id}, query={"at_least": at_least}
        )

    @asks
    def proof_of_event(self, position: int, *, at_least: int | None = None) -> Call[EventProof]:
        """Prove that an event stands at a position. **Rejects** `event_not_found`."""
        return operations.PROVE_EVENT.call(
            parts={"position": position}, query={"at_least": at_least}
        )

    @asks
    def proof_of_item(
        self, position: int, index: int, *, at_least: int | None = None
    ) -> Call[ItemProof]:
        """Prove one record, or one refusal after them, of the batch event at a position.
        **Rejects** `event_not_found`.
        """
        return operations.PROVE_ITEM.call(
            parts={"position": position, "index": index}, query={"at_least": at_least}
        )

    @asks
    def consistency(
        self, old: int | str, new: int | str | None = None, *, at_least: int | None = None
    ) -> Call[ConsistencyProof]:
        """Prove that the log of checkpoint `old` is how that of `new` begins; None: the newest.

        Each is a position, or the note of a checkpoint one has kept. **Rejects**
        `checkpoint_unknown`.
        """
        return operations.PROVE_CONSISTENCY.call(
            query={"old": old, "new": new, "at_least": at_least}
        )
