"""Forecast the month in which the report ends: all spend, and that of the dearest providers and teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finops_report.analysis.forecast import (
    Forecast,
    Hindcast,
    NotEnoughData,
    Series,
    forecast,
    hindcast,
    with_idle_days,
)
from finops_report.warehouse.views import Row, View

MADE_AFTER_DAYS = 15  # of a month that is over: the middle, of which it is told how the forecast fared


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """One day up to the report's end; `usual_share` is of a usual day's spend by the last row, on its day only."""

    day: date
    month: date
    requests: int
    is_whole: bool
    is_begun: bool
    usual_share: float | None


@dataclass(frozen=True, slots=True)
class NamedDaySpend:
    """What 'all', a provider or a team cost on one day; None if no request of it has a known price."""

    divided_by: str
    name: str
    day: date
    requests: int
    cost_usd: Decimal | None
    unpriced_requests: int


@dataclass(frozen=True, slots=True)
class PartAhead:
    """The forecast of 'all', a provider or a team; of a month that is over, how that of its middle fared.

    `spent_usd` is what the month has cost after each of its days so far, the one under way last. `unpriced_requests`
    are those of the month: they are in no amount.
    """

    divided_by: str
    name: str
    spent_usd: tuple[float, ...]
    unpriced_requests: int
    forecast: Forecast | NotEnoughData | None
    hindcast: Hindcast | None


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """The month in which the report ends, both days inclusive; `until` is its last day with data.

    The first part is 'all'. A month under way has forecasts, one that is over has hindcasts.
    """

    start: date
    end: date
    until: date
    under_way: bool
    parts: tuple[PartAhead, ...]


HISTORY_DAYS = View("history_days", HistoryDay)
SPEND_FORECAST = View("spend_forecast", NamedDaySpend)


def month_ahead(views: Mapping[str, Sequence[Row]]) -> MonthAhead | None:
    """Return the forecast of the month in which the report ends; None if nothing is recorded in it."""
    days = HISTORY_DAYS.rows(views[HISTORY_DAYS.name])
    begun = [day for day in days if day.is_begun]
    if not begun or begun[-1].month != days[-1].month:
        return None
    start = begun[-1].month
    end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    under_way = begun[-1].day < end or not begun[-1].is_whole
    by_name: dict[tuple[str, str], list[NamedDaySpend]] = {}
    for row in SPEND_FORECAST.rows(views[SPEND_FORECAST.name]):
        by_name.setdefault((row.divided_by, row.name), []).append(row)
    parts = [_part(rows, begun, start, end, under_way) for rows in by_name.values() if rows[-1].day >= start]
    parts.sort(key=lambda part: part.divided_by)  # 'all', provider, team; dearest first in each, as they came
    return MonthAhead(start, end, begun[-1].day, under_way, tuple(parts))


def _part(
    rows: Sequence[NamedDaySpend], begun: Sequence[HistoryDay], start: date, end: date, under_way: bool
) -> PartAhead:
    spent = {row.day: float(row.cost_usd or 0) for row in rows}
    series = series_of(spent, begun)
    first, last = step_of(start, begun), step_of(end, begun) + 1
    days = [day.day for day in begun if day.day >= start]
    return PartAhead(
        divided_by=rows[0].divided_by,
        name=rows[0].name,
        spent_usd=tuple(sum(spent.get(day, 0.0) for day in days[: i + 1]) for i in range(len(days))),
        unpriced_requests=sum(row.unpriced_requests for row in rows if row.day >= start),
        forecast=forecast(series, first, last) if under_way else None,
        hindcast=None if under_way else hindcast(series, first, last, MADE_AFTER_DAYS),
    )


def step_of(day: date, begun: Sequence[HistoryDay]) -> int:
    """Return the place of a day in the series that begins with `begun`; below 0 for days before it."""
    return (day - begun[0].day).days


def series_of(spent: Mapping[date, float], begun: Sequence[HistoryDay]) -> Series:
    """Return spend by whole day; the first is unknown if it is not recorded from its beginning."""
    *whole, last = begun
    if last.is_whole:
        whole.append(last)
    known = with_idle_days([day.requests for day in whole])
    usd = [spent.get(day.day, 0.0) if is_known else None for day, is_known in zip(whole, known, strict=True)]
    if whole and not whole[0].is_whole:
        usd[0] = None
    under_way = (0.0, 0.0) if last.is_whole else (spent.get(last.day, 0.0), min(1.0, last.usual_share or 0.0))
    return Series(tuple(usd), 7, *under_way)
