"""A program that dies of SIGKILL between sealing a text and the commit that would refer to it.

python -m tests.faces.operations.sealing_victim POOL
"""

import os
import signal
import sys
from unittest.mock import patch

import tpwallet
from tpwallet.faces.embedded import Personal


def die(*_arguments: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    pool = tpwallet.open(sys.argv[1])
    pool.open_account("bank/EUR", asset="EUR", kind="asset")
    patch.object(type(pool._writer.journal), "append", die).start()
    personal = Personal(subject="ada", texts={"name": "Ada Lovelace"})
    pool.open_account(
        "customer/ada/EUR",
        asset="EUR",
        kind="liability",
        personal=personal,
        command_id="cut-off",
    )


if __name__ == "__main__":
    main()
