"""Keys: signing, sealing and digests, from entropy that the caller brings.

Pure functions over bytes: `signing` (Ed25519), `sealing` (authenticated encryption of personal data
and wrapping of keys), `digests` (keyed digests, comparison in constant time) and `api_keys` (the
secret a program presents). The primitives are those of the `cryptography` package and of hashlib.

It stores no key, reads no file and draws no random number: seeds, nonces and entropy are arguments.
Where keys live and when they die is a gateway's business.
"""
