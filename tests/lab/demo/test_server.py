from pathlib import Path

import pytest

from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.server import Server


def test_a_server_that_does_not_start_says_its_last_words(tmp_path: Path) -> None:
    server = Server(tmp_path / "nowhere", key="none", log=tmp_path / "server.log")
    with pytest.raises(DemoFailed, match="is no pool"):
        server.start()
    assert not server.is_running
    server.stop()
