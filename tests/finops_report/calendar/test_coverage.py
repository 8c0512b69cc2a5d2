"""How much of a stretch is recorded, and when that is too little to compare it."""

from __future__ import annotations

import pytest

from finops_report.calendar.coverage import Coverage


def covered(missing_hours: float, recorded_hours: float = 744.0) -> Coverage:
    return Coverage("period", 31, 31, 744.0, recorded_hours, recorded_hours - missing_hours, missing_hours)


@pytest.mark.parametrize(("missing_hours", "has_gaps"), [(0, False), (14, False), (15, True), (744, True)])
def test_over_two_percent_of_the_hours_are_a_gap(missing_hours: float, has_gaps: bool) -> None:
    assert covered(missing_hours).has_gaps == has_gaps


def test_hours_before_the_first_row_are_no_gap() -> None:
    assert (covered(0, 0).missing_share, covered(0, 0).has_gaps) == (0.0, False)


def test_half_hours_are_named_as_such() -> None:
    assert covered(20.5, 743.5).gaps == "no data in 20.5 of 743.5 hours"
