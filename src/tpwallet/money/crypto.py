"""Well-known coins and tokens, with the ledger numbers this project gave them.

A row is *ledger number, code, scale*. Numbers start at 10,001, above every ISO 4217 number, and
are stable for ever: a row is never renumbered, rescaled, removed or reused, new rows go at the end.
Numbers below 20,000 are kept for this table; an operator's own assets start from 20,000.

The scale is the coin's own: satoshi, wei, lamport, drop and so on. A token bridged to another
network may have other decimals there; that is the gateway's business, this is the ledger's scale.
"""

from typing import Final

from tpwallet.money.asset import Asset, AssetKind

_TABLE: Final = """
    10001 BTC    8
    10002 ETH   18
    10003 USDC   6
    10004 USDT   6
    10005 SOL    9
    10006 XRP    6
    10007 ADA    6
    10008 DOGE   8
    10009 LTC    8
    10010 BCH    8
    10011 TRX    6
    10012 BNB   18
    10013 DAI   18
    10014 EURC   6
    10015 PYUSD  6
    10016 USDS  18
    10017 FDUSD 18
    10018 WBTC   8
    10019 WETH  18
    10020 STETH 18
    10021 LINK  18
    10022 UNI   18
    10023 AAVE  18
    10024 POL   18
    10025 AVAX  18
    10026 ETC   18
    10027 FIL   18
    10028 NEAR  24
    10029 DOT   10
    10030 ATOM   6
    10031 XLM    7
    10032 XMR   12
    10033 ZEC    8
    10034 DASH   8
    10035 HBAR   8
    10036 ALGO   6
    10037 XTZ    6
    10038 TON    9
    10039 SUI    9
    10040 APT    8
    10041 ICP    8
    10042 PAXG  18
    10043 XAUT   6
"""


def _read_row(row: str) -> Asset:
    ledger, code, scale = row.split()
    return Asset(code, int(scale), int(ledger), AssetKind.CRYPTO)


CRYPTO: Final[tuple[Asset, ...]] = tuple(map(_read_row, _TABLE.strip().splitlines()))
