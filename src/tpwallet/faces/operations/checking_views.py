"""Checking the read models on disk, beside whoever has them open.

The history's files are compared, byte for byte, with the checksums they were written with; the
directory of accounts is put to SQLite's own check, which finds pages and indexes that do not hold
together and not a letter that was changed in a name.

Damage in them puts no position of the journal in doubt: they are made again from it, when they are
opened the next time or by `tpwallet views rebuild`. What a damaged one has answered until then may
have been wrong.
"""

import sqlite3

import msgspec

from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.view_database import damage_of_view_database
from tpwallet.hub.views import ACCOUNTS, HISTORY
from tpwallet.processes.verification.verdict import Outcome
from tpwallet.views.history.checking import check_history


class CheckedView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One read model; `count` is how many bytes of it were looked at, `reason` what is
    wrong with it or why it was skipped.
    """

    view: str  # its name in the folder of views
    outcome: Outcome
    count: int = 0
    reason: str = ""


def check_views(directory: PoolDirectory) -> list[CheckedView]:
    """Check every read model that a pool's directory holds."""
    return [_history(directory), _accounts(directory)]


def _history(directory: PoolDirectory) -> CheckedView:
    checked = check_history(directory.views_path / HISTORY)
    if checked is None:
        return _absent(HISTORY)
    damage = "" if checked.damage is None else str(checked.damage)
    return _found(HISTORY, checked.bytes_used, damage)


def _accounts(directory: PoolDirectory) -> CheckedView:
    path = directory.views_path / ACCOUNTS
    if not path.exists():
        return _absent(ACCOUNTS)
    try:
        damage = damage_of_view_database(path)
    except sqlite3.OperationalError as error:
        return CheckedView(view=ACCOUNTS, outcome=Outcome.SKIPPED, reason=str(error))
    return _found(ACCOUNTS, path.stat().st_size, damage or "")


def _absent(view: str) -> CheckedView:
    return CheckedView(view=view, outcome=Outcome.SKIPPED, reason="there is none yet")


def _found(view: str, count: int, damage: str) -> CheckedView:
    outcome = Outcome.FAILED if damage else Outcome.OK
    return CheckedView(view=view, outcome=outcome, count=count, reason=damage)
