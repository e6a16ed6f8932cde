"""The hashes of a live state come back from their file, to who lives under the same rules."""

import os
from pathlib import Path

import msgspec
import pytest

from tpwallet.gateways.live_state import keep_live_state, kept_live_state, live_state_of
from tpwallet.hub import empty_replica

EMPTY = empty_replica(bytes(16))


def test_a_live_state_comes_back(tmp_path: Path) -> None:
    live = live_state_of(EMPTY)
    keep_live_state(tmp_path, live)
    assert kept_live_state(tmp_path, EMPTY) == live
    later = msgspec.structs.replace(live, position=5)
    keep_live_state(tmp_path, later)
    assert kept_live_state(tmp_path, EMPTY) == later
    assert [file.name for file in tmp_path.iterdir()] == ["live-state.json"]


def test_where_nothing_was_kept_there_is_nothing(tmp_path: Path) -> None:
    assert kept_live_state(tmp_path, EMPTY) is None


@pytest.mark.parametrize("keep", [0, 20])
def test_a_file_that_was_cut_short_says_nothing(tmp_path: Path, keep: int) -> None:
    keep_live_state(tmp_path, live_state_of(EMPTY))
    os.truncate(tmp_path / "live-state.json", keep)
    assert kept_live_state(tmp_path, EMPTY) is None


def test_another_releases_rules_say_nothing_of_ours(tmp_path: Path) -> None:
    live = live_state_of(EMPTY)
    for changed in (
        msgspec.structs.replace(live, schema=bytes(16)),
        msgspec.structs.replace(live, apply_versions={**live.apply_versions, "ledger": 99}),
    ):
        keep_live_state(tmp_path, changed)
        assert kept_live_state(tmp_path, EMPTY) is None
