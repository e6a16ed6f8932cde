"""Memory that a batch has freed is not asked for again page by page."""

import platform
import subprocess
import sys

import pytest

_FAULTS = """
import resource, sys
from tpwallet.gateways.heap import keep_freed_memory

if sys.argv[1] == "kept":
    assert keep_freed_memory()
for megabytes in (3, 2):  # the C library learns from what is freed: less than the first
    bytes(bytearray(megabytes << 20))
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for round in range(50):
    held = [bytes(bytearray(4 << 20)) for _ in range(3)]
    del held
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(how: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", _FAULTS, how], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is the GNU C library's")
def test_pages_are_not_asked_for_again() -> None:
    given_back, kept = _faults("given back"), _faults("kept")
    assert kept < given_back / 4
