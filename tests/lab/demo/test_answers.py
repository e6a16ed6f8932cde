from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.demo.pieces import KEPT, intent, receipt
from tpwallet.kernel.errors import Rejected
from tpwallet.lab.demo.acknowledgements import (
    AcknowledgedTransfer,
    Acknowledgement,
    AcknowledgementLedger,
    of_receipt,
    of_refusal,
)
from tpwallet.lab.demo.answers import (
    Crash,
    acknowledged_finding,
    differences,
    in_doubt_finding,
)

TOLD = [
    of_receipt(receipt("a", 4)),
    of_receipt(receipt("b", 7, kind="pending")),
    Acknowledgement(command_id="c", position=8, refusal="exceeds_credits"),
]
RECORDED = {one.command_id: one for one in TOLD}


def changed(record: msgspec.Struct, field: str) -> object:
    """The record with another value in one field, of the same type."""
    value = getattr(record, field)
    other = value + 1 if isinstance(value, int) else f"{value}?"
    return msgspec.structs.replace(record, **{field: other})


def test_a_receipt_is_written_down_in_ids_and_minor_units() -> None:
    (moved,) = TOLD[0].transfers
    assert moved.amount_minor == 33_651
    assert moved.debit_id != moved.credit_id
    assert (TOLD[0].position, moved.place) == (4, "4.0")


def test_what_the_journal_confirms_holds() -> None:
    held = acknowledged_finding(TOLD, RECORDED)
    assert held.holds
    assert held.words["answers"] == 3


@pytest.mark.parametrize("lost", RECORDED)
def test_a_missing_answer_is_found(lost: str) -> None:
    left = {name: one for name, one in RECORDED.items() if name != lost}
    found = acknowledged_finding(TOLD, left)
    assert not found.holds
    assert lost in found.wrong[0]


@pytest.mark.parametrize("field", ["position", "time", "refusal"])
@pytest.mark.parametrize("command_id", RECORDED)
def test_a_changed_answer_is_found(command_id: str, field: str) -> None:
    other = changed(RECORDED[command_id], field)
    _, wrong = differences(TOLD, {**RECORDED, command_id: other})  # type: ignore[dict-item]
    assert len(wrong) == 1
    assert field in wrong[0]


@pytest.mark.parametrize("field", AcknowledgedTransfer.__struct_fields__)
def test_a_changed_transfer_is_found(field: str) -> None:
    moved = changed(TOLD[0].transfers[0], field)
    other = msgspec.structs.replace(TOLD[0], transfers=(moved,))
    _, wrong = differences(TOLD, {**RECORDED, "a": other})
    assert len(wrong) == 1


def test_an_extra_transfer_is_found() -> None:
    other = msgspec.structs.replace(TOLD[0], transfers=TOLD[0].transfers * 2)
    assert differences(TOLD, {**RECORDED, "a": other})[1]


def test_nothing_acknowledged_proves_nothing() -> None:
    assert not acknowledged_finding([], RECORDED).holds


def test_what_was_missing_before_the_repair_is_found() -> None:
    assert not acknowledged_finding(TOLD, RECORDED, wrong_before=["a: not there"]).holds


def crash(*in_doubt: str) -> Crash:
    return Crash(
        checkpoint=KEPT, position=5, in_doubt={name: intent(name) for name in in_doubt}, wrong=()
    )


def test_what_was_in_doubt_has_one_outcome_and_it_was_told() -> None:
    held = in_doubt_finding(crash("a", "c"), TOLD, TOLD)
    assert held.holds
    assert held.words == {"commands": 2, "kept": 1, "done_again": 1}


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        (TOLD[1:], TOLD),  # not done at all, though its caller was told so
        ([*TOLD, msgspec.structs.replace(TOLD[0], position=9)], TOLD),  # done twice
        (TOLD, TOLD[1:]),  # nobody was told
        (TOLD, [msgspec.structs.replace(TOLD[0], position=3)]),  # told something else
    ],
)
def test_another_number_of_outcomes_is_found(
    outcomes: list[Acknowledgement], told: list[Acknowledgement]
) -> None:
    assert not in_doubt_finding(crash("a"), outcomes, told).holds


@given(st.lists(st.sampled_from(TOLD), max_size=8))
def test_what_was_written_down_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, told: list[Acknowledgement]
) -> None:
    path = tmp_path_factory.mktemp("answers") / "acknowledged.jsonl"
    ledger = AcknowledgementLedger(path)
    for answer in told:
        ledger.write(answer)
    assert list(ledger.read()) == told
    ledger.close()


def test_the_file_of_another_run_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "acknowledged.jsonl").write_text("")
    with pytest.raises(FileExistsError):
        AcknowledgementLedger(tmp_path / "acknowledged.jsonl")


def test_a_refusal_is_an_answer_when_it_says_where_it_stands() -> None:
    assert of_refusal("c", Rejected("exceeds_credits", position=8)) == TOLD[2]
    assert of_refusal("c", Rejected("exceeds_credits")) is None
