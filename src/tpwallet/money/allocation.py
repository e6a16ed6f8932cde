"""Splitting an amount so that the parts always add up to it.

Rounding each part on its own creates or loses minor units; here every minor unit is placed by a
written rule. `allocate` is the largest-remainder method (Hamilton, 1792): each part gets its exact
share rounded towards zero, and the units left over go one each to the parts that lost most by the
rounding, ties to the earlier part. `split_bps` gives them all to one named recipient instead. A
negative amount splits as its positive mirror, negated.

Where the leftover should follow another rule (the oldest debt, the largest holder), that rule is a
business one and belongs to its domain.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from tpwallet.money.amount import Amount
from tpwallet.money.errors import InvalidSplit
from tpwallet.money.exactness import require_instance, require_int
from tpwallet.money.limits import BPS_PER_WHOLE, PARTS_MAX, WEIGHT_MAX
from tpwallet.money.rounding import Rounding, divide

Recipient = TypeVar("Recipient", bound=Hashable)


def allocate(amount: Amount, weights: Sequence[int]) -> tuple[Amount, ...]:
    """Split `amount` in proportion to `weights`, a part for each, in order.

    A part differs from its exact share by less than one minor unit; a part of weight 0 is zero.

    **Rejects** no weights or more than `PARTS_MAX`, a weight that is negative or past
    `WEIGHT_MAX`, and weights that are all zero (`invalid_split`).

    >>> from tpwallet.money.catalogue import standard_catalogue
    >>> dollar = standard_catalogue().by_code("USD")
    >>> [str(part) for part in allocate(Amount(100, dollar), [1, 1, 1])]
    ['0.34 USD', '0.33 USD', '0.33 USD']
    """
    require_instance("amount", amount, Amount)
    _require_parts(len(weights))
    for weight in weights:
        _require_within("weight", weight, WEIGHT_MAX)
    total_weight = sum(weights)
    if total_weight == 0:
        raise InvalidSplit("weights that are all zero describe no split", parts=len(weights))
    magnitude = abs(amount.minor)
    shares = [divmod(magnitude * weight, total_weight) for weight in weights]
    parts = [whole for whole, _ in shares]
    left_over = magnitude - sum(parts)
    by_loss = sorted(range(len(parts)), key=lambda index: -shares[index][1])
    for index in by_loss[:left_over]:
        parts[index] += 1
    return _signed_parts(amount, parts)


def split_evenly(amount: Amount, parts: int) -> tuple[Amount, ...]:
    """Split `amount` into `parts` that differ by at most one minor unit, the larger ones first.

    **Rejects** fewer parts than one or more than `PARTS_MAX` (`invalid_split`).

    >>> from tpwallet.money.catalogue import standard_catalogue
    >>> yen = standard_catalogue().by_code("JPY")
    >>> [part.minor for part in split_evenly(Amount(-11, yen), 3)]
    [-4, -4, -3]
    """
    require_instance("amount", amount, Amount)
    require_int("parts", parts)
    _require_parts(parts)
    each, left_over = divmod(abs(amount.minor), parts)
    return _signed_parts(amount, [each + 1] * left_over + [each] * (parts - left_over))


def split_bps(
    amount: Amount, shares_bps: Mapping[Recipient, int], *, remainder_to: Recipient
) -> dict[Recipient, Amount]:
    """Split `amount` by shares in basis points; what rounding leaves goes to `remainder_to`.

    Every share is rounded towards zero, then the remainder is added to its recipient's share. The
    shares state the whole: they add up to 10,000, and a recipient of only the remainder has 0.

    **Rejects** no shares or more than `PARTS_MAX`, a share outside 0 to 10,000, shares that do not
    add up to 10,000, and a `remainder_to` without a share (`invalid_split`).

    >>> from tpwallet.money.catalogue import standard_catalogue
    >>> euro = standard_catalogue().by_code("EUR")
    >>> shares = {"fee": 25, "merchant": 9_975}
    >>> split = split_bps(Amount(999, euro), shares, remainder_to="merchant")
    >>> {name: part.minor for name, part in split.items()}
    {'fee': 2, 'merchant': 997}
    """
    require_instance("amount", amount, Amount)
    _require_parts(len(shares_bps))
    for share_bps in shares_bps.values():
        _require_within("share_bps", share_bps, BPS_PER_WHOLE)
    total_bps = sum(shares_bps.values())
    if total_bps != BPS_PER_WHOLE:
        raise InvalidSplit(
            f"shares add up to {total_bps} basis points, not {BPS_PER_WHOLE}", total_bps=total_bps
        )
    if remainder_to not in shares_bps:
        raise InvalidSplit(
            f"{remainder_to!r} is to get the remainder and has no share",
            remainder_to=str(remainder_to),
        )
    minors = {
        recipient: divide(amount.minor * share_bps, BPS_PER_WHOLE, Rounding.DOWN)
        for recipient, share_bps in shares_bps.items()
    }
    minors[remainder_to] += amount.minor - sum(minors.values())
    return {recipient: Amount(minor, amount.asset) for recipient, minor in minors.items()}


def _signed_parts(amount: Amount, magnitudes: Sequence[int]) -> tuple[Amount, ...]:
    sign = -1 if amount.minor < 0 else 1
    return tuple(Amount(sign * magnitude, amount.asset) for magnitude in magnitudes)


def _require_parts(parts: int) -> None:
    if not 1 <= parts <= PARTS_MAX:
        raise InvalidSplit(f"a split has 1 to {PARTS_MAX} parts", parts=parts, parts_max=PARTS_MAX)


def _require_within(name: str, value: int, value_max: int) -> None:
    require_int(name, value)
    if not 0 <= value <= value_max:
        raise InvalidSplit(f"a {name} is within 0 to {value_max}", value=value, value_max=value_max)
