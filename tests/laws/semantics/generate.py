"""Histories to compare two engines on: random ones by seed, and every combination of flags.

Both speak in `Operation`s of the oracle's own records. Perform the same operations on an oracle
and on the engine under test; every outcome, and at the end every account and transfer, must be
equal.
"""

from collections.abc import Iterator
from itertools import product

from tests.laws.semantics.authoring import Author
from tests.laws.semantics.operations import CreateAccounts, CreateTransfers, Operation
from tests.laws.semantics.writing import MAX, SECOND, account, pending, transfer
from tpwallet.lab.oracle import AccountFlag, OracleTransfer, TransferFlag

HISTORY_LENGTH = 60

FLAG_COMBINATION_NS = 10 * SECOND
_ALL_TRANSFER_FLAGS = range(2**9)
_AMOUNTS = (0, 1, MAX)
_PENDING_IDS = (0, 20, 999)
_TIMEOUTS = (0, 1)


def random_history(
    seed: int, length: int = HISTORY_LENGTH, *, with_extensions: bool = True
) -> list[Operation]:
    """Return the history of `length` calls that belongs to `seed`, to start on an empty ledger.

    Guards, rules of the pool and units (tpwallet's own) occur only `with_extensions`.
    """
    return Author(seed).write(length, with_extensions=with_extensions)


def fixed_ledger() -> list[Operation]:
    """Return the small ledger that every flag combination meets.

    Account 1 has been credited 5 by account 2 and must not overdraw; transfer 20 reserves 2 from
    account 1 to account 2 and does not expire.
    """
    return [
        CreateAccounts(
            (account(1, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS), account(2)), SECOND
        ),
        CreateTransfers(
            (
                transfer(10, debit_account_id=2, credit_account_id=1, amount=5),
                pending(20, amount=2),
            ),
            2 * SECOND,
        ),
    ]


def flag_combinations() -> Iterator[CreateTransfers]:
    """Yield every combination of the nine flags with telling amounts, pending ids and timeouts.

    Each is a batch of one transfer that must meet its own fresh `fixed_ledger`. Imported ones
    bring a timestamp that is in order, the others none.
    """
    for flags, amount, pending_id, timeout in product(
        _ALL_TRANSFER_FLAGS, _AMOUNTS, _PENDING_IDS, _TIMEOUTS
    ):
        event = OracleTransfer(
            id=100,
            debit_account_id=1,
            credit_account_id=2,
            amount=amount,
            pending_id=pending_id,
            timeout=timeout,
            ledger=1,
            code=20,
            flags=flags,
            timestamp=3 * SECOND if flags & TransferFlag.IMPORTED else 0,
        )
        yield CreateTransfers((event,), FLAG_COMBINATION_NS)
