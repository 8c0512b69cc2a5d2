"""'last' and 'this', as a schedule writes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.calendar import fiscal
from finops_report.calendar.period import PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent
from finops_report.calendar.relative import Unit, absolute
from finops_report.errors import ConfigError

NOTHING = Extent(None, None, 0, 0)


@pytest.mark.parametrize(
    ("unit", "today", "first_month", "this", "last"),
    [
        ("month", date(2026, 11, 1), 1, "2026-11", "2026-10"),
        ("month", date(2027, 1, 31), 1, "2027-01", "2026-12"),
        ("month", date(2028, 3, 31), 4, "2028-03", "2028-02"),
        ("quarter", date(2026, 11, 27), 1, "2026-Q4", "2026-Q3"),
        ("quarter", date(2027, 1, 1), 1, "2027-Q1", "2026-Q4"),
        ("quarter", date(2026, 4, 1), 4, "2027-Q1", "2026-Q4"),
        ("quarter", date(2026, 12, 31), 2, "2027-Q4", "2027-Q3"),
        ("year", date(2026, 11, 27), 1, "2026", "2025"),
        ("year", date(2026, 11, 27), 10, "2027", "2026"),
        ("week", date(2026, 11, 29), 1, "2026-W48", "2026-W47"),
        ("week", date(2027, 1, 3), 1, "2026-W53", "2026-W52"),
        ("week", date(2027, 1, 4), 1, "2027-W01", "2026-W53"),
    ],
)
def test_this_and_last(unit: Unit, today: date, first_month: int, this: str, last: str) -> None:
    assert absolute(unit, "this", today, first_month) == this
    assert absolute(unit, "Last", today, first_month) == last
    assert absolute(unit, "2020-01", today, first_month) == "2020-01"


@given(
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    st.integers(1, 12),
)
def test_this_holds_today_and_last_ends_the_day_before_it(unit: Unit, today: date, first_month: int) -> None:
    def days(name: str) -> fiscal.Stretch:
        wish = {unit: name}
        named = PeriodAsk(fiscal_year_start=first_month, **wish).named(today)  # type: ignore[arg-type] # one of four
        assert named is not None
        return named

    assert days("this").start <= today <= days("this").end
    assert days("last").end + timedelta(days=1) == days("this").start
    assert days("this").before == days("last").start


def test_today_is_that_of_the_time_zone() -> None:
    ask = PeriodAsk(month="last")
    assert choose_period(ask, NOTHING, date(2026, 11, 1)).start == date(2026, 10, 1)
    assert choose_period(ask, NOTHING, date(2026, 10, 31)).start == date(2026, 9, 1)


def test_a_name_excludes_others_and_single_days() -> None:
    with pytest.raises(ConfigError, match="--week excludes"):
        PeriodAsk(week="last", month="last").named(date(2026, 11, 1))
    with pytest.raises(ConfigError, match="--month excludes"):
        PeriodAsk(since=date(2026, 1, 1), month="last").named(date(2026, 11, 1))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1969, 12, 31), date(2100, 1, 1), date(9999, 12, 31)])
def test_days_that_are_too_far_off_are_refused(day: date) -> None:
    for ask in (PeriodAsk(since=day), PeriodAsk(until=day)):
        with pytest.raises(ConfigError, match="Too far off"):
            choose_period(ask, NOTHING, date(2026, 11, 1))
