"""Personal data stays out of the journal: the journal holds a reference to a sealed field.

The text is sealed under its subject's own key and made durable in the vault before the commit
that refers to it. A crash between the two leaves an orphan in the vault, which is swept; never a
reference without its field.

Erasing a subject destroys its key in the living vault, and its fields with it, while the books stay
whole. It reaches no copy: a backup of the vault from before holds the key, wrapped under the
master key, and can be read by whoever has both. So the master key is kept apart from the backups,
and backups no longer than was promised to forget within (operating: backup).

A reference that a command may have to name again is a keyed digest of what was sealed and for whom.
It is made under the subject's own key, so that after the erasure nobody can try texts against the
references that stay in the journal for ever.

An event that refers to sealed fields has them in a field of its own called `sealed`, a reference by
name, and nowhere else; so everything that is still referred to can be found.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NewType, Protocol

from tpwallet.kernel import limits
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.forms import check_word
from tpwallet.kernel.wire import Event

SealedReference = NewType("SealedReference", bytes)  # 16 bytes
SubjectId = NewType("SubjectId", str)


_NOTHING: Final[Mapping[str, bytes]] = {}


def sealed_in(event: Event) -> Mapping[str, bytes]:
    """The references to sealed fields in an event, by name."""
    found: Mapping[str, bytes] = getattr(event, "sealed", _NOTHING)
    return found


def check_personal(subject: str, texts: Mapping[str, str]) -> None:
    """**Rejects** with `Malformed` a subject of no or too many characters, no text or too many, and
    a text's name that is no word: it stays in the journal, beside the reference.
    """
    if not 0 < len(subject) <= limits.SUBJECT_LENGTH_MAX:
        raise Malformed(
            f"a subject has 1 to {limits.SUBJECT_LENGTH_MAX} characters", parameter="subject"
        )
    if not 0 < len(texts) <= limits.SEALED_TEXTS_MAX:
        raise Malformed(f"1 to {limits.SEALED_TEXTS_MAX} texts are sealed", parameter="texts")
    for name in texts:
        check_word(name, parameter="texts")


class Vault(Protocol):
    """Where sealed fields live: a port; its driver is a gateway."""

    def seal(
        self, subject: SubjectId, text: str, *, purpose: Sequence[bytes] = ()
    ) -> SealedReference:
        """Seal a text under its subject's key, make it durable, and return its reference.

        A command that may be repeated says what the text is for: the same text for the same purpose
        has the same reference and is kept once, another text another one. Without a purpose the
        reference is random. It tells nothing of the text to whoever has not the subject's key.

        **Rejects** with `Rejected("subject_erased")` a subject whose key was destroyed, and with
        `Malformed` a text longer than `SEALED_BYTES_MAX`.
        """
        ...

    def open(self, reference: SealedReference) -> str | None:
        """The text, or None once its subject is erased or the field was never kept."""
        ...

    def erase(self, subject: SubjectId) -> int:
        """Destroy a subject's key; returns how many fields can no longer be opened.

        **Rejects** with `ErasureUnfinished` when a copy of the key is still to be deleted.
        """
        ...
