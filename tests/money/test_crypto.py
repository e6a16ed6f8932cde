"""The coin table: its numbers are written into journals, so none may ever change."""

import hashlib

from tpwallet.money import CRYPTO, AssetKind

GOLDEN_ROWS = 43
GOLDEN_DIGEST = "f21d409edcfa07dcb95edbe5a14a7a8b4ea99e24d4c1f2de471b255e5f1e4f02"
"""SHA-256 of the first `GOLDEN_ROWS` rows; new rows go after them and leave it as it is."""


def test_no_row_was_ever_renumbered_rescaled_removed_or_moved() -> None:
    rows = "\n".join(f"{coin.ledger} {coin.code} {coin.scale}" for coin in CRYPTO[:GOLDEN_ROWS])
    assert hashlib.sha256(rows.encode()).hexdigest() == GOLDEN_DIGEST


def test_numbers_count_up_from_10001_within_the_range_kept_for_them() -> None:
    assert [coin.ledger for coin in CRYPTO] == list(range(10_001, 10_001 + len(CRYPTO)))
    assert CRYPTO[-1].ledger < 20_000


def test_scales_are_those_of_the_coins() -> None:
    scales = {coin.code: coin.scale for coin in CRYPTO}
    expected = {"BTC": 8, "ETH": 18, "USDC": 6, "USDT": 6, "SOL": 9, "XRP": 6, "ADA": 6}
    expected |= {"DOGE": 8, "LTC": 8, "BCH": 8, "TRX": 6, "BNB": 18, "DAI": 18, "EURC": 6}
    expected |= {"NEAR": 24, "XMR": 12, "XLM": 7, "DOT": 10}
    assert expected.items() <= scales.items()


def test_every_coin_is_crypto() -> None:
    assert {coin.kind for coin in CRYPTO} == {AssetKind.CRYPTO}
