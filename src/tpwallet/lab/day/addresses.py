"""Where the firm's money stands: the addresses of its chart of accounts."""


def bank(asset: str) -> str:
    """Money at the firm's bank."""
    return f"bank/main/{asset}"


def treasury(asset: str) -> str:
    """Coins in the firm's wallets on chains."""
    return f"chain/treasury/{asset}"


def customer(number: int, asset: str) -> str:
    """What the firm owes a customer."""
    return f"customer/{number}/available/{asset}"


def merchant(number: int, asset: str) -> str:
    """What the firm owes a merchant."""
    return f"merchant/{number}/settlement/{asset}"


def fees(kind: str, asset: str) -> str:
    """What the firm has earned: `payments`, `conversion`, `network`."""
    return f"fees/{kind}/{asset}"


def conversion(asset: str) -> str:
    """The conversion desk's position: on either side of zero."""
    return f"clearing/conversion/{asset}"


def capital(asset: str) -> str:
    """What the owners have put in."""
    return f"capital/paid-in/{asset}"
