"""The list of personal reads: a line each, written before anything is told."""

from pathlib import Path

import msgspec
import pytest

from tpwallet.gateways.personal_reads import PersonalReads


def test_every_read_leaves_a_line(tmp_path: Path) -> None:
    reads = PersonalReads(tmp_path / "reads.jsonl", wall=iter((5, 7)).__next__)
    reads.note("ada", "ab" * 16)
    reads.note("bob\n", "cd" * 16)
    lines = (tmp_path / "reads.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line) for line in lines] == [
        {"time_ns": 5, "reader": "ada", "reference": "ab" * 16},
        {"time_ns": 7, "reader": "bob\n", "reference": "cd" * 16},
    ]


def test_a_list_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="reads"):
        PersonalReads(tmp_path / "missing" / "reads.jsonl").note("ada", "ab" * 16)
