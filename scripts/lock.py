"""Resolve pyproject.toml into requirements.lock: every package, every platform, every hash.

The lock is for all supported Pythons and systems at once, and it names no package index, so that
it installs from whichever index a machine is set up with. What is already pinned stays pinned:
without `--upgrade` only a changed requirement changes the lock. The resolver (uv) lives in a
throw-away environment of its own under build/, because nothing else here needs it.

    python3 scripts/lock.py [--upgrade | --upgrade-package NAME]
"""

import subprocess
import sys
import venv
from pathlib import Path

UV = "uv==0.13.9"
ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"


def resolver() -> Path:
    """Give the path of uv, after installing it under build/ when it is not there."""
    home = ROOT / "build" / "lock"
    uv = home / "bin" / "uv"
    if not uv.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", UV], check=True)
    return uv


def resolve(*options: str) -> None:
    """Write requirements.lock, passing `options` on to the resolver."""
    subprocess.run(
        [
            resolver(),
            *("pip", "compile", "pyproject.toml", "--output-file", LOCK, "--quiet"),
            *("--universal", "--all-extras", "--group", "dev"),
            *("--generate-hashes", "--no-header", "--no-emit-index-url", "--no-config"),
            *options,
        ],
        cwd=ROOT,
        check=True,
    )


def addresses(lock: str) -> list[str]:
    r"""List the lines of a lock that would tie it to an address or to one index.

    >>> addresses("apsw==3.54.1.0 \\\n    --hash=sha256:02\n")
    []
    >>> addresses("--index-url https://index.example/simple")
    ['--index-url https://index.example/simple']
    """
    return [line for line in lock.splitlines() if "://" in line or line.startswith("-")]


def main(options: list[str]) -> int:
    """Resolve, then refuse a lock that names an address."""
    resolve(*options)
    found = addresses((ROOT / LOCK).read_text(encoding="utf-8"))
    for line in found:
        print(f"{LOCK} names an address: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
