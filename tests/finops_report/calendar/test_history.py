"""The history is whole months: that in which the report ends and the twelve before it, if they are recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from finops_report.calendar.comparison import Days
from finops_report.calendar.history import history
from finops_report.calendar.period import Period, PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent
from finops_report.calendar.spans import stretch_spans
from finops_report.calendar.zones import zone


def moment_us(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc,arg-type]


def recorded(first: tuple[int, ...], last: tuple[int, ...]) -> Extent:
    return Extent(moment_us(*first), moment_us(*last), 100, 100)


def asked(ask: PeriodAsk, extent: Extent) -> Period:
    return choose_period(ask, extent, date(2026, 11, 27))


def test_a_year_and_the_same_month_of_the_year_before() -> None:
    extent = recorded((2020, 1, 1), (2026, 11, 26))
    past = history(asked(PeriodAsk(month="2026-10"), extent), extent)
    assert past.days == Days(date(2025, 10, 1), date(2026, 10, 31))
    assert past.until_us == moment_us(2026, 11, 1)


def test_it_starts_with_the_month_in_which_recording_began() -> None:
    extent = recorded((2026, 9, 17, 12), (2026, 11, 26))
    assert history(asked(PeriodAsk(month="2026-10"), extent), extent).days.first == date(2026, 9, 1)


def test_it_has_at_least_the_month_of_the_report() -> None:
    later, nothing = recorded((2026, 11, 1), (2026, 11, 26)), Extent(None, None, 0, 0)
    ask = PeriodAsk(month="2026-08")
    assert history(asked(ask, later), later).days == Days(date(2026, 8, 1), date(2026, 8, 31))
    assert history(asked(ask, nothing), nothing).days.last == date(2026, 8, 31)


@pytest.mark.parametrize("ask", [PeriodAsk(since=date(1970, 1, 5), until=date(1970, 2, 1)), PeriodAsk(month="1970-01")])
def test_it_goes_back_to_the_first_day_there_is(ask: PeriodAsk) -> None:
    extent = recorded((1970, 1, 1), (2026, 11, 26))
    assert history(asked(ask, extent), extent).days.first == date(1970, 1, 1)


def test_all_its_days_have_bounds_without_a_gap_whatever_the_clocks_do() -> None:
    for name in ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago"):
        extent = recorded((2020, 1, 1), (2026, 11, 26))
        past = history(asked(PeriodAsk(month="2026-10", timezone=name), extent), extent)
        days = stretch_spans(past, zone(name))
        assert [span.start_us for span in days[1:]] == [span.until_us for span in days[:-1]]
        assert (days[0].start_us, days[-1].until_us) == (past.from_us, past.until_us)
        assert len({span.day for span in days}) == past.days.number
