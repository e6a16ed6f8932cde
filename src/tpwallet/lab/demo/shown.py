"""Times and amounts as they stand on the screen."""

from tpwallet.lab.day.limits import SECONDS_PER_DAY
from tpwallet.money import Asset, Rounding, divide
from tpwallet.money.decimals import format_decimal

DECIMALS_SHOWN = 6


def clock(second: int) -> str:
    """The time of the business day; after its end, 24:00.

    >>> clock(50_700), clock(90_000)
    ('14:05', '24:00')
    """
    minutes = min(second, SECONDS_PER_DAY) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def elapsed(seconds: int) -> str:
    """Minutes and seconds.

    >>> elapsed(75)
    '01:15'
    """
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def shown(minor: int, asset: Asset) -> str:
    """An amount for the eye: grouped, cut (not rounded) to six decimals where the asset has more.

    >>> from tpwallet.money import standard_catalogue
    >>> shown(1_234_567_890_123_456_789_012, standard_catalogue().by_code("ETH"))
    '1,234.567890'
    """
    decimals = min(asset.scale, DECIMALS_SHOWN)
    cut = divide(minor, 10 ** (asset.scale - decimals), Rounding.DOWN)
    return format_decimal(cut, decimals, grouped=True)


def short(address: str) -> str:
    """An address without what the reader knows: whose account, not which of theirs.

    >>> short("customer/93/available/EUR"), short("bank/main/EUR")
    ('customer/93', 'bank/main')
    """
    return "/".join(address.split("/")[:2])
