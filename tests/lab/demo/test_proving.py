"""The checks, each on a small firm's true books and on something that is not true of them."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import cast

import msgspec
import pytest

import tpwallet
from tests.lab.day.days import day
from tpwallet.faces.client import Client
from tpwallet.faces.embedded import Pool
from tpwallet.faces.operations.exporting import export_pool
from tpwallet.faces.operations.reading import blinding_key_of, signer_of
from tpwallet.faces.reading_shapes import Checkpoint
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import Rejected
from tpwallet.lab.demo.acknowledgements import Acknowledgement, of_receipt, of_refusal
from tpwallet.lab.demo.answers import acknowledged_finding
from tpwallet.lab.demo.books import (
    LiveBooks,
    double_entry_finding,
    identity_finding,
    live_books,
    replay_finding,
)
from tpwallet.lab.demo.caller import HttpCaller
from tpwallet.lab.demo.checks import Finding
from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.outsider import (
    consistency_finding,
    export_finding,
    proofs_finding,
    verifier,
)
from tpwallet.lab.demo.proving import commits_of
from tpwallet.lab.demo.recorded import recorded_outcomes
from tpwallet.proofs.evidence import ConsistencyProof
from tpwallet.proofs.vkey import Vkey

INTENTS = 250


class Firm:
    """A firm that has had a morning, through the library: it has the client's own methods."""

    def __init__(self, folder: Path) -> None:
        self.pool: Pool = tpwallet.open(folder)
        self.directory = PoolDirectory(folder)
        self.vkey = str(signer_of(self.directory).vkey)
        planned = day(3)
        self.answers: list[Acknowledgement] = []
        caller = HttpCaller(cast(Client, self.pool))
        intents = chain(planned.accounts(), planned.funding(), islice(planned.intents(), INTENTS))
        for intent in intents:
            try:
                self.answers.append(of_receipt(caller.run(intent.command_id, intent.command)))
            except Rejected as refusal:
                answer = of_refusal(intent.command_id, refusal)
                assert answer is not None
                self.answers.append(answer)
        accounts = [one.address for one in planned.firm.accounts()]
        self.live: LiveBooks = live_books(self.pool.balance, accounts)

    def replayed(self, live: LiveBooks) -> Finding:
        return replay_finding(
            commits_of(self.directory, until=self.live.position),
            pool_id=self.directory.pool_id,
            blinding_key=blinding_key_of(self.directory),
            live=live,
        )


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    opened = Firm(tmp_path_factory.mktemp("firm") / "pool")
    yield opened
    opened.pool.close()


def test_every_answer_is_in_the_journal_as_it_was_told(firm: Firm) -> None:
    recorded = {one.command_id: one for one in recorded_outcomes(commits_of(firm.directory))}
    held = acknowledged_finding(firm.answers, recorded)
    assert held.wrong == ()
    assert any(answer.refusal for answer in firm.answers)


def test_a_day_s_totals_hold(firm: Firm) -> None:
    totals = firm.pool.totals()
    assert double_entry_finding(totals).wrong == ()
    assert identity_finding(totals).wrong == ()


def test_other_live_books_do_not_hold(firm: Firm) -> None:
    first, *others = firm.live.balances
    richer = msgspec.structs.replace(first, debits_pending="1000000.00")
    other = LiveBooks(firm.live.position, (*others, richer))
    assert firm.replayed(other).wrong[0].startswith(first.account)
    stranger = msgspec.structs.replace(first, account="customer/0/available/EUR")
    assert not firm.replayed(LiveBooks(firm.live.position, (stranger,))).holds
    assert not firm.replayed(LiveBooks(firm.live.position, ())).holds
    assert not firm.replayed(LiveBooks(firm.live.position + 1, firm.live.balances)).holds
    assert firm.replayed(firm.live).wrong == ()


def test_books_that_never_stand_still_are_given_up(firm: Firm) -> None:
    (balance,) = firm.live.balances[:1]
    positions = iter(range(1_000))
    with pytest.raises(DemoFailed):
        live_books(lambda _: msgspec.structs.replace(balance, position=next(positions)), ["a", "b"])


@pytest.mark.parametrize("is_outside", [True, False])
def test_a_proof_of_anything_else_is_found(firm: Firm, tmp_path: Path, is_outside: bool) -> None:
    script = verifier() if is_outside else None
    one, other = [told for answer in firm.answers for told in answer.transfers][-2:]
    proof, others_proof = (
        firm.pool.proof_of_transfer(str(told.transfer_id)) for told in (one, other)
    )
    forged = msgspec.structs.replace(others_proof, item=proof.item)

    def found(*proofs: object, vkey: str = firm.vkey) -> tuple[str, ...]:
        return proofs_finding(script, proofs, vkey, tmp_path).wrong  # type: ignore[arg-type]

    assert found((one, proof), (other, others_proof)) == ()
    assert [wrong.split(":")[0] for wrong in found((one, proof), (other, forged))] == [other.place]
    assert "something else" in found((one, others_proof))[0]
    stranger = Vkey(signer_of(firm.directory).vkey.name, bytes(31) + b"\x01")
    assert found((one, proof), vkey=str(stranger))
    assert found()


@pytest.mark.parametrize("is_outside", [True, False])
def test_a_log_that_was_not_only_added_to_is_found(
    firm: Firm, tmp_path: Path, is_outside: bool
) -> None:
    script = verifier() if is_outside else None
    early, late = firm.pool.checkpoint(10), firm.pool.checkpoint(60)
    proof = firm.pool.consistency(early.note)
    rewritten = msgspec.structs.replace(proof, path=proof.path[:-1])

    def found(kept: Checkpoint, proof: ConsistencyProof) -> tuple[str, ...]:
        return consistency_finding(script, kept, proof, firm.vkey, tmp_path).wrong

    assert found(early, proof) == ()
    assert found(early, rewritten)
    assert "another checkpoint" in found(late, proof)[0]


@pytest.mark.parametrize("is_outside", [True, False])
def test_a_changed_export_is_found(firm: Firm, tmp_path: Path, is_outside: bool) -> None:
    script = verifier() if is_outside else None
    path = tmp_path / "journal.tpwx"
    export_pool(firm.directory, path)
    assert export_finding(script, path, firm.vkey).wrong == ()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert not export_finding(script, path, firm.vkey).holds
