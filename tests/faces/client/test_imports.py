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


def test_what_is_given_to_a_call_is_the_same_for_the_client_and_the_library() -> None:
    import tpwallet
    from tpwallet.faces import client, embedded

    assert tpwallet.Leg is client.Leg is embedded.Leg
    assert tpwallet.Personal is client.Personal is embedded.Personal
