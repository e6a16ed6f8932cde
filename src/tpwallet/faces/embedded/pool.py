"""A pool as a Python object.

    with tpwallet.open("my-pool") as pool:
        pool.open_account("bank/main/EUR", asset="EUR", kind="asset")
        pool.open_account("customer/42/available/EUR", asset="EUR", kind="liability")
        pool.transfer(debit="bank/main/EUR", credit="customer/42/available/EUR",
                      amount="12.50", asset="EUR")

Every call is durable when it returns. A call with a `command_id` of the caller's may be repeated:
it answers what it answered first. Amounts are decimal strings, never floats.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.posting import Leg, Note
from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces import present, shapes
from tpwallet.faces.embedded.damage import telling_damage
from tpwallet.faces.embedded.reads import PoolReads
from tpwallet.flows import accounts, bulk, transfers
from tpwallet.flows.bulk import BatchReply
from tpwallet.flows.receipts import Receipt
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.access import OWNER
from tpwallet.kernel.command import Command
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.sealed import SubjectId
from tpwallet.kernel.state import PoolState
from tpwallet.money import Catalogue

Records = bytes | bytearray | memoryview | np.ndarray


def open_pool(path: str | Path, *, create: bool = True, base_asset: str = "EUR") -> "Pool":
    """Open the pool in a directory, and make it first when there is none and `create`.

    **Rejects** with `Halted` a pool that another process writes, and with `JournalCorrupt` one
    whose journal does not hold together, or was cut off since a checkpoint or snapshot of it was
    made; `position` is then the first that cannot be trusted.
    """
    path = Path(path)
    if create and not (path / "pool.json").exists():
        create_pool(path, name=path.name, base_asset=base_asset)
    with telling_damage(path):
        return Pool(Writer(PoolDirectory(path)))


class Personal(NamedTuple):
    """Texts about a person: they are sealed in the vault under the subject's key, and the journal
    holds only references to them.
    """

    subject: str
    texts: Mapping[str, str]


class Pool(PoolReads):
    """An open pool; use it in a `with` block, or call `close`. Any thread may call it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish what is under way and let go of the pool."""
        try:
            self._close_reads()
        finally:
            self._writer.close()

    # Accounts

    def open_account(
        self,
        address: str,
        *,
        asset: str,
        kind: str,
        code: int | None = None,
        allow_opposite_balance: bool = False,
        guarded: bool = True,
        metadata: Mapping[str, str] | None = None,
        personal: Personal | None = None,
        command_id: str | None = None,
    ) -> shapes.Receipt:
        """Open an account. `kind` is asset, liability, equity, income, expense or clearing.

        Opening the same account again changes nothing. **Rejects** `unknown_asset`, and
        `exists_with_different_…` when it was opened otherwise.
        """
        command = accounts.OpenAccount(
            address=address,
            asset=asset,
            kind=_kind(kind),
            code=code,
            allow_opposite_balance=allow_opposite_balance,
            guarded=guarded,
            metadata=dict(metadata or {}),
            sealed=self._sealed(personal, command_id := _command_id(command_id)),
        )
        return self._run(command, command_id, address)

    def freeze(self, account: str, *, command_id: str | None = None) -> shapes.Receipt:
        """Stop an account moving money until it is reopened."""
        return self._run(accounts.FreezeAccount(account=account), command_id, account)

    def close_account(self, account: str, *, command_id: str | None = None) -> shapes.Receipt:
        """Close an empty account. **Rejects** `account_not_empty`, `account_has_reservations`."""
        return self._run(accounts.CloseAccount(account=account), command_id, account)

    def reopen(self, account: str, *, command_id: str | None = None) -> shapes.Receipt:
        """Let a frozen or closed account move money again. **Rejects** `account_not_closed`."""
        return self._run(accounts.ReopenAccount(account=account), command_id, account)

    # Money

    def transfer(
        self,
        *,
        debit: str,
        credit: str,
        amount: str,
        asset: str,
        code: int = 1,
        transfer_id: str | None = None,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        personal: Personal | None = None,
        command_id: str | None = None,
    ) -> shapes.Receipt:
        """Move an amount from `debit` to `credit`.

        **Rejects** with the ledger's status: `exceeds_credits` when the money is not there,
        `debit_account_not_found`, `debit_account_already_closed` …
        """
        leg = Leg(debit=debit, credit=credit, amount=amount, asset=asset, code=code)
        command_id = _command_id(command_id)
        note = self._note(effective_date, metadata, personal, command_id)
        command = transfers.Post(legs=(leg,), transfer_id=transfer_id, note=note)
        return self._run(command, command_id, debit, credit)

    def post(
        self,
        legs: Sequence[Leg],
        *,
        effective_date: str | None = None,
        metadata: Mapping[str, str] | None = None,
        personal: Personal | None = None,
        command_id: str | None = None,
    ) -> shapes.Receipt:
        """Book many legs at once, in one or many assets: all of them or none."""
        command_id = _command_id(command_id)
        note = self._note(effective_date, metadata, personal, command_id)
        command = transfers.Post(legs=tuple(legs), note=note)
        names = [name for leg in legs for name in (leg.debit, leg.credit)]
        return self._run(command, command_id, *names)

    def hold(
        self,
        *,
        debit: str,
        credit: str,
        amount: str,
        asset: str,
        timeout_seconds: int = 0,
        code: int = 1,
        transfer_id: str | None = None,
        command_id: str | None = None,
    ) -> shapes.Receipt:
        """Reserve an amount; it can be posted in full or part, voided, or expires."""
        leg = Leg(debit=debit, credit=credit, amount=amount, asset=asset, code=code)
        command = transfers.Hold(leg=leg, timeout_seconds=timeout_seconds, transfer_id=transfer_id)
        return self._run(command, command_id, debit, credit)

    def post_hold(
        self,
        pending_id: str,
        *,
        amount: str | None = None,
        asset: str | None = None,
        command_id: str | None = None,
    ) -> shapes.Receipt:
        """Post a reservation, whole or in part; the rest is released."""
        command = transfers.PostHold(pending_id=pending_id, amount=amount, asset=asset)
        return self._run(command, command_id)

    def void_hold(self, pending_id: str, *, command_id: str | None = None) -> shapes.Receipt:
        """Release a reservation."""
        return self._run(transfers.VoidHold(pending_id=pending_id), command_id)

    def create_accounts(self, records: Records, *, command_id: str | None = None) -> BatchReply:
        """Create a batch of raw accounts (128-byte records); the statuses are the answer."""
        return self._batch(bulk.CreateAccounts(_bytes(records)), command_id)

    def create_transfers(self, records: Records, *, command_id: str | None = None) -> BatchReply:
        """Create a batch of raw transfers (128-byte records); the statuses are the answer."""
        return self._batch(bulk.CreateTransfers(_bytes(records)), command_id)

    # Personal data

    def erase(self, subject: str) -> int:
        """Destroy a subject's key: none of its sealed texts can be read again, here or in any
        backup of the vault. The books stay whole. Returns how many texts that were.
        """
        return self._writer.vault.erase(SubjectId(subject))

    # Running

    def _note(
        self,
        effective_date: str | None,
        metadata: Mapping[str, str] | None,
        personal: Personal | None,
        command_id: str,
    ) -> Note:
        return Note(
            effective_date=effective_date,
            metadata=dict(metadata or {}),
            sealed=self._sealed(personal, command_id),
        )

    def _sealed(self, personal: Personal | None, command_id: str) -> dict[str, bytes]:
        if personal is None:
            return {}
        return self._writer.seal(
            personal.subject, personal.texts, actor=OWNER, command_id=command_id
        )

    def _run(self, command: Command, command_id: str | None, *names: str) -> shapes.Receipt:
        found: Receipt = self._writer.run(command, command_id=command_id)
        naming = _naming(names)
        return present.receipt(found, catalogue=self._catalogue(), naming=naming)

    def _batch(self, command: Command, command_id: str | None) -> BatchReply:
        reply: BatchReply = self._writer.run(command, command_id=command_id)
        return reply

    def _catalogue(self) -> Catalogue:
        catalogue: Catalogue = self._writer.read(lambda state: _facts(state).catalogue)
        return catalogue


def _command_id(given: str | None) -> str:
    return given or secrets.token_hex(16)


def _kind(text: str) -> AccountKind:
    try:
        return AccountKind(text)
    except ValueError:
        kinds = ", ".join(kind.value for kind in AccountKind)
        raise Malformed(f"a kind is one of {kinds}", parameter="kind") from None


def _bytes(records: Records) -> bytes:
    return records.tobytes() if isinstance(records, np.ndarray) else bytes(records)


def _naming(names: Iterable[str]) -> present.Naming:
    """Call accounts what the caller called them, and others by their id."""
    known = {parse_account(name, parameter="account"): name for name in names}
    return lambda account_id: known.get(account_id, f"#{account_id}")


def _ledger(state: PoolState) -> LedgerState:
    return state.part(LedgerState)


def _facts(state: PoolState) -> LedgerFacts:
    return state.part(LedgerFacts)
