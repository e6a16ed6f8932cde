"""The command line beside a hub: through its address, and on the directory it serves."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.cli.conftest import ADA, BANK, BEN
from tests.faces.cli.running import Line, clean_environment
from tpwallet.faces.cli import exits

SECONDS_MAX = 60


class Served(Line):
    """A command line whose pool is served by another process."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.folder)
        self.key = (line.pool / "admin.key").read_text().strip()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from tpwallet.faces.cli.main import main; main()"),
                *("serve", "--port", "0", "--json"),
            ],
            env=clean_environment({"TPWALLET_POOL": str(line.pool), "LC_ALL": "C.UTF-8"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.url = ""

    def through(self, *arguments: object) -> tuple[object, ...]:
        """A command line through the hub."""
        return (*arguments, "--url", self.url, "--key", self.key)

    def wait(self) -> None:
        """Wait until the hub says that it answers."""
        assert self.process.stdout is not None
        with self.process.stdout:
            self.url = json.loads(self.process.stdout.readline())["url"]

    def stop(self) -> int:
        """Ask the hub to end, and wait."""
        self.process.terminate()
        return self.process.wait(SECONDS_MAX)


@pytest.fixture
def served(books: Line) -> Iterator[Served]:
    found = Served(books)
    try:
        found.wait()
        yield found
    finally:
        assert found.stop() == 0


@pytest.mark.slow
def test_commands_go_through_the_hub(served: Served) -> None:
    served.ok(*served.through("transfer", "new", ADA, BEN, "1.00", "EUR"))
    assert served.json(*served.through("balance", BEN))["posted"] == "1.00"
    refused = served(*served.through("transfer", "new", BEN, ADA, "9.00", "EUR", "--json"))
    assert (refused.status, refused.problem["code"]) == (exits.REFUSED, "exceeds_credits")
    here = served("transfer", "new", ADA, BEN, "1.00", "EUR")
    assert (here.status, "--url" in here.err) == (exits.UNAVAILABLE, True)
    stranger = served("balance", ADA, "--url", served.url, "--key", "tpk_stranger")
    assert (stranger.status, "unauthorized" in stranger.err) == (exits.REFUSED, True)


@pytest.mark.slow
def test_a_served_pool_is_read_where_it_lies_as_through_its_hub(served: Served) -> None:
    served.ok(*served.through("transfer", "new", ADA, BEN, "1.00", "EUR"))
    for asked in (
        ("balance", BEN),
        ("statement", ADA),
        ("account", "list"),
        ("transfer", "list"),
        ("asset", "list"),
    ):
        here, through = served.json(*asked), served.json(*served.through(*asked))
        assert here == through
    served.ok(*served.through("transfer", "new", ADA, BEN, "1.00", "EUR"))


@pytest.mark.slow
def test_a_pool_is_backed_up_verified_and_exported_while_it_is_served(
    served: Served, tmp_path: Path
) -> None:
    stop = threading.Event()
    paid: list[int] = []

    def pay() -> None:
        while not stop.is_set():
            told = served.json(*served.through("transfer", "new", BANK, BEN, "0.01", "EUR"))
            paid.append(told["position"])

    paying = threading.Thread(target=pay)
    paying.start()
    try:
        while not paid:
            time.sleep(0.01)
        before = paid[-1]
        saved = served.apart("backup", tmp_path / "saved", "--json")
        assert saved.status == 0, saved
        for arguments in (("verify",), ("doctor",), ("export", "--out", tmp_path / "books.tpwx")):
            ran = served.apart(*arguments)
            assert ran.status == 0, ran
    finally:
        stop.set()
        paying.join()
    assert saved.json["position"] >= before
    restored = served.apart("restore", tmp_path / "saved", tmp_path / "new", "--json")
    assert restored.json["position"] == saved.json["position"]
