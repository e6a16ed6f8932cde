"""Creating one account: the checks after the envelope, in their order, and the write.

An account starts with nothing in it; only transfers give it balances. It may be born closed.
"""

from dataclasses import replace

from tpwallet.lab.oracle.existing import existing_account_status
from tpwallet.lab.oracle.flags import ACCOUNT_FLAGS_KNOWN, AccountFlag
from tpwallet.lab.oracle.imports import account_timestamp_regresses
from tpwallet.lab.oracle.moment import Moment
from tpwallet.lab.oracle.records import U128_MAX, OracleAccount
from tpwallet.lab.oracle.results import Result
from tpwallet.lab.oracle.rules import PoolRules, account_rule_refusal
from tpwallet.lab.oracle.state import State
from tpwallet.lab.oracle.statuses import Status


def create_account(state: State, event: OracleAccount, moment: Moment, rules: PoolRules) -> Result:
    """Judge one account that passed the envelope; store it when it is `created`."""
    identity_refusal = _identity_refusal(event)
    if identity_refusal is not None:
        return Result(identity_refusal, moment.event_ns)
    stored = state.accounts.get(event.id)
    if stored is not None:
        status = existing_account_status(event, stored)
        return Result(status, stored.timestamp if status == "exists" else moment.event_ns)
    refusal = account_rule_refusal(event, rules) or _content_refusal(state, event)
    if refusal is not None:
        return Result(refusal, moment.event_ns)
    timestamp = event.timestamp if event.imported else moment.event_ns
    state.accounts[event.id] = replace(event, timestamp=timestamp)
    return Result("created", timestamp)


def _identity_refusal(event: OracleAccount) -> Status | None:
    if event.reserved != 0:
        return "reserved_field"
    if event.flags > ACCOUNT_FLAGS_KNOWN:
        return "reserved_flag"
    if event.id == 0:
        return "id_must_not_be_zero"
    if event.id == U128_MAX:
        return "id_must_not_be_int_max"
    return None


def _content_refusal(state: State, event: OracleAccount) -> Status | None:
    both_limits = (
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
    )
    if event.has(both_limits):
        return "flags_are_mutually_exclusive"
    if event.debits_pending != 0:
        return "debits_pending_must_be_zero"
    if event.debits_posted != 0:
        return "debits_posted_must_be_zero"
    if event.credits_pending != 0:
        return "credits_pending_must_be_zero"
    if event.credits_posted != 0:
        return "credits_posted_must_be_zero"
    if event.ledger == 0:
        return "ledger_must_not_be_zero"
    if event.code == 0:
        return "code_must_not_be_zero"
    if event.imported and account_timestamp_regresses(state, event.timestamp):
        return "imported_event_timestamp_must_not_regress"
    return None
