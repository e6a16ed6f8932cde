"""The demo as a person starts it: a hub over HTTP, a day, a real SIGKILL, and the proofs."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tpwallet.lab.demo.checks import Check

pytestmark = pytest.mark.slow
DEMO = [sys.executable, "-c", "from tpwallet.faces.cli.main import main; main()", "demo"]
SMALL = ["--seconds", "2", "--customers", "12", "--intents", "300"]


def test_a_day_a_crash_and_everything_that_was_promised(tmp_path: Path) -> None:
    pool = tmp_path / "firm"
    ran = subprocess.run(
        [*DEMO, *SMALL, "--json", "--base", "USD", "--pool", str(pool)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert result["ok"]
    findings = {finding["check"]: finding for finding in result["findings"]}
    assert list(findings) == [check.value for check in Check]
    assert all(finding["holds"] for finding in findings.values())
    assert findings["acknowledged"]["words"]["answers"] > 300
    assert findings["in_doubt"]["words"]["commands"] > 0
    assert "SIGKILL" in ran.stderr
    assert json.loads((pool / "pool.json").read_text())["base_asset"] == "USD"


def test_it_serves_on_until_it_is_interrupted() -> None:
    demo = subprocess.Popen(
        [*DEMO, "--seconds", "1", "--customers", "8", "--intents", "50", "--lang", "zh"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout is not None
    try:
        address = next(line.split()[1] for line in demo.stdout if line.startswith("正在服务"))
        with urllib.request.urlopen(f"{address}/readyz") as answer:
            assert answer.status == 200
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=30)
        assert demo.returncode == 0
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(f"{address}/readyz")
    finally:
        demo.kill()
        demo.communicate()
