"""Replay leads to the live state, whole and to any position within a commit."""

import pytest

from tpwallet.faces.operations.replaying import replay_pool
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.errors import Malformed


def test_replay_arrives_at_the_live_state(pool: PoolDirectory) -> None:
    writer = Writer(pool)
    try:
        position, live = writer.read(lambda state: (state.position, state.state_hash()))
        found = replay_pool(pool)
    finally:
        writer.close()
    assert (found.position, found.state_hash) == (position, live.hex())
    assert found.transfers > 3_000


def test_replay_to_every_position_grows_step_by_step(template: PoolDirectory) -> None:
    end = replay_pool(template).position
    hashes = {replay_pool(template, until=position).state_hash for position in range(0, end, 7)}
    assert len(hashes) > end // 14
    assert replay_pool(template, until=end).state_hash == replay_pool(template).state_hash
    nothing = replay_pool(template, until=0)
    assert (nothing.events, nothing.accounts, nothing.commit_hash) == (0, 0, bytes(32).hex())


@pytest.mark.parametrize("until", [-1, 10**9])
def test_a_position_that_is_not_there_is_refused(template: PoolDirectory, until: int) -> None:
    with pytest.raises(Malformed, match="reaches from 0"):
        replay_pool(template, until=until)
