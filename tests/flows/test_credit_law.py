"""Law: whatever is asked, by whomever, nobody is overdrawn by more than the line he was given."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.desk import CLERK, ROBOT, Desk, leg, post
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.records import Transfer, pack_transfers
from tpwallet.flows.accounts import CloseAccount, FreezeAccount, ReopenAccount, SetCreditLine
from tpwallet.flows.administration import GrantBulk
from tpwallet.flows.bulk import CreateTransfers
from tpwallet.flows.imports import ImportTransfers
from tpwallet.flows.transfers import Hold, PostHold, VoidHold
from tpwallet.kernel.access import OWNER, Actor
from tpwallet.kernel.command import Command

BORROWERS = ("customer/ada/EUR", "customer/bob/EUR")
ACCOUNTS = (
    *(*BORROWERS, "bank/EUR", "mint/EUR"),
    *(f"{borrower}/credit-line" for borrower in BORROWERS),
    *("control/closing/EUR", "control/closing"),
)
FLAGS = (
    *(0, TransferFlags.PENDING, TransferFlags.PENDING | TransferFlags.CLOSING_DEBIT),
    *(TransferFlags.BALANCING_DEBIT, TransferFlags.BALANCING_CREDIT),
    *(TransferFlags.POST_PENDING_TRANSFER, TransferFlags.VOID_PENDING_TRANSFER),
)

_accounts = st.sampled_from(ACCOUNTS)
_borrowers = st.sampled_from(BORROWERS)
_amounts = st.sampled_from(("0", "1.00", "50.00", "100.00", "900.00"))
_pending = st.integers(1, 30)


@st.composite
def _raw(draw: st.DrawFn) -> Transfer:
    flags = draw(st.sampled_from(FLAGS))
    number = draw(st.integers(1, 30))
    if flags in FLAGS[-2:]:
        return Transfer(id=number, pending_id=draw(_pending), flags=flags, amount=draw(_minor))
    return Transfer(
        id=number,
        debit_account_id=account_id_of(draw(_accounts)),
        credit_account_id=account_id_of(draw(_accounts)),
        amount=draw(_minor),
        ledger=978,
        code=1,
        flags=flags,
    )


_minor = st.sampled_from((0, 1_00, 100_00, 900_00, 2**128 - 1))
_rows = st.lists(_raw(), min_size=1, max_size=4).map(pack_transfers)
ACTORS: dict[type[Command], Actor] = {
    CreateTransfers: ROBOT,
    ImportTransfers: ROBOT,
    GrantBulk: OWNER,
}
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(post, _accounts, _accounts, _amounts),
    st.builds(
        Hold, leg=st.builds(leg, _accounts, _accounts, _amounts), transfer_id=_pending.map(str)
    ),
    st.builds(PostHold, pending_id=_pending.map(str)),
    st.builds(VoidHold, pending_id=_pending.map(str)),
    st.builds(SetCreditLine, address=_borrowers, asset=st.just("EUR"), limit=_amounts),
    st.builds(FreezeAccount, account=_accounts),
    st.builds(CloseAccount, account=_accounts),
    st.builds(ReopenAccount, account=_accounts),
    st.builds(CreateTransfers, _rows),
    st.builds(ImportTransfers, _rows),
    st.builds(
        GrantBulk,
        holder=st.just(ROBOT.name),
        subtrees=st.sampled_from((("customer",), ("control",), (f"{BORROWERS[0]}/credit-line",))),
    ),
)


def check_lines(desk: Desk) -> None:
    """What is lent is the limit, and nobody has less than nothing with it."""
    lines = dict(desk.facts.credit_lines)
    for borrower in BORROWERS:
        account = desk.account(borrower)
        line = lines.get(account.id.to_bytes(16, "little"))
        limit = 0 if line is None else int(line.limit_minor)
        if desk.ledger.account(account_id_of(f"{borrower}/credit-line")) is not None:
            assert desk.posted(f"{borrower}/credit-line") == -limit
        own = account.credits_posted - account.debits_posted - account.debits_pending - limit
        assert own >= -limit


@given(st.lists(COMMANDS, max_size=25))
@settings(max_examples=60, deadline=None)
def test_nobody_is_overdrawn_by_more_than_his_line(commands: list[Command]) -> None:
    desk = Desk().opened("bank/EUR", AccountKind.ASSET)
    desk.opened("mint/EUR", AccountKind.CLEARING, guarded=False)
    for borrower in BORROWERS:
        desk.opened(borrower)
    desk.does(GrantBulk(holder=ROBOT.name, subtrees=("customer",)))
    for borrower in BORROWERS:
        desk.does(SetCreditLine(address=borrower, asset="EUR", limit="100.00"))
    for command in commands:
        desk.answer(command, actor=ACTORS.get(type(command), CLERK))
        check_lines(desk)
