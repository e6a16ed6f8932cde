"""Routes that open accounts and change what they may do."""

from litestar import post
from litestar.params import JSONBody

from tpwallet.domains.ledger.reserved import line_address
from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, OptionalKey, RequiredKey, fresh_id, run, seal
from tpwallet.flows import accounts


@post("/accounts", operation_id="open_account", summary="Open an account")
async def open_account(
    request: ApiRequest,
    data: JSONBody[bodies.NewAccount],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Open an account at an address. Opening the same account again changes nothing."""
    command_id = idempotency_key or fresh_id()
    sealed = await seal(
        request,
        data.personal,
        accounts.OpenAccount,
        command_id=command_id,
        is_rehearsal=dry_run,
    )
    command = commands.open_account(data, sealed)
    return await run(request, command, command_id=command_id, is_rehearsal=dry_run)


@post(
    "/account-actions/freeze",
    operation_id="freeze_account",
    summary="Freeze an account",
    status_code=200,
)
async def freeze_account(
    request: ApiRequest,
    data: JSONBody[bodies.AccountChoice],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Stop an account moving money, whatever it holds, until it is reopened."""
    return await run(
        request,
        accounts.FreezeAccount(account=data.account),
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=(data.account,),
    )


@post(
    "/account-actions/close",
    operation_id="close_account",
    summary="Close an account",
    status_code=200,
)
async def close_account(
    request: ApiRequest,
    data: JSONBody[bodies.AccountChoice],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Close an account that holds nothing and has nothing reserved."""
    return await run(
        request,
        accounts.CloseAccount(account=data.account),
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=(data.account,),
    )


@post(
    "/account-actions/reopen",
    operation_id="reopen_account",
    summary="Reopen an account",
    status_code=200,
)
async def reopen_account(
    request: ApiRequest,
    data: JSONBody[bodies.AccountChoice],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Let a frozen or closed account move money again."""
    return await run(
        request,
        accounts.ReopenAccount(account=data.account),
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=(data.account,),
    )


@post(
    "/account-actions/set-credit-line",
    operation_id="set_credit_line",
    summary="Set how far an account may be overdrawn",
    status_code=200,
)
async def set_credit_line(
    request: ApiRequest,
    data: JSONBody[bodies.NewCreditLine],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Let an account be overdrawn up to a limit; 0 ends the line."""
    command = accounts.SetCreditLine(address=data.address, asset=data.asset, limit=data.limit)
    return await run(
        request,
        command,
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=(data.address, line_address(data.address)),
    )


ACCOUNTS = group(
    "accounts", open_account, freeze_account, close_account, reopen_account, set_credit_line
)
