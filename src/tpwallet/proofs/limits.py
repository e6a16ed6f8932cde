"""The limits of this room: how much of anything it takes from a stranger or hashes at once."""

from typing import Final

SIZE_MAX: Final = 2**63 - 1
"""The largest tree, in leaves: a position is a signed 64-bit number wherever it is stored."""

ITEMS_MAX: Final = 65_536
"""The most items of one batch event; the ledger's own limit is far below."""

MESSAGE_BYTES_MAX: Final = 4096
"""The longest prefix and message together that the lanes hash, in bytes."""

NOTE_BYTES_MAX: Final = 65_536
"""The longest signed note, in bytes of UTF-8: one frame of an export."""

SIGNATURES_MAX: Final = 64
"""The most signatures of one note; C2SP signed-note demands that at least 16 be taken."""

PROOF_BYTES_MAX: Final = 4 * 1024 * 1024
"""The longest proof file, in bytes of JSON."""
