"""Days of a server's table are parts: those that are over and what they were are kept, all others are summed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from finops_report.warehouse.kept.days import (
    DAY_US,
    FOREVER_US,
    ROWS_TOGETHER,
    TIMELESS,
    Time,
    Within,
    days_now,
    hours_of,
    time_of,
    within,
)
from finops_report.warehouse.kept.parts import KnownPart, PartsNow

HOUR_US = 3_600_000_000


def us(month: int, day: int, hour: int = 0) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


OPEN_US = us(10, 31)
Row = tuple[int | None, int, str]


def times(now: PartsNow) -> list[Time]:
    return [time_of(part.rows) for part in now.new]


def known(now: PartsNow) -> list[KnownPart]:
    """What a build remembers of its parts."""
    return [KnownPart(number, part.rows, part.print) for number, part in enumerate(now.new, 1) if part.is_lasting]


def test_days_are_put_together_to_so_many_rows_and_the_last_ones_are_parts_of_their_own() -> None:
    few, many = 1, ROWS_TOGETHER - 1
    days = ((8, 1, few), (8, 31, many), (9, 2, few), (10, 27, few), (10, 28, few), (10, 30, few))
    assert times(days_now(hours_of((us(month, day, 5), rows, "p") for month, day, rows in days), [], OPEN_US)) == [
        (us(8, 1), us(9, 1)),
        (us(9, 2), us(10, 28)),
        (us(10, 28), us(10, 29)),
        (us(10, 30), us(10, 31)),
    ]


def test_rows_without_a_time_are_a_part_and_days_that_are_not_over_are_one_that_does_not_last() -> None:
    rows: list[Row] = [(None, 2, "p"), (us(10, 31, 3), 1, "p"), (us(12, 24), 1, "p")]
    now = days_now(hours_of(rows), [], OPEN_US)
    assert times(now) == [TIMELESS, (OPEN_US, FOREVER_US)]
    assert [part.is_lasting for part in now.new] == [True, False]
    assert [part.count for part in now.new] == [2, 2]
    assert within(TIMELESS) == Within(None, TIMELESS[1])
    assert within((OPEN_US, FOREVER_US)) == Within(OPEN_US, None)


def test_a_part_is_kept_as_long_as_the_prints_of_its_hours_are_what_they_were() -> None:
    rows: list[Row] = [(None, 1, "n"), (us(9, 1, 1), 1, "a"), (us(9, 2, 2), 1, "b"), (us(10, 30, 3), 1, "c")]
    before = known(days_now(hours_of(rows), [], OPEN_US))
    assert len(days_now(hours_of(rows), before, OPEN_US).kept) == 3
    for at, other in ((0, (None, 1, "m")), (1, (us(9, 1, 1), 2, "a")), (2, (us(9, 2, 2), 1, "x"))):
        now = days_now(hours_of([*rows[:at], other, *rows[at + 1 :]]), before, OPEN_US)
        assert len(now.kept) == 2
        assert len(now.new) == 1
    for changed in ([*rows, (us(9, 1, 7), 1, "more")], rows[1:], [*rows[:2], rows[3]]):
        assert len(days_now(hours_of(changed), before, OPEN_US).kept) == 2


def test_a_day_that_is_over_no_more_is_not_believed() -> None:
    rows = [(us(10, 20), 1, "p"), (us(10, 30), 1, "p")]
    before = known(days_now(hours_of(rows), [], OPEN_US))
    now = days_now(hours_of(rows), before, OPEN_US - DAY_US)  # a clock that went back, or more rows left out
    assert [time_of(part.rows) for part in now.kept.values()] == [(us(10, 20), us(10, 21))]
    assert times(now) == [(us(10, 30), FOREVER_US)]


def test_new_days_do_not_reach_over_days_that_are_kept() -> None:
    rows = [(us(9, day), 1, "p") for day in (1, 5, 9)]
    kept = known(days_now(hours_of(rows[1:2]), [], OPEN_US))
    assert times(days_now(hours_of(rows), kept, OPEN_US)) == [(us(9, 1), us(9, 2)), (us(9, 9), us(9, 10))]


def test_of_known_parts_that_overlap_one_is_believed() -> None:
    hours = hours_of([(us(9, 1), 1, "p"), (us(9, 2), 1, "p")])
    both = [(us(9, 1), us(9, 3)), (us(9, 2), us(9, 3))]
    parts = [hours.part(time, OPEN_US) for time in both]
    now = days_now(hours, [KnownPart(number, part.rows, part.print) for number, part in enumerate(parts)], OPEN_US)
    assert list(now.kept) == [0]
    assert now.new == ()


ROWS = st.lists(st.one_of(st.none(), st.integers(us(7, 1) // HOUR_US, us(11, 9) // HOUR_US)), max_size=40)


@given(st.lists(st.tuples(ROWS, st.integers(us(8, 1) // DAY_US, us(11, 1) // DAY_US)), min_size=1, max_size=4))
def test_each_hour_is_in_one_part_whatever_is_known(builds: Sequence[tuple[list[int | None], int]]) -> None:
    remembered: list[KnownPart] = []
    for drawn, open_day in builds:
        counts = {hour: drawn.count(hour) for hour in drawn}
        hours = hours_of((None if one is None else one * HOUR_US, count, "p") for one, count in counts.items())
        now = days_now(hours, remembered, open_day * DAY_US)
        parts = [*now.kept.values(), *now.new]
        for begin in hours.begins:
            assert sum(first <= begin < until for first, until in map(time_of, (part.rows for part in parts))) == 1
        assert sum(part.count for part in parts) == len(drawn)
        remembered = [KnownPart(number, one.rows, one.print) for number, one in enumerate(parts) if one.is_lasting]
