"""The documents say what the clients have, and their examples run."""

import os
import subprocess
import sys
from pathlib import Path

from tests.faces.client.hubs import served
from tests.faces.http.served import serve_pool
from tests.house.markdown import split
from tpwallet.faces.client import __all__ as exported
from tpwallet.faces.client.api import Methods

DOCUMENTS = Path(__file__).parents[3] / "docs"


def test_reference_names_every_method_and_error() -> None:
    text = (DOCUMENTS / "reference" / "client.md").read_text()
    methods = [name for name in dir(Methods) if not name.startswith("_")]
    assert [name for name in methods if f"`{name}(" not in text] == []
    errors = [name for name in exported if name.startswith("Hub")]
    assert [name for name in errors if f"`{name}`" not in text] == []


def test_recipe_runs(tmp_path: Path) -> None:
    recipe = (DOCUMENTS / "recipes" / "talk-to-a-hub.md").read_text()
    program = "\n".join(block.text for block in split(recipe)[1] if block.info[:1] == ("python",))
    with served(serve_pool(tmp_path / "pool")) as hub:
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={**os.environ, "TPWALLET_URL": hub.url, "TPWALLET_KEY": hub.key},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "payment.json").stat().st_size > 100
