"""Addresses of system accounts: the accounts the hub opens for itself and nobody else may.

A line account lends what its owner may overdraw; a control account is the other side of every
closing reservation; a conversion account is one side of a rescaling. Whoever could move one would
lend himself money, end a freeze, or make money of another asset's; whoever could open one otherwise
than the hub does would stop the flow that needs it, for ever. So their addresses are kept, and an
account at one is reached by the flows that own it and by nobody else (`loops.access`).

A prefix is reserved with what is above it too, so that no twin of another account's (`rescaling`
appends a code) comes to lie under one.
"""

CREDIT_LINE = "credit-line"  # the last segment of a line account, below the account it lends to

_CONTROL = "control"
_CONVERSION = "conversion/rescaling"


def is_reserved(address: str) -> bool:
    """Whether an address is kept for an account of the hub's own.

    >>> is_reserved("customer/42/EUR/credit-line"), is_reserved("control/closing/EUR")
    (True, True)
    >>> is_reserved("conversion/rescaling/OLD"), is_reserved("conversion/EUR")
    (True, False)
    """
    return (
        f"{address}/".startswith((f"{_CONTROL}/", f"{_CONVERSION}/"))
        or address.rpartition("/")[2] == CREDIT_LINE
    )


def line_address(address: str) -> str:
    """Where the line account of the account at an address is."""
    return f"{address}/{CREDIT_LINE}"


def closing_address(code: str) -> str:
    """Where an asset's closing reservations have their other side."""
    return f"{_CONTROL}/closing/{code}"


def conversion_address(code: str) -> str:
    """Where an asset's side of every rescaling is booked."""
    return f"{_CONVERSION}/{code}"
