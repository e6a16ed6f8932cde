"""Access words: what follows from a recorded name and the grants in force."""

import pytest

from tpwallet.domains.ledger.access import (
    FLOW_ACCESS,
    OPEN_ACCESS,
    OWNING_ACCESS,
    SYSTEM_ACCESS,
    access_of,
)
from tpwallet.domains.ledger.events import AccountNamed, Grant
from tpwallet.domains.ledger.limits import GRANTS_MAX

EVERYWHERE = [
    Grant(bit, "key:robot", ("a", "credit-line", "control", "conversion"), ())
    for bit in (1, GRANTS_MAX)
]


@pytest.mark.parametrize(
    ("address", "guarded", "expected"),
    [
        ("b/EUR", True, FLOW_ACCESS),
        ("b/EUR", False, OPEN_ACCESS),
        ("a/EUR", True, FLOW_ACCESS | 1 << 1 | 1 << GRANTS_MAX),
        ("a/EUR", False, OPEN_ACCESS | 1 << 1 | 1 << GRANTS_MAX),
        ("conversion/EUR", True, FLOW_ACCESS | 1 << 1 | 1 << GRANTS_MAX),
    ],
)
def test_an_ordinary_account_is_reached_by_flows_and_by_whom_it_was_opened_to(
    address: str, guarded: bool, expected: int
) -> None:
    name = AccountNamed(bytes(16), address, guarded)
    assert access_of(name, 978, EVERYWHERE) == expected


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize(
    "address",
    ["a/EUR/credit-line", "credit-line", "control/closing/EUR", "conversion/rescaling/EUR"],
)
def test_a_system_account_is_reached_by_the_flows_that_own_it_alone(
    address: str, guarded: bool
) -> None:
    access = access_of(AccountNamed(bytes(16), address, guarded), 978, EVERYWHERE)
    assert access == SYSTEM_ACCESS
    assert access & OWNING_ACCESS
    assert not access & (FLOW_ACCESS | 1 | 1 << GRANTS_MAX)
