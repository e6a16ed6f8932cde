"""The outsider: a program that trusts nobody, run in a process of its own.

In a checkout that is `verify_tpwallet.py`, which shares no code with tpwallet; it is given a file
and the key to trust, and nothing else. Where tpwallet was installed without it, the house's own
verification is used instead, and the summary says so.

A proof that verifies could still be of something else, so each is also held against what the
caller was told.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import tpwallet
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.faces.operations.verifying import verify_export
from tpwallet.faces.reading_shapes import Checkpoint
from tpwallet.keys.signing import verify
from tpwallet.lab.demo.acknowledgements import AcknowledgedTransfer
from tpwallet.lab.demo.checks import Check, Finding, finding
from tpwallet.lab.demo.recorded import recorded_transfer
from tpwallet.proofs.checkpoint import unverified_checkpoint
from tpwallet.proofs.evidence import (
    ConsistencyProof,
    ItemProof,
    proof_json,
    verify_consistency_proof,
    verify_proof,
)
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import parse_vkey

VERIFIER = "verify_tpwallet.py"
HOUSE = "tpwallet verify"
_SECONDS_MAX = 300


def verifier() -> Path | None:
    """Where the stand-alone verifier is, when this is a checkout."""
    path = Path(tpwallet.__file__).resolve().parent.parent.parent / VERIFIER
    return path if path.is_file() else None


def export_finding(script: Path | None, export: Path, vkey: str) -> Finding:
    """Whether an exported journal is accepted; the verifier's first line is in the words."""
    if script is None:
        report = verify_export(export, vkeys=[vkey])
        wrong = [f"position {one.position}: {one.message}" for one in report.verdict.findings]
        verdict = f"{report.verdict.events} events"
        return finding(Check.OUTSIDER, wrong, program=HOUSE, verdict=verdict)
    wrong, first_line = _run(script, export, vkey)
    return finding(Check.OUTSIDER, wrong, program=script.name, verdict=first_line)


def proofs_finding(
    script: Path | None,
    proofs: Iterable[tuple[AcknowledgedTransfer, ItemProof]],
    vkey: str,
    folder: Path,
) -> Finding:
    """Whether every proof verifies and proves what its caller was told; `folder` keeps the files,
    one for each transfer.
    """
    wrong = []
    count = 0
    for told, proof in proofs:
        count += 1
        found = _complaints(script, proof, vkey, folder / f"{told.place}.json")
        if not found and not _is_of(proof, told):
            found = ["it proves something else than its caller was told"]
        wrong += [f"{told.place}: {one}" for one in found]
    if not count:
        wrong = ["no proof was asked for"]
    program = HOUSE if script is None else script.name
    return finding(Check.PROOFS, wrong, proofs=count, program=program)


def consistency_finding(
    script: Path | None, kept: Checkpoint, proof: ConsistencyProof, vkey: str, folder: Path
) -> Finding:
    """Whether the log of a checkpoint that was kept is how the log of today begins."""
    wrong = _complaints(script, proof, vkey, folder / "consistency.json")
    if not wrong and proof.old != kept.note:
        wrong = ["it begins with another checkpoint than the one that was kept"]
    return finding(
        Check.APPEND_ONLY,
        wrong,
        program=HOUSE if script is None else script.name,
        old=kept.position,
        new=unverified_checkpoint(proof.new).position,
    )


def _is_of(proof: ItemProof, told: AcknowledgedTransfer) -> bool:
    place = f"{proof.position}.{proof.index}"
    return len(proof.item) == RECORD_BYTES and recorded_transfer(proof.item, place) == told


def _complaints(
    script: Path | None, proof: ItemProof | ConsistencyProof, vkey: str, path: Path
) -> list[str]:
    """What is wrong with a proof; `path` is where it is written."""
    path.write_bytes(proof_json(proof))
    if script is not None:
        return _run(script, path, vkey)[0]
    trusted = (parse_vkey(vkey),)
    try:
        if isinstance(proof, ConsistencyProof):
            verify_consistency_proof(proof, trusted=trusted, verify=verify)
        else:
            verify_proof(proof, trusted=trusted, verify=verify)
    except ProofRejected as rejected:
        return [str(rejected)]
    return []


def _run(script: Path, file: Path, vkey: str) -> tuple[list[str], str]:
    """What the verifier complains of, and the first line it says."""
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", str(script), str(file), "--key", vkey],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS_MAX,
    )
    said = (ran.stdout or ran.stderr).strip()
    first_line = said.partition("\n")[0]
    if ran.returncode != 0 or not first_line.startswith("OK"):
        return [f"exit {ran.returncode}: {said}"], first_line
    return [], first_line
