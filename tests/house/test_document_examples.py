"""Law: an example in the documents that says it runs, runs.

A fenced block whose info line is `sh run` or `python run` is executed in an empty folder, with the
commands of this environment first on the path and no standard input. A Python block with `>>>`
runs as a doctest, any other as a script; a shell block stops at its first failing command. Blocks
of one document share the folder and run in order, as a reader would type them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.markdown import Block, split
from tests.house.reading import ROOT, is_checkout, tracked_texts

SECONDS_MAX = 120
DOCTEST = "import doctest, sys; sys.exit(bool(doctest.testfile(sys.argv[1], False).failed))"


class ExampleFailed(Exception):
    """A block did not do what its document says."""


def running_blocks(document: str) -> list[Block]:
    """List the blocks that say they run."""
    return [block for block in split(document)[1] if "run" in block.info[1:]]


def command(block: Block, folder: Path) -> list[str]:
    """Give the command that runs a block; its text is written into `folder`'s parent."""
    script = folder.parent / f"block-{block.line}"
    script.write_text(block.text, encoding="utf-8")
    match block.info[0]:
        case "sh" | "bash":
            return ["bash", "-euo", "pipefail", str(script)]
        case "python" if ">>>" in block.text:
            return [sys.executable, "-c", DOCTEST, str(script)]
        case "python":
            return [sys.executable, str(script)]
        case language:
            raise ExampleFailed(f"line {block.line}: only sh and python blocks run: {language}")


def run(document: str, folder: Path) -> None:
    """Run the blocks of a document in order. **Rejects** the first that fails."""
    commands = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    for block in running_blocks(document):
        ran = subprocess.run(
            command(block, folder),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        if ran.returncode != 0:
            raise ExampleFailed(f"line {block.line}: exit {ran.returncode}\n{ran.stdout}")


def documents_with_examples() -> list[str]:
    """List the documents that hold a block that runs."""
    return [
        path
        for path, text in (tracked_texts() if is_checkout() else ())
        if path.endswith(".md") and running_blocks(text)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("path", documents_with_examples())
def test_examples_run(path: str, pool_dir: Path) -> None:
    run((ROOT / path).read_text(encoding="utf-8"), pool_dir)


def test_examples_share_a_folder_and_run_in_order(pool_dir: Path) -> None:
    run(
        "```sh run\necho 41 > sum\n```\n```python run\nopen('sum', 'a').write('1')\n```\n"
        "```python run\n>>> open('sum').read()\n'41\\n1'\n```\n```sh\nfalse\n```\n",
        pool_dir,
    )


@pytest.mark.parametrize(
    "block",
    [
        "sh run\nfalse\ntrue",
        "python run\nraise SystemExit(3)",
        "python run\n>>> 1\n2",
        "ruby run\n1",
    ],
)
def test_an_example_that_fails_is_found(block: str, pool_dir: Path) -> None:
    with pytest.raises(ExampleFailed, match="line 1"):
        run(f"```{block}\n```\n", pool_dir)
