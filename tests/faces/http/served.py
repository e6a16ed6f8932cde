"""A served pool for tests: its journal in memory, a key for every scope, and who asks with it."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from litestar.testing import TestClient

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.faces.http.app import create_app
from tpwallet.faces.http.logs import json_log
from tpwallet.faces.http.metrics import MeteredJournal, Metrics
from tpwallet.faces.http.pools import ServedPool
from tpwallet.faces.http.questions import Questions
from tpwallet.faces.issuing import fresh_key
from tpwallet.flows.accounts import OpenAccount
from tpwallet.gateways.pool_directory import create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.access import SCOPES
from tpwallet.kernel.journal import Journal
from tpwallet.lab.journals import MemoryJournal, MemoryStorage

BANK = "bank/main/EUR"
ALICE = "customer/alice/available/EUR"
BOB = "customer/bob/available/EUR"

OpenJournal = Callable[[MemoryStorage], Journal]


def serve_pool(
    folder: Path,
    open_storage: OpenJournal = MemoryJournal,
    wall: Callable[[], int] = time.time_ns,
) -> ServedPool:
    """A pool with three accounts, its journal in memory; `wall` is its machine's clock."""
    directory = create_pool(folder, name=folder.name, base_asset="EUR")
    storage, metrics = MemoryStorage(directory.pool_id), Metrics()
    writer = Writer(
        directory,
        wall=wall,
        open_journal=lambda _: MeteredJournal(open_storage(storage), metrics),
    )
    for address, kind in (
        (BANK, AccountKind.ASSET),
        (ALICE, AccountKind.LIABILITY),
        (BOB, AccountKind.LIABILITY),
    ):
        writer.run(OpenAccount(address=address, asset="EUR", kind=kind))
    questions = Questions(directory, open_journal=lambda _: MemoryJournal(storage))
    questions.open()
    return ServedPool(directory, metrics=metrics, writer=writer, questions=questions)


class WallClock:
    """The machine's clock, and how far it has jumped, in nanoseconds."""

    def __init__(self) -> None:
        self.ahead_ns = 0

    def __call__(self) -> int:
        return time.time_ns() + self.ahead_ns


def issue(pool: ServedPool, key_id: str, *scopes: str, expires_at: int | None = None) -> str:
    """Make a key of a pool; returns its secret."""
    key = fresh_key(key_id, scopes or SCOPES, expires_at=expires_at)
    pool.writer.run(key.command)
    return key.token


class Door:
    """Asks a served pool, every write under a fresh idempotency key unless given one."""

    def __init__(self, client: httpx.Client, pool: ServedPool, token: str) -> None:
        self.client = client
        self.pool = pool
        self.token = token
        self._numbers = itertools.count()

    def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any
    ) -> httpx.Response:
        """Send one request."""
        sent = {"Authorization": f"Bearer {self.token}"}
        if method != "GET":
            sent["Idempotency-Key"] = f"key-{next(self._numbers)}"
        return self.client.request(method, path, headers={**sent, **(headers or {})}, **rest)

    def get(self, path: str, **rest: Any) -> httpx.Response:
        """Read."""
        return self.ask("GET", path, **rest)

    def post(self, path: str, body: Any = None, **rest: Any) -> httpx.Response:
        """Write JSON."""
        return self.ask("POST", path, json=body, **rest)

    def transfer(self, amount: str = "10.00", **rest: Any) -> httpx.Response:
        """Move money from the bank to Alice."""
        body = {"debit": BANK, "credit": ALICE, "amount": amount, "asset": "EUR"}
        return self.post("/v1/transfers", body, **rest)

    def posted(self, account: str) -> int:
        """An account's balance in cents, straight from the writer."""
        from tpwallet.domains.ledger.references import parse_account
        from tpwallet.domains.ledger.state import LedgerState
        from tpwallet.faces.present import own_side

        account_id = parse_account(account, parameter="account")
        found = self.pool.writer.read(lambda state: state.part(LedgerState).account(account_id))
        assert found is not None
        return own_side(found)[0]


@contextmanager
def opened(pools: list[ServedPool], **options: Any) -> Iterator[httpx.Client]:
    """A client of an application that serves some pools."""
    app = create_app(pools, log=options.pop("log", None) or json_log(), **options)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
