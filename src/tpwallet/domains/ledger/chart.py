"""The chart of accounts: readable addresses, their ids, and the tree they form.

An address is a path such as `customer/42/available/BTC`. Its account's 128-bit id is the first
half of SHA-256 over a label and the address, so an address needs no table to be found. The tree
itself is kept as numbers: every inner node has a number and a parent, every account the number of
the node above it, which is all that a question about a subtree needs.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.forms import ADDRESS_PATTERN
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.id_index import IdIndex
from tpwallet.kernel.memory import Dumped, reserve

_ADDRESS = re.compile(ADDRESS_PATTERN, re.ASCII)
_LABEL = b"tpwallet account\0"


def check_address(address: str) -> str:
    """The address itself when it is well-formed.

    **Rejects** with `Malformed` one that is empty, too long or too deep, or has a segment other
    than letters, digits and `. _ : @ -`, beginning with a letter or digit.

    >>> check_address("pool/main/USD")
    'pool/main/USD'
    """
    if len(address) > limits.ADDRESS_LENGTH_MAX or not _ADDRESS.fullmatch(address):
        raise Malformed(
            f"{address[: limits.ADDRESS_LENGTH_MAX]!r} is no address: 1 to "
            f"{limits.ADDRESS_DEPTH_MAX} segments of letters, digits and . _ : @ -, "
            f"{limits.ADDRESS_LENGTH_MAX} characters at most",
            parameter="address",
        )
    return address


@lru_cache(maxsize=limits.ADDRESSES_CACHED)
def account_id_of(address: str) -> int:
    """The 128-bit id of the account at an address."""
    digest = hashlib.sha256(_LABEL + check_address(address).encode()).digest()
    return int.from_bytes(digest[:16], "little")


def ancestors_of(address: str) -> list[str]:
    """The inner nodes above an address, the root first: `a`, `a/b` for `a/b/c`."""
    segments = address.split("/")
    return ["/".join(segments[:depth]) for depth in range(1, len(segments))]


class Chart:
    """The tree, as numbers. Node 0 is above every account that has no address."""

    def __init__(self, seed: int) -> None:
        """`seed`: 128 bits of entropy for the layout of the node index."""
        self._nodes = IdIndex(seed)
        self.parents = reserve((limits.CHART_NODES_MAX,), np.uint32)
        self.account_nodes = reserve((limits.ACCOUNTS_MAX,), np.uint32)
        self.count = 1
        self._undo: list[int] = []  # ids of nodes made since the last settle

    def node_of(self, path: str) -> int:
        """The number of an inner node, or 0."""
        return self._nodes.get(account_id_of(path)) & 0xFFFF_FFFF

    def require_room(self, addresses: Iterable[str]) -> None:
        """Let addresses pass when there is room for the nodes above them.

        **Rejects** `too_many_addresses`.
        """
        above = {path for address in addresses for path in ancestors_of(address)}
        missing = sum(self.node_of(path) == 0 for path in above)
        if self.count + missing > len(self.parents):
            raise Rejected("too_many_addresses", limit=len(self.parents))

    def place(self, row: int, address: str) -> None:
        """Put the account in row `row` at its address, making the nodes above it."""
        node = 0
        for path in ancestors_of(address):
            node = self._node_under(node, path)
        self.account_nodes[row] = node

    def _node_under(self, parent: int, path: str) -> int:
        node = self.node_of(path)
        if node == 0:
            node = self.count
            self.count += 1
            self._nodes.add(account_id_of(path), (1 << 60) | node)
            self._undo.append(account_id_of(path))
            self.parents[node] = parent
        return node

    def settle(self) -> None:
        """Keep every node."""
        self._undo.clear()

    def rollback(self) -> None:
        """Take out the nodes made since the last settle."""
        while self._undo:
            self._nodes.remove(self._undo.pop())
            self.count -= 1

    def dump(self, accounts: int) -> list[bytes]:
        """The chart as bytes, with the nodes of the first `accounts` rows."""
        return [
            self.parents[: self.count].tobytes(),
            self.account_nodes[:accounts].tobytes(),
            *self._nodes.dump(),
        ]

    def load(self, parts: Dumped) -> None:
        """Replace the chart by a dump."""
        parents = np.frombuffer(parts[0], np.uint32)
        nodes = np.frombuffer(parts[1], np.uint32)
        self.count = len(parents)
        self.parents[: self.count] = parents
        self.account_nodes[: len(nodes)] = nodes
        self._nodes.load(parts[2:])
        self._undo.clear()

    def subtree(self, path: str, accounts: int) -> np.ndarray:
        """Which of the first `accounts` rows lie under a path (bool[accounts])."""
        root = self.node_of(path)
        if root == 0:
            return np.zeros(accounts, np.bool_)
        inside = np.zeros(self.count, np.bool_)
        inside[root] = True
        # A parent's number is below its children's, so one pass per level reaches every node.
        for _ in range(limits.ADDRESS_DEPTH_MAX):
            inside |= inside[self.parents[: self.count]]
        inside[0] = False
        return np.asarray(inside[self.account_nodes[:accounts]])

    def state_hash(self) -> bytes:
        """32 bytes that two equal charts share, when `accounts` rows are hashed beside it."""
        digest = hashlib.sha256(self.parents[: self.count].tobytes())
        digest.update(self._nodes.digest())
        return digest.digest()
