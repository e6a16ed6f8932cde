"""The scratch pool that is led through everything compiled code does; see `warming`."""

import contextlib
import secrets
from collections.abc import Callable, Iterable
from typing import Protocol

from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.records import (
    U128_MAX,
    Account,
    Transfer,
    pack_account,
    pack_transfers,
)
from tpwallet.faces.embedded import Pool
from tpwallet.flows.accounts import SetCreditLine
from tpwallet.flows.administration import EndBulkGrant, GrantBulk
from tpwallet.flows.imports import ImportTransfers
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer, empty_replica
from tpwallet.kernel.errors import Rejected
from tpwallet.kernel.state import PoolState

_BANK, _ADA, _BEN = "bank/main/EUR", "customer/ada/EUR", "customer/ben/EUR"


class Skewed(Protocol):
    """A wall clock that can be put forward."""

    def __call__(self) -> int:
        """Nanoseconds since 1970."""
        ...

    def put_forward(self, seconds: int) -> None:
        """Let this much time go by."""
        ...


def work_a_pool(directory: PoolDirectory, *, skew: Skewed) -> None:
    """Lead a new pool through all of it, twice opened: to live, and to be replayed."""
    writer = Writer(directory, owner="warming", wall=skew)
    with Pool(writer) as pool:
        _friendly(pool, writer, skew)
        pool.freeze(_BEN)  # while an account is frozen, batches are looked through for its end
        _bulk(pool)
        _imports(writer)
        writer.read(_dump_and_load)
    Writer(directory, owner="warming", wall=skew).close()


def _refused(call: Callable[[], object]) -> None:
    """Run what must be refused, and taken back."""
    with contextlib.suppress(Rejected):
        call()
        raise RuntimeError("the scratch pool accepted what it had to refuse")


def _friendly(pool: Pool, writer: Writer, skew: Skewed) -> None:
    pool.open_account(_BANK, asset="EUR", kind="asset")
    for address in (_ADA, _BEN):
        pool.open_account(address, asset="EUR", kind="liability")
    _refused(lambda: pool.open_account(_ADA, asset="USD", kind="liability"))
    _refused(lambda: pool.transfer(debit=_BEN, credit=_ADA, amount="1", asset="EUR"))
    pool.transfer(debit=_BANK, credit=_ADA, amount="100", asset="EUR")
    legs = [Leg(debit=_ADA, credit=_BEN, amount="1", asset="EUR")] * 2
    pool.post(legs)
    _refused(lambda: pool.post([*legs, Leg(debit=_ADA, credit=_BEN, amount="999", asset="EUR")]))
    holds = [
        pool.hold(debit=_ADA, credit=_BEN, amount="5", asset="EUR", timeout_seconds=1)
        .transfers[0]
        .transfer_id
        for _ in range(3)
    ]
    pool.post_hold(holds[0], amount="2", asset="EUR")
    pool.void_hold(holds[1])
    _refused(lambda: pool.void_hold(holds[0]))
    skew.put_forward(2)
    writer.pulse()
    pool.freeze(_BEN)
    _refused(lambda: pool.transfer(debit=_ADA, credit=_BEN, amount="1", asset="EUR"))
    pool.reopen(_BEN)
    writer.run(SetCreditLine(address=_BEN, asset="EUR", limit="10"))
    writer.run(GrantBulk(holder="owner", subtrees=("customer",), assets=("EUR",)))
    writer.run(EndBulkGrant(bit=1))
    pool.balance(_ADA)


def _accounts(flags: Iterable[int]) -> bytes:
    return b"".join(
        pack_account(Account(id=number, ledger=1, code=1, flags=flag))
        for number, flag in enumerate(flags, start=1)
    )


def _transfer(number: int, amount: int = 10, flags: int = 0, **fields: int) -> Transfer:
    fields = {"debit_account_id": 1, "credit_account_id": 2, "ledger": 1, "code": 1, **fields}
    return Transfer(id=number, amount=amount, flags=flags, **fields)


def _bulk(pool: Pool) -> None:
    flags = TransferFlags
    bound = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
    pool.create_accounts(_accounts((0, 0, bound, AccountFlags.LINKED, bound)))
    pool.create_accounts(_accounts((0, AccountFlags.LINKED)))
    batch = [
        _transfer(1),
        _transfer(2, flags=flags.LINKED),
        _transfer(3),
        _transfer(4, flags=flags.LINKED),
        _transfer(5, debit_account_id=3),
        _transfer(6, flags=flags.PENDING, timeout=9),
        _transfer(7, U128_MAX, flags.POST_PENDING_TRANSFER, pending_id=6),
        _transfer(8, flags=flags.PENDING),
        _transfer(9, flags=flags.BALANCING_DEBIT, debit_account_id=2, credit_account_id=1),
        _transfer(10, flags=flags.BALANCING_CREDIT),
        _transfer(11, flags=flags.PENDING | flags.CLOSING_CREDIT, credit_account_id=3),
    ]
    pool.create_transfers(pack_transfers(batch))
    pool.create_transfers(pack_transfers(batch))
    rest = [
        _transfer(12, 0, flags.VOID_PENDING_TRANSFER, pending_id=8),
        _transfer(13, 0, flags.VOID_PENDING_TRANSFER, pending_id=11),
        _transfer(14, U128_MAX, flags.POST_PENDING_TRANSFER, pending_id=6),
    ]
    pool.create_transfers(pack_transfers(rest))
    many = [_transfer(number) for number in range(1_000, 4_000)]
    pool.create_transfers(pack_transfers(many))


def _imports(writer: Writer) -> None:
    imported = TransferFlags.IMPORTED
    past = [_transfer(5_000, flags=imported, timestamp=1)]
    _refused(lambda: writer.run(ImportTransfers(pack_transfers(past))))
    writer.run(ImportTransfers(pack_transfers([_transfer(6_000), _transfer(6_001)])))


def _dump_and_load(state: PoolState) -> None:
    """Save the state and load it into an empty one, which must then be the same."""
    copy = empty_replica(secrets.token_bytes(16)).state
    for name, part in state.parts.items():
        copy.parts[name].load(part.dump())
    copy.position = state.position
    if copy.state_hash() != state.state_hash():
        raise RuntimeError("the scratch pool is not the same once saved and loaded")
