"""Creating one transfer: the checks every mode shares, the mode's own judge, then the write."""

from tpwallet.lab.oracle.existing import existing_transfer_status
from tpwallet.lab.oracle.flags import TRANSFER_FLAGS_KNOWN
from tpwallet.lab.oracle.grants import Permitted
from tpwallet.lab.oracle.moment import Moment
from tpwallet.lab.oracle.movements import book
from tpwallet.lab.oracle.post_void import judge_post_or_void
from tpwallet.lab.oracle.records import U128_MAX, OracleTransfer
from tpwallet.lab.oracle.results import Result
from tpwallet.lab.oracle.rules import PoolRules, transfer_rule_refusal
from tpwallet.lab.oracle.state import State
from tpwallet.lab.oracle.statuses import Status
from tpwallet.lab.oracle.transfers import judge_transfer


def create_transfer(
    state: State,
    event: OracleTransfer,
    moment: Moment,
    permitted: Permitted | None,
    rules: PoolRules,
) -> Result:
    """Judge one transfer that passed the envelope; store and book it when it is `created`."""
    identity_refusal = _identity_refusal(event)
    if identity_refusal is not None:
        return Result(identity_refusal, moment.event_ns)
    stored = state.transfers.get(event.id)
    if stored is not None:
        status = existing_transfer_status(event, stored, state.transfers)
        return Result(status, stored.timestamp if status == "exists" else moment.event_ns)
    if event.id in state.burnt_transfer_ids:
        return Result("id_already_failed", moment.event_ns)
    rule_refusal = transfer_rule_refusal(event, rules)
    if rule_refusal is not None:
        return Result(rule_refusal, moment.event_ns)
    judge = judge_post_or_void if event.posts_or_voids else judge_transfer
    verdict = judge(state, event, moment, permitted)
    if not isinstance(verdict, OracleTransfer):
        return Result(verdict, moment.event_ns)
    book(state, verdict)
    return Result("created", verdict.timestamp)


def _identity_refusal(event: OracleTransfer) -> Status | None:
    if event.flags > TRANSFER_FLAGS_KNOWN:
        return "reserved_flag"
    if event.id == 0:
        return "id_must_not_be_zero"
    if event.id == U128_MAX:
        return "id_must_not_be_int_max"
    return None
