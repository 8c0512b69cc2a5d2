"""Round a number that is held against a rule: it never prints as a bound that it has not met, nor beyond one."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

EXACT = 12  # digits after the point that count; beyond them a double is not to be believed


def settled(number: float | Decimal) -> Decimal:
    """Return a number without the last digits of a double: 1.1 / 1.0 - 1 is 0.1, and meets a bound of 0.1."""
    return round(Decimal(str(number)), EXACT)


def decimals(value: Decimal, bounds: Iterable[Decimal], least: int) -> int:
    """Return how many decimals, `least` or more, show on which side of each of `bounds` the value lies.

    1.543 has two beside a bound of 1.5 ('1.54') and one beside 1.6 ('1.5').
    """
    held = tuple(bounds)
    for digits in range(least, EXACT):
        shown = round(value, digits)
        if all(_side(shown, bound) == _side(value, bound) for bound in held):
            return digits
    return EXACT


def _side(value: Decimal, bound: Decimal) -> int:
    return (value > bound) - (value < bound)
