"""The key that signs a pool's checkpoints, and what the newest of them says of the journal."""

from tpwallet.gateways.checkpoint_file import latest_note
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.journal import Head, Journal
from tpwallet.keys.signing import KeyPair
from tpwallet.processes.restoring import check_reaches
from tpwallet.proofs.checkpoint import unverified_checkpoint


def log_signer(directory: PoolDirectory) -> KeyPair:
    """The key that signs a pool's checkpoints."""
    return KeyPair(bytes.fromhex(directory.secrets.signing_seed))


def check_signed(directory: PoolDirectory, journal: Journal) -> None:
    """Check that the journal still reaches the newest checkpoint that was signed over it.

    **Rejects** with `JournalCorrupt` one that was cut off or rewritten since.
    """
    note = latest_note(directory.log_path)
    if note is not None:
        signed = unverified_checkpoint(note)
        check_reaches(
            journal, Head(signed.position, signed.commit, time=signed.time_ns), "a checkpoint"
        )
