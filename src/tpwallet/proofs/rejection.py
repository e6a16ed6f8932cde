"""Why a proof was refused.

One exception for everything a stranger may hand us and that does not hold: a path of the wrong
length, a root that differs, a signature that fails. It carries a code for programs and the facts
that differ for people. Texts of our own pass through the same strict readers before they are
signed, and fail the same way. A call that makes no sense (a leaf outside the tree, a key of the
wrong length) is a `ValueError`.
"""

from typing import Literal, TypeAlias

Fact: TypeAlias = int | str | bytes

Code: TypeAlias = Literal[
    "malformed",  # the text or JSON is not of the documented form
    "too_long",  # past a named limit
    "position_out_of_range",  # the tree of that checkpoint has no such leaf
    "size_out_of_range",  # the older tree is larger than the newer
    "path_length",  # a proof of this shape has another number of hashes
    "root_mismatch",  # the path leads to another root than the checkpoint states
    "old_root_mismatch",  # the path leads to another root than the older checkpoint states
    "key_mismatch",  # a vkey's key hash is not that of its name and key
    "signature_bad",  # a trusted key's signature does not verify
    "signature_missing",  # no trusted key of the origin signed
    "origin_mismatch",  # the two checkpoints are of different logs
    "checkpoints_differ",  # two checkpoints of one size say different things
]


class ProofRejected(Exception):
    """A proof, note or key that does not hold, with a code and the facts that differ.

    >>> str(ProofRejected("path_length", expected=3, found=2))
    'path_length: expected=3, found=2'
    """

    def __init__(self, code: Code, **facts: Fact) -> None:
        self.code = code
        self.facts = facts
        shown = ", ".join(f"{name}={_shown(fact)}" for name, fact in facts.items())
        super().__init__(f"{code}: {shown}")


def _shown(fact: Fact) -> str:
    return fact.hex() if isinstance(fact, bytes) else repr(fact)
