"""Balances of a subtree: every account at a path and below it, and no other."""

from hypothesis import given
from hypothesis import strategies as st

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import AccountNamed, AccountsCreated, BatchApplied
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfer
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.sums import Group
from tpwallet.domains.ledger.tree import own_side, sum_subtree

segments = st.sampled_from(["a", "b", "ab", "c"])
addresses = st.lists(segments, min_size=1, max_size=4).map("/".join)


def ledger_with(balances: dict[str, int]) -> LedgerState:
    """Liability accounts at addresses, each credited by one account that has no address."""
    state = LedgerState(bytes(32))
    funding = Account(id=1, ledger=978, code=AccountKind.ASSET.code, timestamp=1)
    state.apply(AccountsCreated(pack_account(funding), b""), 1)
    for number, (address, amount) in enumerate(balances.items(), start=2):
        account = Account(
            id=account_id_of(address),
            ledger=978,
            code=AccountKind.LIABILITY.code,
            timestamp=number,
        )
        state.apply(AccountsCreated(pack_account(account), b""), number)
        state.apply(AccountNamed(account.id.to_bytes(16, "little"), address, True), number)
        transfer = Transfer(
            id=number,
            debit_account_id=1,
            credit_account_id=account.id,
            amount=amount,
            ledger=978,
            code=1,
            timestamp=number,
        )
        state.apply(BatchApplied(pack_transfer(transfer), b""), number)
    return state


@given(
    st.dictionaries(addresses, st.integers(0, 2**100), min_size=1, max_size=12),
    addresses,
)
def test_a_subtree_is_what_lies_at_and_below_its_path(balances: dict[str, int], path: str) -> None:
    inside = [
        amount
        for address, amount in balances.items()
        if address == path or address.startswith(path + "/")
    ]
    found = sum_subtree(ledger_with(balances), path)
    if not inside:
        assert found == {}
        return
    sums = found[Group(978, AccountKind.LIABILITY)]
    assert (sums.accounts, sums.credits_posted) == (len(inside), sum(inside))
    assert own_side(Group(978, AccountKind.LIABILITY), sums) == (sum(inside), sum(inside))


def test_kinds_under_one_path_are_kept_apart() -> None:
    state = ledger_with({"pool/owed": 30})
    account = Account(
        id=account_id_of("pool/held"), ledger=978, code=AccountKind.ASSET.code, timestamp=90
    )
    state.apply(AccountsCreated(pack_account(account), b""), 90)
    state.apply(AccountNamed(account.id.to_bytes(16, "little"), "pool/held", True), 91)
    found = sum_subtree(state, "pool")
    assert {group.kind for group in found} == {AccountKind.LIABILITY, AccountKind.ASSET}
