"""Which days are compared: as many on both sides, recorded from end to end, or two whole periods."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from finops_report.calendar import fiscal
from finops_report.calendar.comparison import Comparison, Days, comparison

DAY = timedelta(days=1)
DATES = st.dates(date(2024, 1, 1), date(2027, 12, 31))
NAMED = st.one_of(
    st.dates(date(2024, 6, 1), date(2027, 6, 1)).map(lambda day: fiscal.month(f"{day:%Y-%m}")),
    st.tuples(st.integers(2025, 2027), st.integers(1, 4)).map(lambda q: fiscal.quarter(f"{q[0]}-Q{q[1]}", 1)),
    st.integers(2025, 2027).map(lambda year: fiscal.year(str(year), 4)),
)
WHOLE = st.tuples(DATES, DATES).map(lambda days: Days(min(days), max(days)))


def inside(days: Days, others: Days) -> bool:
    return others.first <= days.first and days.last <= others.last


def holds(found: Comparison, period: Days, whole: Days) -> None:
    """Check what must be true of any comparison but that of two whole periods."""
    assert found.old.last < found.new.first
    assert found.old.number == found.new.number > 0
    assert inside(found.new, period)
    assert inside(found.old, whole)
    assert inside(found.new, whole)
    if found.basis == "halves":
        assert inside(found.old, period)


@given(NAMED, WHOLE)
def test_any_month_quarter_or_year_is_compared_over_as_many_recorded_days(named: fiscal.Stretch, whole: Days) -> None:
    period, before = Days(named.start, named.end), Days(named.before, named.start - DAY)
    found = comparison(named, period, whole)
    if inside(period, whole) and inside(before, whole):
        assert found == Comparison("previous", before, period)
    elif found.basis == "none":
        assert period.both(whole).number < 2
        assert (found.old.number, found.new) == (0, period)
    else:
        holds(found, period, whole)
        if found.basis == "previous":
            assert found.new.first - named.start == found.old.first - named.before


@given(WHOLE, WHOLE)
def test_any_days_are_compared_over_as_many_recorded_days(period: Days, whole: Days) -> None:
    found = comparison(None, period, whole)
    if found.basis != "none":
        holds(found, period, whole)
