"""The oracle answers every case of the tables."""

import pytest

from tests.laws.semantics.case import Case, check_case
from tests.laws.semantics.tables import ALL_CASES
from tpwallet.lab.oracle import Oracle


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_oracle_answers_the_case(case: Case) -> None:
    check_case(Oracle, case)
