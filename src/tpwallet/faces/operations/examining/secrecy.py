"""Who can read what must not be read."""

import os
import stat
from pathlib import Path

from tpwallet.faces.operations.examining.diagnosis import Diagnosis, State
from tpwallet.gateways.pool_directory import PoolDirectory

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine_secrecy(directory: PoolDirectory) -> list[Diagnosis]:
    """Whether the secrets are their owner's alone, and the pool's directory too."""
    found = [_examine_secret(directory.path / "secrets.json", "secrets")]
    if (directory.path / "admin.key").exists():
        found.append(_examine_secret(directory.path / "admin.key", "admin key"))
    mode = directory.path.stat().st_mode
    if mode & _OTHERS:
        found.append(
            Diagnosis(
                name="directory",
                state=State.WARN,
                message="others may look into the pool's directory",
                advice="chmod 700 {path}",
                facts={"mode": stat.filemode(mode), "path": str(directory.path)},
            )
        )
    return found


def _examine_secret(path: Path, name: str) -> Diagnosis:
    status = path.stat()
    facts = {"mode": stat.filemode(status.st_mode), "path": str(path)}
    if status.st_mode & _OTHERS:
        return Diagnosis(
            name=name,
            state=State.FAIL,
            message="others may read it",
            advice="chmod 600 {path}, and think about who may have read it",
            facts=facts,
        )
    if status.st_uid != os.getuid():
        return Diagnosis(
            name=name,
            state=State.WARN,
            message="it belongs to another user",
            advice="Run as the owner of {path}, or change the owner.",
            facts=facts,
        )
    return Diagnosis(name=name, state=State.OK, message="its owner's alone", facts=facts)
