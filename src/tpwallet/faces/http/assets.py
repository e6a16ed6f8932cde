"""Routes of the pool's assets: register one, take one out of use, move it into its successor."""

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, PathParameter

from tpwallet.domains.ledger.forms import ASSET_PATTERN
from tpwallet.faces import bodies, commands, governing, present, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, OptionalKey, RequiredKey, asked_by, run, told
from tpwallet.flows import administration
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.rescaling import Rescaled
from tpwallet.kernel.access import LEDGER_READ
from tpwallet.money.limits import ASSET_CODE_LENGTH_MAX

_Code = Annotated[str, PathParameter(pattern=ASSET_PATTERN, max_length=ASSET_CODE_LENGTH_MAX)]


@post("/assets", operation_id="register_asset", summary="Register an asset")
async def register_asset(
    request: ApiRequest,
    data: JSONBody[bodies.NewAsset],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Add an asset of the pool's own."""
    command = administration.RegisterAsset(code=data.code, scale=data.scale, ledger=data.ledger)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@get("/assets", operation_id="list_assets", summary="Every asset")
async def list_assets(request: ApiRequest) -> Answer[shapes.Assets]:
    """Every asset the pool knows: currencies, coins and its own."""
    desk = request.require(LEDGER_READ).desk
    found = await desk.read(governing.assets, request.deadline)
    return Answer(found, position=found.position)


@post(
    "/assets/{code:str}/delist",
    operation_id="delist_asset",
    summary="Take an asset out of use",
    status_code=200,
)
async def delist_asset(
    request: ApiRequest,
    code: _Code,
    data: JSONBody[bodies.Delisting],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Let an asset that nobody holds be used no more."""
    command = DelistAsset(code=code, successor=data.successor)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@post(
    "/assets/{code:str}/rescale",
    operation_id="rescale_accounts",
    summary="Move accounts into an asset's successor",
    status_code=200,
)
async def rescale_accounts(
    request: ApiRequest,
    code: _Code,
    data: JSONBody[bodies.Rescaling],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.RescaledAccounts]:
    """Move the balances of the next accounts of an asset into its successor, all or none."""
    asked = asked_by(request, commands.rescale_accounts(code, data), idempotency_key)
    return await told(request, asked, _rescaled, is_rehearsal=dry_run)


async def _rescaled(found: Rescaled) -> Answer[shapes.RescaledAccounts]:
    return Answer(present.rescaled(found), position=found.position)


ASSETS = group("assets", register_asset, list_assets, delist_asset, rescale_accounts)
