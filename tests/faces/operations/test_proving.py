"""A proof that leaves the house holds by itself, and no changed bit of it goes unnoticed."""

import io
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify_tpwallet
from tpwallet.faces.operations.reading import signer_of
from tpwallet.faces.operations.rebuilding import read_side
from tpwallet.faces.reading.reader import Reader
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.proofs.evidence import proof_json


@pytest.fixture(scope="module")
def reader(template: PoolDirectory) -> Iterator[Reader]:
    with read_side(template) as side:
        yield Reader(side)


@pytest.fixture(scope="module")
def proofs(reader: Reader) -> dict[str, bytes]:
    newest = reader.checkpoint(None).position
    return {
        "transfer": proof_json(reader.proof_of_transfer("2500")),
        "event": proof_json(reader.proof_of_event(newest)),
        "consistency": proof_json(reader.consistency(newest, newest)),
    }


def accepted(proof: bytes) -> bool:
    try:
        verify_tpwallet.verify_document(proof)
    except (verify_tpwallet.VerificationFailed, verify_tpwallet.Unusable):
        return False
    return True


@pytest.mark.parametrize("kind", ["transfer", "event", "consistency"])
def test_a_proof_holds_under_the_pools_key(
    proofs: dict[str, bytes], template: PoolDirectory, kind: str
) -> None:
    key = verify_tpwallet.parse_vkey(str(signer_of(template).vkey))
    assert verify_tpwallet.verify_document(proofs[kind], [key]).facts["keys_pinned"] is True


def test_a_proof_of_one_transfer_of_thousands_shows_that_one_alone(
    proofs: dict[str, bytes],
) -> None:
    report = verify_tpwallet.verify_document(proofs["transfer"])
    assert "transfer 0x9c4" in report.summary
    assert "3000" in "".join(report.lines)
    assert len(proofs["transfer"]) < 8_000


@pytest.mark.parametrize("kind", ["transfer", "event", "consistency"])
@settings(max_examples=40)
@given(seed=st.integers(0, 2**64))
def test_one_changed_bit_of_a_proof_is_noticed(
    proofs: dict[str, bytes], kind: str, seed: int
) -> None:
    chance = random.Random(seed)
    changed = bytearray(proofs[kind])
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    assert not accepted(bytes(changed))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["transfer", "event", "consistency"])
@settings(max_examples=2)
@given(seed=st.integers(0, 2**64))
def test_one_changed_bit_of_a_proof_is_named(
    proofs: dict[str, bytes], kind: str, seed: int
) -> None:
    chance = random.Random(seed)
    changed = bytearray(proofs[kind])
    offset, bit = chance.randrange(1, len(changed)), chance.randrange(8)
    changed[offset] ^= 1 << bit
    with pytest.raises(verify_tpwallet.VerificationFailed) as failed:
        verify_tpwallet.verify_file(io.BytesIO(changed), "proof.json")
    assert (failed.value.facts["first_bad_byte"], failed.value.facts["bits"]) == (offset, [bit])


def test_every_event_of_a_pool_can_be_proven(reader: Reader) -> None:
    for position in range(1, reader.checkpoint(None).position + 1):
        assert accepted(proof_json(reader.proof_of_event(position)))
