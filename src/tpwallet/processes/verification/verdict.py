"""What a verification comes to: what was checked, what was found, and what can be trusted."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tpwallet.kernel.errors import Fact

FINDINGS_MAX = 100  # told in full; past it only counted


class Check(StrEnum):
    """One thing that is checked."""

    CHAIN = "chain"  # every commit follows the one before it and holds its body
    EVENTS = "events"  # every event can be read and applied
    DOUBLE_ENTRY = "double_entry"  # every record keeps the rules, every ledger balances
    LOG = "log"  # the log's root is the one that was signed, at every checkpoint
    SIGNATURES = "signatures"  # a key of the pool's signed every checkpoint
    REPLAY = "replay"  # replay arrives at the state that was kept


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One check's outcome; `count` is how many things it looked at."""

    check: Check
    outcome: Outcome
    count: int = 0
    reason: str = ""  # why it was skipped


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that does not hold; `position` is the first that it puts in doubt."""

    check: Check
    position: int
    message: str
    facts: Mapping[str, Fact] = {}


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The trial balance of one ledger; sums are decimal integers of minor units."""

    ledger: int
    accounts: int
    debits_posted: str
    credits_posted: str
    debits_pending: str
    credits_pending: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a verification has to say. `trusted_through` is the last position that no finding
    puts in doubt; hashes are hexadecimal, as of `position`.
    """

    ok: bool
    pool_id: str
    position: int
    trusted_through: int
    first_bad_position: int | None = None
    commits: int
    events: int
    accounts: int
    transfers: int
    checkpoints: int
    signed_through: int
    commit_hash: str
    root: str | None = None
    state_hash: str | None = None
    ledgers: list[Ledger]
    results: list[Result]
    findings: list[Finding] = []
    findings_left_out: int = 0
