"""The routes of every flow: the commands a pool knows, and what tells one from another."""

import hashlib

import msgspec

from tpwallet.flows import (
    accounts,
    administration,
    archiving,
    bulk,
    clock,
    delisting,
    imports,
    rescaling,
    transfers,
)
from tpwallet.kernel.command import Command, Routes, routes_of
from tpwallet.keys.digests import keyed_digest

ROUTES: Routes = routes_of(
    accounts.ROUTES,
    administration.ROUTES,
    archiving.ROUTES,
    bulk.ROUTES,
    clock.ROUTES,
    delisting.ROUTES,
    imports.ROUTES,
    rescaling.ROUTES,
    transfers.ROUTES,
)
_encode = msgspec.msgpack.Encoder(order="deterministic").encode  # a map has no order of its own


def body_digest(key: bytes, route_name: str, command: Command) -> bytes:
    """The keyed digest of a command's body, by which a repeated command id is told from a reuse.

    What is at its default is no part of it (`kernel.command.Command`), so that a command repeated
    after an upgrade is known although its kind has gained a field since.
    """
    body = hashlib.sha256(_encode(command)).digest()  # in hardware, and without the interpreter
    return keyed_digest(key, "command body", route_name.encode(), body)
