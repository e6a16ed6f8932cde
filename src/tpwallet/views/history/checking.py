"""Checking the files of a history against the state file's checksums.

This is done when a history is opened, and by whoever wants to know (`tpwallet verify`, `tpwallet
doctor`), beside the process that has it open: that one only adds to what a state file names, or
replaces the state file first.
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tpwallet.views.history.block_sums import first_damaged
from tpwallet.views.history.damage import Damage
from tpwallet.views.history.saved_state import (
    FILES,
    STATE,
    SavedState,
    StateUnusable,
    read_state,
)


class Checked(NamedTuple):
    """A history's files, checked: the position they reflect, and how much of them there is."""

    position: int
    blocks: int
    bytes_used: int
    damage: Damage | None = None


def damage_in(folder: Path, state: SavedState) -> Damage | None:
    """What is wrong with the files a state speaks of, every byte of which is read; None: nothing.

    What they hold past what the state names is nothing, and is not looked at.
    """
    for name, used, sums in zip(FILES, state.header.used, state.sums, strict=True):
        damage = _damage_of(folder / name, sums=sums, used=used)
        if damage is not None:
            return damage
    return None


def _damage_of(path: Path, *, sums: np.ndarray, used: int) -> Damage | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return Damage(path.name, None, "is missing") if used else None
    try:
        if os.fstat(descriptor).st_size < used:
            return Damage(path.name, None, "is cut short")
        block = first_damaged(descriptor, sums, used)
        return None if block is None else Damage(path.name, block, "is not what was written")
    finally:
        os.close(descriptor)


def check_history(folder: Path) -> Checked | None:
    """Check the files of a history, which another process may have open; None: none was kept."""
    while True:
        found, state = _check(folder)
        if found is None or found.damage is None or _is_still(folder, state):
            return found


def _check(folder: Path) -> tuple[Checked | None, SavedState | None]:
    try:
        state = read_state(folder / STATE)
    except StateUnusable as unusable:
        return Checked(0, 0, 0, unusable.damage), None
    if state is None:
        return None, None
    blocks = sum(len(sums) for sums in state.sums)
    used = sum(state.header.used)
    return Checked(state.header.position, blocks, used, damage_in(folder, state)), state


def _is_still(folder: Path, before: SavedState | None) -> bool:
    """Whether nobody has begun the history again meanwhile, which is no damage."""
    try:
        now = read_state(folder / STATE)
    except StateUnusable:
        return before is None
    return now is not None and before is not None and now.header == before.header
