"""A hub whose read models are damaged on disk goes on paying, and makes them again by itself."""

from pathlib import Path

import httpx
import pytest

from tests.faces.http.hub import found, hub, until
from tests.faces.http.served import ALICE, BANK

pytestmark = pytest.mark.slow
PAGE, MOVEMENT, PAYMENTS = 4096, 56, 20
ACCOUNTS, STATEMENT = "/v1/accounts", f"/v1/statements/{ALICE}"


def spoil(path: Path, starts: range) -> None:
    with path.open("r+b") as file:
        for start in starts:
            file.seek(start)
            file.write(b"\xee" * 8)


def spoil_directory(pool: Path) -> None:
    path = pool / "views" / "directory.db"
    spoil(path, range(2 * PAGE, path.stat().st_size, PAGE))


def spoil_history(pool: Path) -> None:
    spoil(pool / "views" / "history" / "movements", range(24, PAYMENTS * MOVEMENT, MOVEMENT))


def pay(client: httpx.Client, number: int) -> int:
    """Pay; returns the payment's position."""
    transfer = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
    headers = {"Idempotency-Key": str(number)}
    paid = client.post("/v1/transfers", json=transfer, headers=headers)
    assert paid.status_code == 201
    return int(paid.json()["position"])


def test_a_hub_makes_damaged_views_again_while_it_goes_on_paying(tmp_path: Path) -> None:
    pool = tmp_path / "pool"
    headers = {"Authorization": f"Bearer {found(pool)}"}
    with hub(pool) as running, httpx.Client(base_url=running.address, headers=headers) as client:
        paid = max(pay(client, number) for number in range(PAYMENTS))
        whole = client.get(STATEMENT, params={"at_least": paid}).json()["closing"]
        accounts = len(client.get(ACCOUNTS).json()["accounts"])
    with hub(pool) as running, httpx.Client(base_url=running.address, headers=headers) as client:
        spoil_directory(pool)
        turned_away = client.get(ACCOUNTS)
        assert turned_away.status_code == 503
        assert turned_away.json()["code"] == "follower_unavailable"
        pay(client, PAYMENTS)
        assert len(until(200, client, ACCOUNTS).json()["accounts"]) == accounts
        spoil_history(pool)
        assert client.get(STATEMENT).status_code == 503
        paid = pay(client, PAYMENTS + 1)
        again = until(200, client, f"{STATEMENT}?at_least={paid}")
        assert whole == f"{PAYMENTS}.00"
        assert again.json()["closing"] == f"{PAYMENTS + 2}.00"
        assert running.log.count("is made again from the journal") == 2
        assert "reading_stopped" in running.log
