"""A caller: carries out the plan's commands, as a program of the firm would, over HTTP.

A port, so that a crew can be tested with a hub that answers as it is told to.
"""

from typing import Protocol, assert_never

from tpwallet.faces.client import Client
from tpwallet.faces.shapes import Receipt
from tpwallet.flows.accounts import OpenAccount
from tpwallet.flows.transfers import Hold, Post, PostHold, VoidHold
from tpwallet.lab.day.intents import Operation


class Caller(Protocol):
    """Somebody who asks the hub; any thread may let them."""

    def run(self, command_id: str, operation: Operation) -> Receipt:
        """Carry out a command under this id.

        **Rejects** with `Rejected` what the rules refuse, with `OutcomeUnknown` when it is not
        known whether it was done, and with `HubUnavailable` and the like when nothing was done.
        """
        ...


class HttpCaller:
    """A caller over HTTP."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def run(self, command_id: str, operation: Operation) -> Receipt:
        """Carry out a command."""
        client = self._client
        match operation:
            case OpenAccount(address=address, asset=asset, kind=kind):
                return client.open_account(
                    address, asset=asset, kind=kind.value, command_id=command_id
                )
            case Post(legs=legs, note=note):
                return client.post(legs, metadata=note.metadata, command_id=command_id)
            case Hold(leg=leg, timeout_seconds=seconds, transfer_id=transfer_id):
                return client.hold(
                    debit=leg.debit,
                    credit=leg.credit,
                    amount=leg.amount,
                    asset=leg.asset,
                    timeout_seconds=seconds,
                    transfer_id=transfer_id,
                    command_id=command_id,
                )
            case PostHold(pending_id=pending_id, amount=amount, asset=asset):
                return client.post_hold(
                    pending_id, amount=amount, asset=asset, command_id=command_id
                )
            case VoidHold(pending_id=pending_id):
                return client.void_hold(pending_id, command_id=command_id)
            case _:
                assert_never(operation)
