"""A program that pays until it is killed: it prints each payment once it is acknowledged.

    python -m tests.journeys.paying POOL ROUND

Its commands are named by round and number, so whoever looks afterwards can ask for each again.
"""

import sys
import threading

import tpwallet
from tpwallet.faces.embedded import Pool

BANK = "bank/main/EUR"
THREADS = 4


def customer(number: int) -> str:
    """One of a few customers' accounts."""
    return f"customer/{number % 7}/available/EUR"


def prepare(pool: Pool) -> None:
    """Open the accounts; again is the same."""
    pool.open_account(BANK, asset="EUR", kind="asset", command_id="open-bank")
    for number in range(7):
        pool.open_account(
            customer(number), asset="EUR", kind="liability", command_id=f"open-{number}"
        )


def pay(pool: Pool, command_id: str, number: int) -> str:
    """Pay once; returns the transfer's place in the journal."""
    receipt = pool.transfer(
        debit=BANK, credit=customer(number), amount="1.00", asset="EUR", command_id=command_id
    )
    return receipt.transfers[0].place


def _pay_for_ever(pool: Pool, name: str, speaking: threading.Lock) -> None:
    number = 0
    while True:
        command_id = f"{name}-{number}"
        place = pay(pool, command_id, number)
        with speaking:
            sys.stdout.write(f"{command_id} {number} {place}\n")
            sys.stdout.flush()
        number += 1


def main() -> None:
    path, turn = sys.argv[1], sys.argv[2]
    pool = tpwallet.open(path)
    prepare(pool)
    speaking = threading.Lock()
    for worker in range(THREADS):
        name = f"{turn}-{worker}"
        threading.Thread(target=_pay_for_ever, args=(pool, name, speaking), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
