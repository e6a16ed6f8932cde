"""What a caller was told, in a form that compares: the simulation's and the machine's own.

Messages are for people and are left out; codes, facts, positions, times and amounts are not.
"""

from typing import NamedTuple

from tpwallet.domains.ledger.records import Transfer
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.bulk import BatchReply
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.decider import Answer
from tpwallet.kernel.errors import Fact, Rejected, TpwalletError
from tpwallet.lab.oracle import OracleTransfer


class Refusal(NamedTuple):
    """A business refusal, which is final."""

    code: str
    facts: tuple[tuple[str, Fact], ...]


class Fault(NamedTuple):
    """No answer to the question: it may be asked again."""

    code: str


class Booked(NamedTuple):
    """A receipt: the entry's last position and time, (position, index, transfer) of each, and
    what was noted: (transfer id, effective date, metadata).
    """

    position: int
    time: int
    transfers: tuple[tuple[int, int, OracleTransfer], ...] = ()
    notes: tuple[tuple[int, str | None, tuple[tuple[str, str], ...]], ...] = ()


class Statuses(NamedTuple):
    """The answer to a raw batch."""

    position: int
    statuses: tuple[str, ...]
    timestamps: tuple[int, ...]


Told = Refusal | Fault | Booked | Statuses


def codes_of(told: Told) -> tuple[str, ...]:
    """What an answer comes down to: `done`, a code, or a batch's statuses."""
    match told:
        case Booked():
            return ("done",)
        case Statuses(statuses=statuses):
            return statuses
        case _:
            return (told.code,)


def refusal(code: str, **facts: Fact) -> Refusal:
    """A refusal with its facts in order."""
    return Refusal(code, tuple(sorted(facts.items())))


def told_of(answer: Answer) -> Told:
    """What a machine's answer says."""
    match answer:
        case Rejected():
            return refusal(answer.code, **answer.facts)
        case TpwalletError():
            return Fault(answer.code)
        case Receipt():
            transfers = tuple(
                (one.position, one.index, _transfer(one.transfer)) for one in answer.transfers
            )
            notes = tuple(
                (
                    int.from_bytes(one.transfer_id, "little"),
                    one.effective_date,
                    tuple(sorted(one.metadata.items())),
                )
                for one in answer.notes
            )
            return Booked(answer.position, answer.time, transfers, notes)
        case BatchReply():
            statuses = tuple(Status(status).label for status in answer.statuses.tolist())
            return Statuses(answer.position, statuses, tuple(answer.timestamps.tolist()))
        case _:
            raise TypeError(f"no answer of a pool: {answer!r}")


def _transfer(transfer: Transfer) -> OracleTransfer:
    fields = {name: int(getattr(transfer, name)) for name in Transfer.__struct_fields__}
    return OracleTransfer(**fields)
