"""The demo's server: it says why it does not start, and ends with the demo, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tpwallet.faces.operations.founding import found_pool
from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.server import Server

SECONDS_MAX = 60
# A demo that has started its server and says which process that is.
STARTER = """
import sys, time
from pathlib import Path
from tpwallet.lab.demo.server import Server

pool, key, log = sys.argv[1:]
server = Server(Path(pool), key=key, log=Path(log))
server.start()
print(server._process.pid, flush=True)
time.sleep(600)
"""


def _is_gone(process_id: int) -> bool:
    """Whether a process that is not our child is no more."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{process_id}/stat")  # it may be dead and not waited for by anybody
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"


def _children_of(process_id: int) -> list[int]:
    tasks = Path(f"/proc/{process_id}/task")
    return [int(one) for task in tasks.iterdir() for one in (task / "children").read_text().split()]


@pytest.mark.slow
def test_a_killed_demo_leaves_no_server_behind(tmp_path: Path) -> None:
    pool = tmp_path / "pool"
    key = found_pool(pool, name="demo", base_asset="EUR").key.token
    assert key is not None
    command = [sys.executable, "-c", STARTER, str(pool), key, str(tmp_path / "server.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        left = [server, *_children_of(server)]
        assert len(left) > 1  # its follower
        assert not any(_is_gone(one) for one in left)
        starter.send_signal(signal.SIGKILL)
    end = time.monotonic() + SECONDS_MAX
    while not all(_is_gone(one) for one in left):
        assert time.monotonic() < end, (tmp_path / "server.log").read_text()
        time.sleep(0.05)


@pytest.mark.slow
def test_a_server_is_stopped_and_started_again_at_the_same_address(tmp_path: Path) -> None:
    key = found_pool(tmp_path / "pool", name="demo", base_asset="EUR").key.token
    server = Server(tmp_path / "pool", key=key, log=tmp_path / "server.log")
    for end in (server.kill, server.stop):
        server.start()
        with server.connect() as client:
            client.is_alive()
        end()
        assert not server.is_running


def test_a_server_that_does_not_start_says_its_last_words(tmp_path: Path) -> None:
    server = Server(tmp_path / "nowhere", key="none", log=tmp_path / "server.log")
    with pytest.raises(DemoFailed, match="is no pool"):
        server.start()
    assert not server.is_running
    server.stop()
