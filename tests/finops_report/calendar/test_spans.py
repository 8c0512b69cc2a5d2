"""Local days as stretches of UTC: clock changes, days left out, and the bounds of the comparison."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_report.calendar.period import Period, PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent
from finops_report.calendar.spans import Span, spans
from finops_report.calendar.zones import zone

HOUR_US = 3_600_000_000
TODAY = date(2026, 11, 6)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",  # clocks jumped at midnight until 2019
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Africa/Casablanca",  # twice a year around Ramadan
    "Pacific/Apia",  # no 30 December 2011
)


def us(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[arg-type,misc] # splat of ints


def period(since: date, until: date, timezone: str, extent: Extent | None = None) -> Period:
    return choose_period(PeriodAsk(since, until, timezone=timezone), extent or Extent(None, None, 0, 0), TODAY)


def slots(span: Span, slot_us: int) -> range:
    return range(span.start_us, span.until_us, slot_us)


@settings(max_examples=60, deadline=None)
@given(since=st.dates(date(2005, 1, 1), date(2030, 1, 1)), length=st.integers(0, 60), timezone=st.sampled_from(ZONES))
def test_every_slot_has_the_day_and_the_hour_that_clocks_show(since: date, length: int, timezone: str) -> None:
    asked = period(since, since + timedelta(days=length), timezone)
    found = spans(asked)
    clock = zone(timezone)
    assert (found[0].start_us, found[-1].until_us) == (asked.from_us, asked.until_us)
    assert all(one.until_us == after.start_us for one, after in pairwise(found))
    for span in found:
        for slot in slots(span, asked.slot_us):
            local = datetime.fromtimestamp(slot // 1_000_000, clock)
            assert local.date() == span.day
            assert local.replace(tzinfo=UTC) == datetime.fromtimestamp((slot + span.utc_offset_us) // 1_000_000, UTC)


@pytest.mark.parametrize(
    ("day", "timezone", "hours", "offsets"),
    [
        (date(2026, 10, 25), "Europe/Berlin", 25.0, [2.0, 1.0]),
        (date(2026, 3, 29), "Europe/Berlin", 23.0, [1.0, 2.0]),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5, [10.5, 11.0]),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5, [11.0, 10.5]),
        (date(2018, 11, 4), "America/Sao_Paulo", 23.0, [-2.0]),
        (date(2018, 2, 17), "America/Sao_Paulo", 25.0, [-2.0, -3.0]),
        (date(2026, 10, 25), "Asia/Kolkata", 24.0, [5.5]),
    ],
)
def test_a_day_of_clock_change_has_its_real_length_and_one_key(
    day: date, timezone: str, hours: float, offsets: list[float]
) -> None:
    found = spans(period(day, day, timezone))
    assert (found[-1].until_us - found[0].start_us) / HOUR_US == hours
    assert [span.utc_offset_us / HOUR_US for span in found] == offsets
    assert {span.day_us for span in found} == {found[0].start_us}


def test_a_day_that_a_country_left_out_has_no_span() -> None:
    found = spans(period(date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia"))
    assert [span.day.day for span in found] == [29, 31]


@settings(max_examples=60, deadline=None)
@given(
    since=st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    length=st.integers(0, 100),
    first=st.integers(-200 * 24, 0),
    last=st.integers(0, 100 * 24),
    timezone=st.sampled_from(ZONES[:6]),
)
def test_no_day_and_no_month_lies_on_both_sides_of_a_bound(
    since: date, length: int, first: int, last: int, timezone: str
) -> None:
    begin = us(since.year, since.month, since.day)
    extent = Extent(begin + first * HOUR_US, begin + last * HOUR_US, 10, 2)
    asked = period(since, since + timedelta(days=length), timezone, extent)
    found = spans(asked)
    for bound in (asked.start_us, asked.old_us, asked.old_until_us, asked.new_us, asked.new_until_us):
        before = [span for span in found if span.start_us < bound]
        after = [span for span in found if span.start_us >= bound]
        assert not {span.day_us for span in before} & {span.day_us for span in after}
        assert not {span.month_us for span in before} & {span.month_us for span in after}
    assert {span.month_us for span in found} <= {span.day_us for span in found}
    assert len({span.month_us for span in found}) <= len({(s.day.year, s.day.month) for s in found}) + 5


def test_midnights_off_the_quarter_hour_are_taken_down_to_it() -> None:
    asked = period(date(1971, 1, 1), date(1971, 1, 2), "Africa/Monrovia")  # 44 min 30 s behind UTC
    found = spans(asked)
    assert asked.slot_us == HOUR_US // 4
    assert all(span.start_us % asked.slot_us == 0 for span in found)
    assert (found[0].start_us, found[-1].until_us) == (asked.start_us, asked.until_us)
