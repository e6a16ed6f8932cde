"""Running the command line, in this process or in one of its own."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from tpwallet.faces.cli.main import cli

_QUIET = {"LC_ALL": "C.UTF-8", "TPWALLET_URL": "", "TPWALLET_KEY": "", "TPWALLET_POOL": ""}


class Ran(NamedTuple):
    """What came of a command line."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value of the answer."""
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        """The one JSON value of an error."""
        return json.loads(self.err)


class Line:
    """A command line in a folder, with a pool in the environment."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.pool = folder / "pool"
        self._environment = _QUIET | {"TPWALLET_POOL": str(self.pool)} | environment

    def __call__(self, *arguments: object, **environment: str) -> Ran:
        """Run it in this process."""
        found = CliRunner().invoke(
            cli,
            [str(one) for one in arguments],
            env=self._environment | environment,
            catch_exceptions=False,
        )
        return Ran(found.exit_code, found.stdout, found.stderr)

    def inside(self, *arguments: object, **environment: str) -> Ran:
        """Run it in this process with its own folder as the present one."""
        with contextlib.chdir(self.folder):
            return self(*arguments, **environment)

    def ok(self, *arguments: object, **environment: str) -> Ran:
        """Run what must succeed."""
        ran = self(*arguments, **environment)
        assert ran.status == 0, ran
        return ran

    def json(self, *arguments: object, **environment: str) -> Any:
        """What a command that must succeed answers to programs."""
        return self.ok(*arguments, "--json", **environment).json

    def apart(self, *arguments: object, **environment: str) -> Ran:
        """Run it in a process of its own, in the folder."""
        program = "from tpwallet.faces.cli.main import main; main()"
        return self.program(program, *arguments, **environment)

    def program(self, program: str, *arguments: object, **environment: str) -> Ran:
        """Run a program of one's own beside it."""
        found = subprocess.run(
            [sys.executable, "-c", program, *(str(one) for one in arguments)],
            cwd=self.folder,
            env=clean_environment(self._environment | environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(found.returncode, found.stdout, found.stderr)


def clean_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with changes; an empty value takes a variable away."""
    merged = os.environ | changes
    return {name: value for name, value in merged.items() if value}


def python(folder: Path, *arguments: object) -> Ran:
    """Run a Python program that has nothing of ours to lean on."""
    found = subprocess.run(
        [sys.executable, "-I", *(str(one) for one in arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(found.returncode, found.stdout, found.stderr)
