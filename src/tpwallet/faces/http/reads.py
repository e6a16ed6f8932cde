"""Routes that read money: balances, statements, accounts, transfers, totals.

Answers reflect what the follower has read, and say so in `position`; a caller that has just
written demands `at_least` the position it was told. A balance of this very moment is the one
exception: it is read from live state, between two commands.
"""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.limits import ADDRESS_LENGTH_MAX
from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.asking import (
    At,
    AtLeast,
    Branch,
    Code,
    Cursor,
    Id,
    IsReversed,
    Limit,
    Named,
    OfAsset,
    Since,
    Until,
    UserData32,
    UserData64,
    UserData128,
    answered,
    name_of,
    written,
)
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.live import live_account
from tpwallet.faces.reading.limits import LOOKUPS_MAX
from tpwallet.kernel.access import LEDGER_READ

_KINDS = "|".join(kind.value for kind in AccountKind)
_Kind = Annotated[
    str | None,
    QueryParameter(pattern=f"^({_KINDS})$", description="Accounts of this kind only."),
]
_TransferKind = Annotated[
    str | None,
    QueryParameter(
        pattern="^(posted|pending|post|void|expired)$", description="Of this kind only."
    ),
]
_OnSide = Annotated[
    str | None,
    QueryParameter(pattern="^(debit|credit)$", description="On this side of the account only."),
]
_OfAccount = Annotated[
    str | None,
    QueryParameter(
        max_length=ADDRESS_LENGTH_MAX, description="Of this account only: its address, or `#id`."
    ),
]
_Prefix = Annotated[
    str | None,
    QueryParameter(
        max_length=ADDRESS_LENGTH_MAX, description="Accounts whose address begins with this."
    ),
]
_ManyAccounts = Annotated[
    str,
    QueryParameter(
        description=f"1 to {LOOKUPS_MAX} addresses, or `#` and ids, with commas between them."
    ),
]
_ManyTransfers = Annotated[
    str, QueryParameter(description=f"1 to {LOOKUPS_MAX} ids, with commas between them.")
]


@get("/balances/{account:path}", operation_id="read_balance", summary="A balance")
async def read_balance(
    request: ApiRequest, account: Named, at: At = None, at_least: AtLeast = None
) -> Answer[shapes.Balance]:
    """An account's balance: at this very moment, or after a past one."""
    name = name_of(account)
    if at is not None:
        return await answered(request, lambda reader: reader.balance(name, at=at), at_least)
    pool = request.require(LEDGER_READ)
    await written(pool, at_least, request.deadline)
    found = await pool.desk.read(lambda state: live_account(state, name), request.deadline)
    return Answer(found.balance(name), position=found.position)


@get("/statements/{account:path}", operation_id="statement", summary="An account's postings")
async def statement(
    request: ApiRequest,
    account: Named,
    code: Code = None,
    user_data_128: UserData128 = None,
    user_data_64: UserData64 = None,
    user_data_32: UserData32 = None,
    side: _OnSide = None,
    since: Since = None,
    until: Until = None,
    is_reversed: IsReversed = None,
    limit: Limit = None,
    cursor: Cursor = None,
    at_least: AtLeast = None,
) -> Answer[shapes.Statement]:
    """A page of an account's postings, each with the balances after it."""
    return await answered(
        request,
        lambda reader: reader.statement(
            name_of(account),
            code=code,
            user_data_128=user_data_128,
            user_data_64=user_data_64,
            user_data_32=user_data_32,
            side=side,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
        ),
        at_least,
    )


@get("/accounts", operation_id="list_accounts", summary="Accounts")
async def list_accounts(
    request: ApiRequest,
    prefix: _Prefix = None,
    asset: OfAsset = None,
    kind: _Kind = None,
    code: Code = None,
    user_data_128: UserData128 = None,
    user_data_64: UserData64 = None,
    user_data_32: UserData32 = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    cursor: Cursor = None,
    at_least: AtLeast = None,
) -> Answer[reading_shapes.AccountPage]:
    """A page of accounts: by address with a prefix, else in order of creation. The times are those
    of opening.
    """
    return await answered(
        request,
        lambda reader: reader.accounts(
            prefix=prefix,
            asset=asset,
            kind=kind,
            code=code,
            user_data_128=user_data_128,
            user_data_64=user_data_64,
            user_data_32=user_data_32,
            since=since,
            until=until,
            limit=limit,
            cursor=cursor,
        ),
        at_least,
    )


