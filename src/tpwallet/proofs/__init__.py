"""Proofs: what lets a stranger check the journal without trusting who keeps it.

Pure functions over bytes: Merkle trees (`merkle`, `spans`), the transparency log (`log`,
`frontier`, `hash_store`), the leaves of events and batches (`leaf`, `batch`, `blinding`), signed
checkpoints (`vkey`, `note`, `checkpoint`) and the proof files made of them (`evidence`, `prove`).
The byte formats are those of docs/reference/journal-format.md.

It is not cryptography of its own making: the hash is SHA-256, and signing and verifying functions
are handed in by the caller. It reads no clock, no file and no key store.
"""
