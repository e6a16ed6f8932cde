"""Personal data stays out of the journal: the journal holds a random reference to a sealed field.

The text is sealed under its subject's own key and made durable in the vault before the commit
that refers to it. A crash between the two leaves an orphan in the vault, which is swept; never a
reference without its field. Destroying a subject's key erases every field of that subject, in
every copy and backup of the vault, while the books stay whole.

An event that refers to sealed fields has them in a field of its own called `sealed`, a reference by
name, and nowhere else; so everything that is still referred to can be found.
"""

from collections.abc import Mapping
from typing import Final, NewType, Protocol

from tpwallet.kernel.wire import Event

SealedReference = NewType("SealedReference", bytes)  # 16 random bytes
SubjectId = NewType("SubjectId", str)


_NOTHING: Final[Mapping[str, bytes]] = {}


def sealed_in(event: Event) -> Mapping[str, bytes]:
    """The references to sealed fields in an event, by name."""
    found: Mapping[str, bytes] = getattr(event, "sealed", _NOTHING)
    return found


class Vault(Protocol):
    """Where sealed fields live: a port; its driver is a gateway."""

    def seal(
        self, subject: SubjectId, text: str, *, reference: bytes | None = None
    ) -> SealedReference:
        """Seal a text under its subject's key, make it durable, and return its reference.

        A command that may be repeated brings a reference of its own, derived from the command, so
        that it seals and means the same again; it must not tell anything of the text.

        **Rejects** with `Rejected("subject_erased")` a subject whose key was destroyed, and with
        `Malformed` a text longer than `SEALED_BYTES_MAX`.
        """
        ...

    def open(self, reference: SealedReference) -> str | None:
        """The text, or None once its subject is erased or the field was never kept."""
        ...

    def erase(self, subject: SubjectId) -> int:
        """Destroy a subject's key; returns how many fields can no longer be opened."""
        ...
