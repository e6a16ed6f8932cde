"""Base 64 as signed notes use it: RFC 4648 section 4, with exactly one text for each value.

The standard decoder lets stray bits at the end pass, so that two texts mean one value. Text that is
signed or compared must not allow that.
"""

import base64

from tpwallet.proofs.rejection import ProofRejected


def encoded(value: bytes) -> str:
    """The text of `value`.

    >>> encoded(b"A")
    'QQ=='
    """
    return base64.b64encode(value).decode("ascii")


def decoded(text: str, what: str) -> bytes:
    """The value of `text`, which a rejection calls `what`.

    **Rejects** (ProofRejected `malformed`) anything `encoded` would not have written.

    >>> decoded("QQ==", "hash")
    b'A'
    """
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        raise ProofRejected("malformed", what=what, found=text) from None
    if encoded(value) != text:
        raise ProofRejected("malformed", what=what, found=text)
    return value
