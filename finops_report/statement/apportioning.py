"""Divide an amount so that its rounded parts add up to it: by largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def apportioned(whole: int, exact: Sequence[Fraction]) -> tuple[int, ...]:
    """Return `whole` divided in proportion to `exact` amounts.

    Each part is rounded down, and the largest remainders get one more (Hare-Niemeyer). The parts add up to `whole`, in
    the smallest unit of the money, and each is less than one unit from its exact part of it. Of equal remainders the
    earlier counts first. All is nothing if the exact amounts are.

    Raises ValueError if an amount is negative, or if there is something to divide and nobody to get it.
    """
    total = sum(exact, Fraction(0))
    if whole < 0 or any(part < 0 for part in exact) or (whole and not total):
        raise ValueError(f"{whole} cannot be divided in proportion to {[str(part) for part in exact]}")
    if not total:
        return (0,) * len(exact)
    due = [part * whole / total for part in exact]
    floors = [int(part) for part in due]
    by_remainder = sorted(range(len(due)), key=lambda place: (floors[place] - due[place], place))
    more = frozenset(by_remainder[: whole - sum(floors)])
    return tuple(floor + (place in more) for place, floor in enumerate(floors))
