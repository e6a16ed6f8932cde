"""API keys carry their entropy, show their mistakes, and are kept as hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.keys.api_keys import ApiKeyMalformed, _check, api_key, api_key_hash

ENTROPY = st.binary(min_size=16, max_size=32)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
GOLDEN = api_key(bytes(range(16)))


def test_golden_key_and_hash() -> None:
    assert GOLDEN == "tpk_000SYW7RiJxkEgOGusQGwp3wRyV4"
    kept_as = "b2347b7edf2d9f34bbb8c8be28eb78cbde0fea4dfe80a5099401bb411c7389ad"
    assert api_key_hash(GOLDEN).hex() == kept_as


@given(ENTROPY)
def test_a_key_is_as_long_as_its_entropy_needs(entropy: bytes) -> None:
    text = api_key(entropy)
    assert text.startswith("tpk_")
    assert set(text[4:]) <= set(DIGITS)
    width = len(text) - len("tpk_") - 6
    assert 62**width >= 256 ** len(entropy) > 62 ** (width - 1)
    assert 22 <= width <= 43
    value = 0
    for digit in text[4:-6]:
        value = 62 * value + DIGITS.index(digit)
    assert value == int.from_bytes(entropy, "big")


@given(ENTROPY, ENTROPY)
def test_keys_and_hashes_are_equal_only_for_the_same_entropy(one: bytes, other: bytes) -> None:
    keys = {api_key(one), api_key(other)}
    hashes = {api_key_hash(key) for key in keys}
    assert len(keys) == len(hashes) == (1 if one == other else 2)


@given(ENTROPY, st.data())
def test_one_mistyped_character_is_noticed(entropy: bytes, data: st.DataObject) -> None:
    text = api_key(entropy)
    at = data.draw(st.integers(0, len(text) - 1))
    typed = data.draw(st.sampled_from(DIGITS).filter(lambda digit: digit != text[at]))
    with pytest.raises(ApiKeyMalformed):
        api_key_hash(text[:at] + typed + text[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tpk_",
        GOLDEN[:-1],
        GOLDEN + "0",
        GOLDEN + "\n",
        f" {GOLDEN}",
        GOLDEN[4:],
        GOLDEN.replace("tpk_", "TPK_"),
        "tpk_" + "é" * 28,
        "tpk_" + "0" * 10000,
    ],
)
def test_other_texts_are_not_keys_and_are_not_repeated(text: str) -> None:
    with pytest.raises(ApiKeyMalformed) as refused:
        api_key_hash(text)
    assert str(refused.value) == f"not an API key: {len(text)} characters"


@pytest.mark.parametrize("digits", [21, 44])
def test_a_key_too_short_or_too_long_is_refused_though_its_check_fits(digits: int) -> None:
    secret = "tpk_" + "0" * digits
    with pytest.raises(ApiKeyMalformed):
        api_key_hash(secret + _check(secret))


@pytest.mark.parametrize("length", [0, 15, 33])
def test_too_little_and_too_much_entropy_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"{length} bytes of entropy"):
        api_key(bytes(length))
