"""Which days a report covers, and what it is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.calendar.period import PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent
from finops_report.errors import ConfigError

TODAY = date(2026, 11, 6)


def us(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[arg-type,misc] # splat of ints


OCTOBER = Extent(us(2026, 9, 10), us(2026, 10, 31, 23), 100, 2)


def test_without_wishes_the_period_is_all_that_is_recorded() -> None:
    period = choose_period(PeriodAsk(), OCTOBER, TODAY)
    assert (period.start, period.end, period.basis) == (date(2026, 9, 10), date(2026, 10, 31), "halves")
    assert period.new_start - period.old_start == timedelta(days=26)


def test_a_month_is_compared_with_the_month_before() -> None:
    period = choose_period(PeriodAsk(month="2026-10"), OCTOBER, TODAY)
    assert (period.start, period.end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (period.basis, period.old_start, period.old_end) == ("previous", date(2026, 9, 10), date(2026, 9, 30))
    assert (period.new_start, period.new_end) == (date(2026, 10, 10), date(2026, 10, 30))
    assert period.from_us == us(2026, 9, 10)
    whole = choose_period(PeriodAsk(month="2026-10"), replace(OCTOBER, first_us=us(2026, 9, 1)), TODAY)
    assert (whole.basis, whole.old_start, whole.new_start) == ("previous", date(2026, 9, 1), date(2026, 10, 1))
    assert (whole.old_end, whole.new_end, whole.from_us) == (date(2026, 9, 30), date(2026, 10, 31), us(2026, 9, 1))


def test_a_running_period_is_compared_with_the_same_whole_days_of_the_one_before() -> None:
    dense = 39 * 24 + 12
    extent = Extent(us(2026, 9, 1), us(2026, 10, 10, 11, 59), 100_000, dense)
    period = choose_period(PeriodAsk(month="2026-10"), extent, TODAY)
    assert (period.new_end, period.new_until_us) == (date(2026, 10, 9), us(2026, 10, 10))
    assert (period.old_end, period.old_until_us) == (date(2026, 9, 9), us(2026, 9, 10))
    evening = choose_period(PeriodAsk(month="2026-10"), replace(extent, last_us=us(2026, 10, 10, 23, 1)), TODAY)
    assert (evening.new_end, evening.old_end) == (date(2026, 10, 10), date(2026, 9, 10))


def test_the_old_side_ends_at_a_local_midnight_also_after_clocks_changed() -> None:
    new_york = Extent(us(2026, 10, 1, 4), us(2026, 11, 16, 4, 59), 100_000, 46 * 24 + 1)
    period = choose_period(PeriodAsk(month="2026-11", timezone="America/New_York"), new_york, TODAY)
    assert (period.new_end, period.old_end) == (date(2026, 11, 15), date(2026, 10, 15))
    assert period.old_until_us == us(2026, 10, 16, 4)  # by elapsed time it would be an hour later


@pytest.mark.parametrize(
    ("ask", "first", "last", "days"),
    [
        # of both the same days, as many as the shorter month has
        (PeriodAsk(month="2026-03"), "2026-02-01", "2026-03-30", ("previous", "03-01", "03-28", "02-01", "02-28")),
        # a month before that is not whole: the days that both have, if they are a week or more
        (PeriodAsk(month="2026-10"), "2026-09-21", "2026-10-31", ("previous", "10-21", "10-30", "09-21", "09-30")),
        (PeriodAsk(month="2026-10"), "2026-09-28", "2026-10-31", ("halves", "10-17", "10-31", "10-02", "10-16")),
        # the first days of a running month have few to be compared with, and those are
        (PeriodAsk(month="2026-10"), "2026-09-01", "2026-10-02", ("previous", "10-01", "10-02", "09-01", "09-02")),
        # nothing before the year: the halves of what is recorded of it, 107 days each
        (PeriodAsk(year="2026"), "2026-04-25", "2026-11-25", ("halves", "08-11", "11-25", "04-26", "08-10")),
        # February whole, with or without rows after it, is compared with all of January
        (PeriodAsk(month="2026-02"), "2026-01-01", "2026-02-28", ("previous", "02-01", "02-28", "01-01", "01-31")),
        (PeriodAsk(month="2026-02"), "2026-01-01", "2026-03-09", ("previous", "02-01", "02-28", "01-01", "01-31")),
        (PeriodAsk(month="2026-11"), "2026-10-01", "2026-11-15", ("previous", "11-01", "11-15", "10-01", "10-15")),
    ],
)
def test_what_is_not_whole_is_compared_over_the_days_that_both_have(
    ask: PeriodAsk, first: str, last: str, days: tuple[str, ...]
) -> None:
    first_us, last_us = (us(*date.fromisoformat(day).timetuple()[:3]) for day in (first, last))
    extent = Extent(first_us, last_us + 23 * 3_600_000_000, 1000, (last_us - first_us) // 3_600_000_000)
    period = choose_period(ask, extent, TODAY)
    sides = (period.new_start, period.new_end, period.old_start, period.old_end)
    assert (period.basis, *(f"{day:%m-%d}" for day in sides)) == days


def test_a_source_of_rare_rows_has_whole_days_too() -> None:
    noons = Extent(us(2026, 10, 1, 12), us(2026, 11, 15, 12), 46, 46)
    period = choose_period(PeriodAsk(month="2026-11"), noons, TODAY)
    assert (period.old_start, period.old_end, period.new_end) == (
        date(2026, 10, 1),
        date(2026, 10, 15),
        date(2026, 11, 15),
    )


def test_a_fiscal_quarter_is_compared_with_the_quarter_before() -> None:
    extent = Extent(us(2026, 4, 1), us(2026, 9, 30), 100, 2)
    period = choose_period(PeriodAsk(quarter="2027-Q2", fiscal_year_start=4), extent, TODAY)
    assert (period.start, period.end, period.old_start) == (date(2026, 7, 1), date(2026, 9, 30), date(2026, 4, 1))
    assert (period.basis, period.unit, period.fiscal) == ("previous", "quarter", "FY2027 Q2")


def test_a_running_quarter_is_halved_where_its_data_end() -> None:
    extent = Extent(us(2026, 10, 1), us(2026, 10, 30, 12), 100, 2)
    period = choose_period(PeriodAsk(quarter="2026-Q4"), extent, TODAY)
    assert (period.start, period.end, period.known_end) == (date(2026, 10, 1), date(2026, 12, 31), date(2026, 10, 30))
    assert (period.basis, period.old_start, period.new_start) == ("halves", date(2026, 10, 1), date(2026, 10, 16))


def test_days_begin_at_local_midnight_also_where_hours_are_halved() -> None:
    period = choose_period(PeriodAsk(month="2026-10", timezone="Asia/Kolkata"), OCTOBER, TODAY)
    assert period.start_us == us(2026, 9, 30, 18, 30)
    assert period.slot_us == 900_000_000


def test_a_day_of_clock_change_has_its_real_length() -> None:
    ask = PeriodAsk(date(2026, 10, 25), date(2026, 10, 25), timezone="Europe/Berlin")
    period = choose_period(ask, OCTOBER, TODAY)
    assert period.until_us - period.start_us == 25 * 3_600_000_000


def test_an_empty_table_gives_today() -> None:
    period = choose_period(PeriodAsk(), Extent(None, None, 0, 0), TODAY)
    assert (period.start, period.end, period.basis) == (TODAY, TODAY, "none")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (PeriodAsk(since=date(2026, 10, 2), until=date(2026, 10, 1)), "ends before it starts"),
        (PeriodAsk(month="10/2026"), "Not a month"),
        (PeriodAsk(month="2026-10", since=date(2026, 10, 2)), "excludes"),
        (PeriodAsk(quarter="2026-Q4", month="2026-10"), "excludes"),
        (PeriodAsk(year="2026", until=date(2026, 10, 2)), "excludes"),
        (PeriodAsk(timezone="Mars/Olympus"), "Unknown time zone"),
        (PeriodAsk(timezone="../etc/passwd"), "Unknown time zone"),
    ],
)
def test_wishes_that_cannot_be_met_are_named(ask: PeriodAsk, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        choose_period(ask, OCTOBER, TODAY)


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Chatham", "Australia/Lord_Howe"]
)


@given(first=DAYS, length=st.integers(1, 60), since=DAYS | st.none(), until=DAYS | st.none(), zone=ZONES)
def test_bounds_are_in_order_and_on_slots(
    first: date, length: int, since: date | None, until: date | None, zone: str
) -> None:
    begin = us(first.year, first.month, first.day, 5)
    extent = Extent(begin, begin + length * 86_400_000_000, 10, 2)
    try:
        period = choose_period(PeriodAsk(since, until, None, zone), extent, TODAY)
    except ConfigError:
        assert since is not None
        assert until is not None
        return
    assert period.from_us <= period.old_us <= period.old_until_us <= period.new_us < period.new_until_us
    assert period.new_until_us <= period.until_us
    assert period.from_us <= period.start_us <= period.new_us
    for bound in (period.from_us, period.start_us, period.old_us, period.new_us, period.new_until_us, period.until_us):
        assert bound % period.slot_us == 0
