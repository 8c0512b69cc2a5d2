"""Rounded parts add up to the whole, and none is a unit off."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.statement.apportioning import apportioned

AMOUNTS = st.lists(st.fractions(0, 10**6, max_denominator=10**12), max_size=40)


@given(st.integers(0, 10**9), AMOUNTS)
def test_the_parts_add_up_and_each_is_less_than_a_unit_off(whole: int, exact: list[Fraction]) -> None:
    total = sum(exact, Fraction(0))
    if not total:
        whole = 0
    parts = apportioned(whole, exact)
    assert sum(parts) == whole
    for part, one in zip(parts, exact, strict=True):
        assert abs(part - (one * whole / total if total else Fraction(0))) < 1


@given(AMOUNTS)
def test_what_is_nothing_gets_nothing(exact: list[Fraction]) -> None:
    exact = [Fraction(0), *exact]
    assert apportioned(100 if any(exact) else 0, exact)[0] == 0


def test_the_largest_remainders_get_what_is_left() -> None:
    assert apportioned(100, [Fraction(1), Fraction(1), Fraction(1)]) == (34, 33, 33)
    assert apportioned(10, [Fraction(15, 10), Fraction(25, 10), Fraction(6)]) == (2, 2, 6)
    assert apportioned(1, [Fraction(1, 3), Fraction(2, 3)]) == (0, 1)


@pytest.mark.parametrize(("whole", "exact"), [(1, []), (1, [Fraction(0)]), (-1, [Fraction(1)]), (1, [Fraction(-1)])])
def test_what_cannot_be_divided_is_refused(whole: int, exact: list[Fraction]) -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        apportioned(whole, exact)
