"""The limits of this room, in bytes."""

from typing import Final

SEALED_PLAINTEXT_BYTES_MAX: Final = 65_536
"""The longest field that is sealed as one."""

BINDING_BYTES_MAX: Final = 4096
"""The most bytes a ciphertext is bound to."""

API_KEY_ENTROPY_BYTES_MIN: Final = 16
"""The least entropy of an API key: 128 bits, which is 22 characters."""

API_KEY_ENTROPY_BYTES_MAX: Final = 32
"""The most entropy of an API key: more than the 256-bit hash it is kept as would be wasted."""
