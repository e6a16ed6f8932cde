"""Every split adds up to what was split, minor unit for minor unit."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.samples import EUR, NOT_INTEGERS, amounts
from tpwallet.money import Amount, InvalidSplit, allocate, split_bps, split_evenly
from tpwallet.money.limits import PARTS_MAX, WEIGHT_MAX

weight_lists = st.lists(
    st.one_of(st.integers(0, 10), st.integers(0, WEIGHT_MAX)), min_size=1, max_size=20
).filter(any)


@st.composite
def bps_shares(draw: st.DrawFn) -> dict[str, int]:
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=6)))
    edges = [0, *cuts, 10_000]
    return {f"party-{index}": upper - lower for index, (lower, upper) in enumerate(pairwise(edges))}


def minor_units(parts: tuple[Amount, ...]) -> list[int]:
    return [part.minor for part in parts]


@given(amounts, weight_lists)
def test_allocated_parts_add_up_to_the_amount(amount: Amount, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert len(parts) == len(weights)
    assert sum(parts, Amount.zero(amount.asset)) == amount


@given(amounts, weight_lists)
def test_an_allocated_part_is_within_one_minor_unit_of_its_share(
    amount: Amount, weights: list[int]
) -> None:
    for part, weight in zip(allocate(amount, weights), weights, strict=True):
        assert abs(part.minor - Fraction(amount.minor * weight, sum(weights))) < 1


@given(amounts, weight_lists)
def test_a_unit_left_over_never_goes_to_a_smaller_loss_or_a_later_tie(
    amount: Amount, weights: list[int]
) -> None:
    exact = [Fraction(abs(amount.minor) * weight, sum(weights)) for weight in weights]
    got_one: list[tuple[Fraction, int]] = []
    got_none: list[tuple[Fraction, int]] = []
    for index, part in enumerate(allocate(amount, weights)):
        loss = exact[index] - int(exact[index])
        priority = (-loss, index)
        (got_one if abs(part.minor) > int(exact[index]) else got_none).append(priority)
    if got_one and got_none:
        assert max(got_one) < min(got_none)


@given(amounts, weight_lists)
def test_a_weight_of_zero_gets_nothing(amount: Amount, weights: list[int]) -> None:
    for part, weight in zip(allocate(amount, weights), weights, strict=True):
        assert weight or not part


@given(amounts, weight_lists)
def test_a_negative_amount_splits_as_its_mirror(amount: Amount, weights: list[int]) -> None:
    assert allocate(-amount, weights) == tuple(-part for part in allocate(amount, weights))


@given(amounts, weight_lists, st.integers(1, 2**64))
def test_only_the_proportion_of_the_weights_counts(
    amount: Amount, weights: list[int], factor: int
) -> None:
    small = [weight % 2**64 for weight in weights]
    if any(small):
        assert allocate(amount, [weight * factor for weight in small]) == allocate(amount, small)


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [1, 2, 4], [1, 3, 6]),
        (1, [1, 9], [0, 1]),
        (5, [0, 1, 0], [0, 5, 0]),
        (0, [3, 4], [0, 0]),
        (7, [1], [7]),
    ],
)
def test_units_left_over_go_to_the_largest_losses_first(
    minor: int, weights: list[int], parts: list[int]
) -> None:
    assert minor_units(allocate(Amount(minor, EUR), weights)) == parts


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [-1], [WEIGHT_MAX + 1]])
def test_weights_that_describe_no_whole_are_rejected(weights: list[int]) -> None:
    with pytest.raises(InvalidSplit) as refusal:
        allocate(Amount(100, EUR), weights)
    assert refusal.value.code == "invalid_split"


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_a_weight_that_is_not_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="weight must be int"):
        allocate(Amount(100, EUR), [1, wrong])


def test_a_split_has_as_many_parts_as_the_limit_and_no_more() -> None:
    assert len(allocate(Amount(1, EUR), [1] * PARTS_MAX)) == PARTS_MAX
    assert len(split_evenly(Amount(1, EUR), PARTS_MAX)) == PARTS_MAX
    with pytest.raises(InvalidSplit):
        allocate(Amount(1, EUR), [1] * (PARTS_MAX + 1))
    with pytest.raises(InvalidSplit):
        split_bps(Amount(1, EUR), dict.fromkeys(range(PARTS_MAX + 1), 0), remainder_to=0)
    with pytest.raises(InvalidSplit) as refusal:
        split_evenly(Amount(1, EUR), PARTS_MAX + 1)
    assert refusal.value.facts == {"parts": PARTS_MAX + 1, "parts_max": PARTS_MAX}


@given(amounts, st.integers(1, 50))
def test_an_even_split_is_an_allocation_by_equal_weights(amount: Amount, parts: int) -> None:
    assert split_evenly(amount, parts) == allocate(amount, [1] * parts)


@pytest.mark.parametrize("parts", [0, -1])
def test_a_split_into_no_parts_is_rejected(parts: int) -> None:
    with pytest.raises(InvalidSplit):
        split_evenly(Amount(1, EUR), parts)


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_a_number_of_parts_that_is_not_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="parts must be int"):
        split_evenly(Amount(1, EUR), wrong)


@given(amounts, bps_shares(), st.data())
def test_shares_in_basis_points_add_up_and_only_one_gets_the_remainder(
    amount: Amount, shares: dict[str, int], draws: st.DataObject
) -> None:
    lucky = draws.draw(st.sampled_from(sorted(shares)))
    split = split_bps(amount, shares, remainder_to=lucky)
    assert list(split) == list(shares)
    assert sum(split.values(), Amount.zero(amount.asset)) == amount
    for name, part in split.items():
        exact = Fraction(amount.minor * shares[name], 10_000)
        if name != lucky:
            assert part.minor == int(exact)
        else:
            assert abs(part.minor) >= abs(int(exact))
            assert abs(part.minor - exact) < len(shares)


def test_a_recipient_of_only_the_remainder_has_a_share_of_zero() -> None:
    shares = {"ada": 3_333, "bob": 3_333, "cem": 3_334, "dust": 0}
    split = split_bps(Amount(-100, EUR), shares, remainder_to="dust")
    assert [part.minor for part in split.values()] == [-33, -33, -33, -1]


@pytest.mark.parametrize(
    "shares", [{}, {"a": 9_999}, {"a": 5_000, "b": 5_001}, {"a": 10_001}, {"a": 10_001, "b": -1}]
)
def test_shares_that_do_not_state_the_whole_are_rejected(shares: dict[str, int]) -> None:
    with pytest.raises(InvalidSplit):
        split_bps(Amount(100, EUR), shares, remainder_to="a")


def test_a_remainder_to_someone_without_a_share_is_rejected() -> None:
    with pytest.raises(InvalidSplit) as refusal:
        split_bps(Amount(100, EUR), {"a": 10_000}, remainder_to="b")
    assert refusal.value.facts == {"remainder_to": "b"}


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_a_share_that_is_not_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="share_bps must be int"):
        split_bps(Amount(100, EUR), {"a": 9_999, "b": wrong}, remainder_to="a")


def test_only_an_amount_can_be_split() -> None:
    with pytest.raises(TypeError, match="amount must be Amount, not int"):
        allocate(100, [1])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="amount must be Amount, not float"):
        split_evenly(1.5, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="amount must be Amount, not float"):
        split_bps(1.5, {"a": 10_000}, remainder_to="a")  # type: ignore[arg-type]
