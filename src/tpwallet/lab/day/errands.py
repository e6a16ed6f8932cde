"""Errands: the short stories a day is made of, each told from its beginning to its end.

An errand is a generator: it hands over its next intent, or how long it waits, and the day calls it
again at that time. Each intent of an errand follows the one before it.

Who keeps what rounding leaves: a fee is rounded down, so the customer or merchant keeps the rest; a
conversion pays out rounded down, and the rest, below one minor unit, stays with the desk's position
in `clearing/conversion`. Both are written into the note of the posting.
"""

from collections.abc import Callable
from typing import Final

from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.flows.transfers import Hold, Post, PostHold, VoidHold
from tpwallet.lab.day import addresses
from tpwallet.lab.day.desk import Desk, Draft, Errand, Party
from tpwallet.lab.day.firm import Merchant, house_account
from tpwallet.lab.day.intents import Kind
from tpwallet.lab.day.prices import COINS
from tpwallet.money import Amount, Rounding, split_bps, split_evenly

PAYMENT_FEE_BPS: Final = 145
CONVERSION_FEE_BPS: Final = 50
SHORT_HOLD_SECONDS: Final = 1  # of real time: long enough to be seen, short enough to run out
HOLD_SECONDS: Final = 7 * 86_400
_MINUTE = 60
_HOUR = 3_600


def leg(debit: str, credit: str, amount: Amount) -> Leg:
    """One movement of an amount."""
    return Leg(debit=debit, credit=credit, amount=amount.decimal(), asset=amount.asset.code)


def deposit(desk: Desk) -> Errand:
    """A customer's money arrives at the bank, or on its chain."""
    customer = desk.choose(desk.firm.customers)
    asset = desk.choose(customer.assets)
    yield deposit_of(desk, customer.account(asset), desk.sized(asset, 20_00, 3_000_00))


def deposit_of(desk: Desk, account: str, amount: Amount) -> Draft:
    """Money arrives for an account."""
    desk.give(account, amount)
    movement = leg(house_account(amount.asset.code), account, amount)
    return Draft(Kind.DEPOSIT, Post(legs=(movement,)))


def purchase(desk: Desk) -> Errand:
    """A customer pays a merchant: reserved, and then taken whole, in part, or not at all."""
    customer = desk.choose(desk.firm.customers)
    asset = desk.choose(customer.assets)
    merchant = desk.choose(desk.firm.takers(asset))
    account = customer.account(asset)
    amount = desk.affordable(account, asset, 2_50, 180_00)
    if amount is None:
        return
    fate = desk.weighted(
        {
            Kind.CAPTURE: 66,
            Kind.PARTIAL_CAPTURE: 14,
            Kind.VOID: 8,
            Kind.LATE_CAPTURE: 4,
            None: 8,  # nobody comes back: it expires
        }
    )
    is_short = fate in (Kind.LATE_CAPTURE, None)
    hold_id = desk.transfer_id()
    desk.take(account, amount)
    yield Draft(
        Kind.HOLD,
        Hold(
            leg=leg(account, merchant.account(asset), amount),
            timeout_seconds=SHORT_HOLD_SECONDS if is_short else HOLD_SECONDS,
            transfer_id=hold_id,
        ),
    )
    yield desk.pause(4 * _HOUR, 5 * _HOUR) if is_short else desk.pause(5 * _MINUTE, 4 * _HOUR)
    match fate:
        case Kind.CAPTURE:
            yield Draft(Kind.CAPTURE, PostHold(pending_id=hold_id))
            yield from _sold(desk, account, merchant, amount)
        case Kind.PARTIAL_CAPTURE if amount.minor > 1:
            part = Amount(desk.source.randint(1, amount.minor - 1), amount.asset)
            desk.give(account, amount - part)
            yield Draft(
                Kind.PARTIAL_CAPTURE,
                PostHold(pending_id=hold_id, amount=part.decimal(), asset=asset),
            )
            yield from _sold(desk, account, merchant, part)
        case Kind.LATE_CAPTURE:
            desk.give(account, amount)
            yield Draft(Kind.LATE_CAPTURE, PostHold(pending_id=hold_id))
        case None:
            desk.give(account, amount)
        case _:
            desk.give(account, amount)
            yield Draft(Kind.VOID, VoidHold(pending_id=hold_id))


