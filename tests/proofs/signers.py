"""Keys that sign in the tests of notes, checkpoints and proofs."""

from tpwallet.keys.signing import KeyPair
from tpwallet.proofs.note import Signer
from tpwallet.proofs.vkey import Vkey

ORIGIN = "example.com/pool"


def signer(number: int, name: str = ORIGIN) -> Signer:
    """A signer, another one for each number."""
    pair = KeyPair(bytes([number]) * 32)
    return Signer(Vkey(name, pair.public_key), pair.sign)
