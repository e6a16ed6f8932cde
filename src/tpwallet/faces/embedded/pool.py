"""A pool as a Python object.

    with tpwallet.open("my-pool") as pool:
        pool.open_account("bank/main/EUR", asset="EUR", kind="asset")
        pool.open_account("customer/42/available/EUR", asset="EUR", kind="liability")
        pool.transfer(debit="bank/main/EUR", credit="customer/42/available/EUR",
                      amount="12.50", asset="EUR")

Every call is durable when it returns. A call with a `command_id` of the caller's may be repeated:
it answers what it answered first. Amounts are decimal strings, never floats.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.forms import AssetCode
from tpwallet.faces import present, shapes
from tpwallet.faces.arguments import checked_value, hold_methods
from tpwallet.faces.bodies import CommandId, Reason, Subject
from tpwallet.faces.embedded.accounts import AccountCommands
from tpwallet.faces.embedded.assets import AssetCommands
from tpwallet.faces.embedded.damage import telling_damage
from tpwallet.faces.embedded.documents import DocumentCommands
from tpwallet.faces.embedded.governing import GoverningCommands
from tpwallet.faces.embedded.imports import ImportCommands
from tpwallet.faces.embedded.money import MoneyCommands
from tpwallet.faces.embedded.opening import check_base_asset, checked_path, tell_of_compiling
from tpwallet.faces.naming import (
    Addresses,
    account_in,
    accounts_in,
    creation_times,
    name_account_in,
)
from tpwallet.flows import bulk, clock
from tpwallet.flows.bulk import BatchReply
from tpwallet.flows.receipts import Receipt
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.command import Command
from tpwallet.kernel.errors import Malformed, Rejected, TpwalletError
from tpwallet.kernel.sealed import SubjectId
from tpwallet.kernel.state import PoolState
from tpwallet.money import Catalogue


def open_pool(path: str | Path, *, create: bool = True, base_asset: str = "EUR") -> "Pool":
    """Open the pool in a directory, and make it first when there is none and `create`: in a
    directory that is new or empty. `base_asset` is what values of a new pool are shown in.

    When nothing is compiled yet, that takes half a minute, once, and is said by the logger
    `tpwallet`, which writes it to standard error unless it is told otherwise.

    **Rejects** with `NotAPool` a path that holds something else, or nothing when not `create`; with
    `Halted` a pool that another process writes, and with `JournalCorrupt` one
    whose journal does not hold together, or was cut off since a checkpoint or snapshot of it was
    made; `position` is then the first that cannot be trusted.
    """
    path = checked_path(path)
    checked_value(bool, create, parameter="create")
    checked_value(AssetCode, base_asset, parameter="base_asset")
    tell_of_compiling()
    if create and not (path / "pool.json").exists():
        check_base_asset(base_asset)
        create_pool(path, name=path.name, base_asset=base_asset)
    with telling_damage(path):
        return Pool(Writer(PoolDirectory(path)))


class _Assets(NamedTuple):
    """The assets of a pool, and their ledger numbers."""

    catalogue: Catalogue
    ledgers: frozenset[int]


@hold_methods
class Pool(
    AccountCommands,
    MoneyCommands,
    ImportCommands,
    AssetCommands,
    DocumentCommands,
    GoverningCommands,
):
    """An open pool; use it in a `with` block, or call `close`. Any thread may call it.

    Every command **rejects** with `OutcomeUnknown` when it may have been done and that cannot be
    told: put it again with the `command_id` that the error's facts name.
    """

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer)
        self._assets: _Assets | None = None
        self._addresses = Addresses()

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

    # Raw batches

    def create_accounts(
        self,
        records: "bytes | bytearray | memoryview | np.ndarray",
        *,
        command_id: CommandId | None = None,
    ) -> BatchReply:
        """Create a batch of raw accounts (128-byte records); the statuses are the answer."""
        return self._batch(bulk.CreateAccounts(_bytes(records)), command_id)

    def create_transfers(
        self,
        records: "bytes | bytearray | memoryview | np.ndarray",
        *,
        command_id: CommandId | None = None,
    ) -> BatchReply:
        """Create a batch of raw transfers (128-byte records); the statuses are the answer."""
        return self._batch(bulk.CreateTransfers(_bytes(records)), command_id)

    # Personal data

    def erase(self, subject: Subject) -> int:
        """Destroy a subject's key: none of its sealed texts can be read here again. A backup of the
        vault from before keeps them for whoever also has the pool's secrets, until it is deleted.
        The books stay whole. Returns how many texts that were.
        """
        return self._writer.vault.erase(SubjectId(subject))

    # The clock

    def override_clock(
        self, reason: Reason, *, command_id: CommandId | None = None
    ) -> shapes.Receipt:
        """Vouch for the wall clock after it was refused (`ClockRefused`), in 1 to 500 characters
        that stay in the journal. It holds until this pool is closed, or until the next jump.
        """
        return self._run(clock.OverrideClock(reason=reason), command_id)

    # Running

    def _run(
        self, command: Command, command_id: str | None, *names: str, dry_run: bool = False
    ) -> shapes.Receipt:
        assets = self._assets or self._look_up()  # if this fails, the command is not begun
        asked = self._writer.request(command, command_id=command_id)
        try:
            return self._told(
                asked, lambda found: self._receipt(found, assets, names), dry_run=dry_run
            )
        except Rejected as refusal:
            if not names:
                name_account_in(refusal, self._addresses_of(account_in(refusal)))
            raise

    def _receipt(self, found: Receipt, assets: "_Assets", names: Iterable[str]) -> shapes.Receipt:
        if not {booked.transfer.ledger for booked in found.transfers} <= assets.ledgers:
            assets = self._look_up()
        naming = present.naming_of(names, None if names else self._addresses_of(accounts_in(found)))
        return present.receipt(found, catalogue=assets.catalogue, naming=naming)

    def _addresses_of(self, accounts: set[int]) -> dict[int, str]:
        """The addresses of accounts that the caller did not name."""
        unknown = self._addresses.unknown(accounts)
        if unknown:
            with suppress(TpwalletError):  # it is done, and they can be called by their ids
                created = self._writer.read(lambda state: creation_times(state, unknown))
                self._addresses.learn(self._writer.journal, created)
        return self._addresses.known(accounts)

    def _batch(self, command: Command, command_id: str | None) -> BatchReply:
        asked = self._writer.request(command, command_id=command_id)
        return self._told(asked, _as_it_is)

    def _look_up(self) -> "_Assets":
        """Read the assets of now, and keep them: an asset never changes once it is registered."""
        catalogue: Catalogue = self._writer.read(lambda state: _facts(state).catalogue)
        self._assets = _Assets(catalogue, frozenset(asset.ledger for asset in catalogue))
        return self._assets


def _as_it_is(reply: BatchReply) -> BatchReply:
    return reply


def _bytes(records: object) -> bytes:
    match records:
        case bytes():
            return records
        case bytearray() | memoryview():
            return bytes(records)
        case np.ndarray() if not records.dtype.hasobject:
            return records.tobytes()
        case _:
            raise Malformed(
                "expected records of 128 bytes, as bytes or a numpy array", parameter="records"
            )


def _facts(state: PoolState) -> LedgerFacts:
    return state.part(LedgerFacts)