def _sold(desk: Desk, buyer: str, merchant: Merchant, amount: Amount) -> Errand:
    """What follows a sale: the firm's fee, a partner's share, now and then a refund."""
    asset = amount.asset.code
    account = merchant.account(asset)
    desk.give(account, amount)
    yield desk.pause(_MINUTE, 10 * _MINUTE)
    yield from _split(desk, account, amount)
    if desk.happens(8):
        yield desk.pause(_HOUR, 3 * _HOUR)
        refund = min(amount, Amount(desk.free[account], amount.asset))
        if desk.happens(50):
            refund = Amount(refund.minor // 2, refund.asset)
        if refund.minor > 0:
            desk.take(account, refund)
            desk.give(buyer, refund)
            yield Draft(Kind.REFUND, Post(legs=(leg(account, buyer, refund),)))


def _split(desk: Desk, account: str, amount: Amount) -> Errand:
    asset = amount.asset.code
    others = [other for other in desk.firm.takers(asset) if other.account(asset) != account]
    shares = {addresses.fees("payments", asset): PAYMENT_FEE_BPS}
    if others and desk.happens(40):  # a marketplace: the partner brought the customer
        shares[desk.choose(others).account(asset)] = 100 * desk.source.randint(5, 20)
    shares[account] = 10_000 - sum(shares.values())
    parts = split_bps(amount, shares, remainder_to=account)
    legs = []
    for receiver, part in parts.items():
        if receiver != account and part:
            desk.take(account, part)
            desk.give(receiver, part)
            legs.append(leg(account, receiver, part))
    if legs:
        note = Note(metadata={"fee_bps": str(PAYMENT_FEE_BPS), "remainder_to": account})
        yield Draft(Kind.SPLIT, Post(legs=tuple(legs), note=note))


def transfer(desk: Desk) -> Errand:
    """A customer sends money to another."""
    sender = desk.choose(desk.firm.customers)
    asset = desk.choose(sender.assets)
    receiver = desk.choose(desk.firm.holders(asset))
    account = sender.account(asset)
    amount = desk.affordable(account, asset, 1_00, 400_00)
    if amount is None or receiver == sender:
        return
    desk.take(account, amount)
    desk.give(receiver.account(asset), amount)
    yield Draft(Kind.TRANSFER, Post(legs=(leg(account, receiver.account(asset), amount),)))


def shared_bill(desk: Desk) -> Errand:
    """Friends pay back the one who paid: equal parts, all of them in one posting or none."""
    payer = desk.choose(desk.firm.customers)
    asset = payer.assets[0]
    friends = [other for other in desk.firm.holders(asset) if other != payer]
    friends = desk.source.sample(friends, min(3, len(friends)))
    if not friends:
        return
    parts = split_evenly(desk.sized(asset, 12_00, 240_00), len(friends) + 1)
    legs = []
    for friend, part in zip(friends, parts[1:], strict=True):
        account = friend.account(asset)
        if part and desk.free.get(account, 0) > 2 * part.minor:
            desk.take(account, part)
            desk.give(payer.account(asset), part)
            legs.append(leg(account, payer.account(asset), part))
    if legs:
        yield Draft(Kind.TRANSFER, Post(legs=tuple(legs)))


def conversion(desk: Desk) -> Errand:
    """A customer changes one asset into another: one posting through the desk's position."""
    customer = desk.choose([one for one in desk.firm.customers if len(one.assets) > 1])
    sold_asset, bought_asset = desk.source.sample(customer.assets, 2)
    account = customer.account(sold_asset)
    amount = desk.affordable(account, sold_asset, 5_00, 900_00)
    if amount is None:
        return
    parts = split_bps(
        amount,
        {"fee": CONVERSION_FEE_BPS, "sold": 10_000 - CONVERSION_FEE_BPS},
        remainder_to="sold",
    )
    rate = desk.prices.rate(amount.asset, desk.asset(bought_asset), second=desk.second)
    bought, remainder = rate.convert_with_remainder(parts["sold"], Rounding.DOWN)
    if not bought:
        return
    desk.take(account, amount)
    desk.give(customer.account(bought_asset), bought)
    legs = [leg(account, addresses.conversion(sold_asset), parts["sold"])]
    if parts["fee"]:
        legs.append(leg(account, addresses.fees("conversion", sold_asset), parts["fee"]))
    legs.append(leg(addresses.conversion(bought_asset), customer.account(bought_asset), bought))
    note = Note(
        metadata={
            "rate": str(rate.value),
            "source": rate.source,
            "quality": rate.quality.value,
            "observed_at_ns": str(rate.observed_at_ns),
            "rounding": Rounding.DOWN.value,
            "remainder_minor": str(remainder),
            "remainder_to": addresses.conversion(bought_asset),
        }
    )
    yield Draft(Kind.CONVERSION, Post(legs=tuple(legs), note=note))


def payout(desk: Desk) -> Errand:
    """A merchant is paid what they are owed."""
    merchant = desk.choose(desk.firm.merchants)
    yield from _paid_out(desk, merchant, desk.choose(merchant.assets), 10_00, 5_000_00)


def withdrawal(desk: Desk) -> Errand:
    """A customer takes money out."""
    customer = desk.choose(desk.firm.customers)
    yield from _paid_out(desk, customer, desk.choose(customer.assets), 10_00, 1_000_00)


def _paid_out(desk: Desk, party: Party, asset: str, low: int, high: int) -> Errand:
    """Reserve what leaves, hear from the bank or the chain, book it or give it back."""
    account = party.account(asset)
    amount = desk.affordable(account, asset, low, high)
    if amount is None:
        return
    hold_id = desk.transfer_id()
    desk.take(account, amount)
    movement = leg(account, house_account(asset), amount)
    yield Draft(Kind.PAYOUT, Hold(leg=movement, transfer_id=hold_id))
    yield desk.pause(_HOUR, 5 * _HOUR)
    if desk.happens(7):
        desk.give(account, amount)
        yield Draft(Kind.PAYOUT_RETURNED, VoidHold(pending_id=hold_id))
        return
    yield Draft(Kind.PAYOUT_SENT, PostHold(pending_id=hold_id))
    if asset in COINS:
        fee = desk.affordable(account, asset, 20, 2_00)
        if fee is not None:
            desk.take(account, fee)
            movement = leg(account, addresses.fees("network", asset), fee)
            yield Draft(Kind.NETWORK_FEE, Post(legs=(movement,)))


def overdraft(desk: Desk) -> Errand:
    """A customer tries to spend far more than anybody has: it must be refused."""
    customer = desk.choose(desk.firm.customers)
    asset = customer.assets[0]
    merchant = desk.choose(desk.firm.takers(asset))
    amount = desk.sized(asset, 50_000_000_00, 90_000_000_00)
    movement = leg(customer.account(asset), merchant.account(asset), amount)
    yield Draft(Kind.OVERDRAFT, Post(legs=(movement,)))


# How often each errand is run, of a hundred.
MIX: Final[dict[Callable[[Desk], Errand], int]] = {
    purchase: 52,
    transfer: 13,
    conversion: 11,
    payout: 7,
    deposit: 6,
    withdrawal: 5,
    shared_bill: 4,
    overdraft: 2,
}
