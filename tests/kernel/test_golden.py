"""Golden bytes: one file for every event version, for ever.

A change that makes one of these fail would make journals unreadable, or read as something else.
Never edit a file here. A new event gets a new file; the failing test prints what belongs in it.
"""

import importlib
import pkgutil
from pathlib import Path

import pytest

import tpwallet.domains
import tpwallet.kernel
from tests.kernel.golden_samples import READ_AS, WRITTEN
from tpwallet.kernel.wire import Event, decode_event, encode_event, event_types

GOLDEN = Path(__file__).parent.parent / "golden"
SAMPLES: dict[str, Event] = {fact.wire_name: fact for fact in WRITTEN} | READ_AS
LINE_DIGITS = 96


def declared() -> list[str]:
    """The names of all events of the package."""
    for room in (tpwallet.kernel, tpwallet.domains):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    return sorted(
        name for name, kind in event_types().items() if kind.__module__.startswith("tpwallet.")
    )


def golden_text(data: bytes) -> str:
    digits = data.hex()
    starts = range(0, len(digits), LINE_DIGITS)
    return "".join(f"{digits[start : start + LINE_DIGITS]}\n" for start in starts)


def golden_bytes(name: str) -> bytes:
    path = GOLDEN / f"{name}.hex"
    if not path.exists():
        written = golden_text(encode_event(SAMPLES[name]))
        pytest.fail(f"{name} has no golden file; tests/golden/{path.name} is:\n{written}")
    return bytes.fromhex(path.read_text())


@pytest.mark.parametrize("name", declared())
def test_every_event_has_a_sample(name: str) -> None:
    assert name in SAMPLES, "add one to golden_samples.py"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_golden_bytes_read_as_they_always_did(name: str) -> None:
    assert decode_event(golden_bytes(name)) == SAMPLES[name]


@pytest.mark.parametrize("fact", WRITTEN, ids=lambda fact: fact.wire_name)
def test_events_are_written_as_they_always_were(fact: Event) -> None:
    assert encode_event(fact).hex() == golden_bytes(fact.wire_name).hex()


def test_every_golden_file_is_of_an_event_that_can_be_read() -> None:
    kept = {path.name.removesuffix(".hex") for path in GOLDEN.iterdir()}
    assert kept == set(declared())


def test_a_version_that_is_read_is_written_or_raised() -> None:
    assert {fact.wire_name for fact in WRITTEN}.isdisjoint(READ_AS)
