"""Intents: one call of the public interface each, with everything it takes.

An intent is the command itself with its id, when it is due, and which other intent must have been
acknowledged before it makes sense. It says nothing of the outcome: some are meant to be refused.
"""

from enum import Enum
from typing import TypeAlias

import msgspec

from tpwallet.flows.accounts import OpenAccount
from tpwallet.flows.transfers import Hold, Post, PostHold, VoidHold

# What a driver can be asked to carry out.
Operation: TypeAlias = OpenAccount | Post | Hold | PostHold | VoidHold


class Kind(Enum):
    """What an intent means to the firm."""

    OPENING = "opening"  # an account
    CAPITAL = "capital"  # the owners' money comes in
    DEPOSIT = "deposit"  # a customer's money comes in
    HOLD = "hold"  # a purchase reserves money
    CAPTURE = "capture"  # the merchant takes what was reserved
    PARTIAL_CAPTURE = "partial_capture"  # or less; the rest is released
    VOID = "void"  # or nothing
    LATE_CAPTURE = "late_capture"  # or tries when the reservation has run out: refused
    SPLIT = "split"  # the firm's fee and a partner's share of a purchase
    REFUND = "refund"
    TRANSFER = "transfer"  # customer to customer, or several for a shared bill
    CONVERSION = "conversion"  # one asset for another
    PAYOUT = "payout"  # reserves what leaves to a bank or a chain
    PAYOUT_SENT = "payout_sent"  # it has left
    PAYOUT_RETURNED = "payout_returned"  # it could not
    NETWORK_FEE = "network_fee"
    OVERDRAFT = "overdraft"  # more than there is: refused


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One call: `due_second` is the second of the business day, 86,400 and more after its end.

    `after`: the command id of the intent that must have been acknowledged first; when that one was
    refused, this one is moot.
    """

    command_id: str
    kind: Kind
    due_second: int
    command: Operation
    after: str | None = None
