"""Made-up answers and figures for tests of the demo."""

from collections import Counter
from datetime import date

from tests.lab.day.days import prices
from tpwallet.faces.reading_shapes import AssetTotals, Checkpoint, Totals
from tpwallet.faces.shapes import Receipt, Transfer
from tpwallet.flows.transfers import VoidHold
from tpwallet.lab.day.intents import Intent, Kind
from tpwallet.lab.day.prices import TRADED
from tpwallet.lab.demo.figures import figures_of
from tpwallet.lab.demo.tally import Latest, Tallied
from tpwallet.lab.demo.view import Stage, View
from tpwallet.lab.demo.words import Words
from tpwallet.money import Amount, standard_catalogue

KEPT = Checkpoint(
    note="", origin="demo", position=4, root="00", commit="00", time="2024-06-28", vkeys=[]
)


def intent(command_id: str, *, after: str | None = None, second: int = 0) -> Intent:
    return Intent(
        command_id=command_id,
        kind=Kind.VOID,
        due_second=second,
        command=VoidHold(pending_id="1"),
        after=after,
    )


def transfer(number: int = 5, *, kind: str = "posted", **fields: str) -> Transfer:
    plain: dict[str, str] = {
        "transfer_id": str(number),
        "place": f"{number}.0",
        "debit": "customer/93/available/EUR",
        "credit": "merchant/22/settlement/EUR",
        "amount": "336.51",
        "asset": "EUR",
        "time": "2024-06-28T14:10:05.123456789Z",
    }
    return Transfer(code=1, kind=kind, **(plain | fields))  # type: ignore[arg-type]


def receipt(command_id: str, number: int = 5, **fields: str) -> Receipt:
    return Receipt(
        command_id=command_id,
        position=number,
        time="2024-06-28T14:10:05.000000001Z",
        transfers=[transfer(number, **fields)],
    )


def asset_totals(code: str, **fields: int) -> AssetTotals:
    """Totals that hold: customers have spent, reserved and are being paid out."""
    plain = {
        "liabilities": 640_000,
        "available": 580_000,
        "locked": 40_000,
        "in_flight": 20_000,
        "assets": 700_000,
        "equity": 0,
        "income": 60_000,
        "expense": 0,
        "clearing": 0,
        "unclassified": 0,
        "debits_posted": 1_310_000,
        "credits_posted": 1_310_000,
        "debits_pending": 60_000,
        "credits_pending": 60_000,
        "difference": 0,
    }
    asset = standard_catalogue().by_code(code)
    minors = plain | fields
    return AssetTotals(
        asset=code,
        checked=True,
        **{name: Amount(minor, asset).decimal() for name, minor in minors.items()},
    )


def totals(**fields: int) -> Totals:
    """The totals of every asset the firm trades; `fields` (minor units) change the first's."""
    first, *others = TRADED
    assets = [asset_totals(first, **fields), *(asset_totals(code) for code in others)]
    return Totals(assets=assets, checked=True, position=37_326)


def tallied() -> Tallied:
    latest = tuple(Latest(Kind.PARTIAL_CAPTURE, transfer(number)) for number in range(40))
    return Tallied(
        acknowledged=25_588,
        refused=266,
        in_doubt=32,
        kinds=Counter({Kind.DEPOSIT: 1_234, Kind.HOLD: 12_345, Kind.SPLIT: 1_234_567}),
        expired=562,
        refusals=Counter({"exceeds_credits": 212, "pending_transfer_expired": 54}),
        per_second=tuple(range(0, 2_600, 40)),
        latency_ms_p50=8.6,
        latency_ms_p99=28.49,
        latest=latest,
    )


def view(words: Words, stage: Stage = Stage.DAY, *, empty: bool = False) -> View:
    facts = {
        Stage.DAY: {"customers": 300, "merchants": 37, "seconds": 30},
        Stage.KILLED: {},
    }[stage]
    return View(
        stage=stage,
        message=words.say(stage.value, **facts),
        base="EUR",
        up_seconds=42,
        second=50_700,
        rates_of=date(2024, 6, 28),
        tallied=Tallied(acknowledged=0, refused=0, in_doubt=0) if empty else tallied(),
        figures=None if empty else figures_of(totals(), prices(), second=50_700),
    )
