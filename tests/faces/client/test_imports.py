"""Who only calls a hub loads nothing of the machine."""

import subprocess
import sys

HEAVY = ("numba", "numpy", "pyarrow", "litestar", "apsw", "sqlalchemy", "cryptography", "uvicorn")


def test_client_loads_nothing_of_the_machine() -> None:
    program = (
        "import sys; from tpwallet import AsyncClient, Client;"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == []


def test_top_of_the_package_offers_the_clients() -> None:
    import tpwallet
    from tpwallet.faces import client

    assert tpwallet.Client is client.Client
    assert tpwallet.AsyncClient is client.AsyncClient