@get("/accounts/{account:path}", operation_id="read_account", summary="An account")
async def read_account(
    request: ApiRequest, account: Named, at_least: AtLeast = None
) -> Answer[reading_shapes.FoundAccount]:
    """An account: what it is, what is known of it, what it has."""
    return await answered(request, lambda reader: reader.account(name_of(account)), at_least)


@get("/transfers/{transfer_id:str}", operation_id="read_transfer", summary="A transfer")
async def read_transfer(
    request: ApiRequest, transfer_id: Id, at_least: AtLeast = None
) -> Answer[reading_shapes.FoundTransfer]:
    """A transfer by its id, with the note of its posting, and how a reservation stands."""
    return await answered(request, lambda reader: reader.find_transfer(transfer_id), at_least)


@get("/lookups/accounts", operation_id="look_up_accounts", summary="Many accounts at once")
async def look_up_accounts(
    request: ApiRequest, accounts: _ManyAccounts, at_least: AtLeast = None
) -> Answer[reading_shapes.FoundAccounts]:
    """Those of many accounts that there are, in the order they are asked for."""
    names = accounts.split(",")
    return await answered(request, lambda reader: reader.find_accounts(names), at_least)


@get("/lookups/transfers", operation_id="look_up_transfers", summary="Many transfers at once")
async def look_up_transfers(
    request: ApiRequest, transfer_ids: _ManyTransfers, at_least: AtLeast = None
) -> Answer[reading_shapes.FoundTransfers]:
    """Those of many transfers that there are, in the order they are asked for."""
    ids = transfer_ids.split(",")
    return await answered(request, lambda reader: reader.find_transfers(ids), at_least)


@get("/transactions", operation_id="list_transactions", summary="Transfers and expiries")
async def list_transactions(
    request: ApiRequest,
    account: _OfAccount = None,
    asset: OfAsset = None,
    kind: _TransferKind = None,
    code: Code = None,
    user_data_128: UserData128 = None,
    user_data_64: UserData64 = None,
    user_data_32: UserData32 = None,
    side: _OnSide = None,
    since: Since = None,
    until: Until = None,
    is_reversed: IsReversed = None,
    limit: Limit = None,
    cursor: Cursor = None,
    at_least: AtLeast = None,
) -> Answer[reading_shapes.TransferPage]:
    """A page of transfers and expiries, of one account, asset, kind and mark, or of all."""
    return await answered(
        request,
        lambda reader: reader.transactions(
            account=account,
            asset=asset,
            kind=kind,
            code=code,
            user_data_128=user_data_128,
            user_data_64=user_data_64,
            user_data_32=user_data_32,
            side=side,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
        ),
        at_least,
    )


@get("/totals", operation_id="read_totals", summary="The pool's totals")
async def read_totals(
    request: ApiRequest, at: At = None, at_least: AtLeast = None
) -> Answer[reading_shapes.Totals]:
    """What the pool owes, holds and earns in each asset, and whether it adds up."""
    return await answered(request, lambda reader: reader.totals(at=at), at_least)


@get("/tree/{path:path}", operation_id="read_tree", summary="A branch of the chart of accounts")
async def read_tree(
    request: ApiRequest, path: Branch, at: At = None, at_least: AtLeast = None
) -> Answer[reading_shapes.Branch]:
    """What the accounts at a path and below it come to, by asset and kind."""
    return await answered(request, lambda reader: reader.tree(name_of(path), at=at), at_least)


READS = group(
    "reading",
    read_balance,
    statement,
    list_accounts,
    read_account,
    read_transfer,
    look_up_accounts,
    look_up_transfers,
    list_transactions,
    read_totals,
    read_tree,
)
