"""Where the month will end: the forecast of all spend, of each provider and team, with how good such forecasts were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from finops_report.analysis.forecast import Forecast, NotEnoughData
from finops_report.analysis.month_ahead import SPEND_FORECAST, MonthAhead, PartAhead
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import SERIES, between
from finops_report.charts.figure import money_axis
from finops_report.charts.over_time import Block, over_time, stacked
from finops_report.model import Section
from finops_report.sections.columns import money_or_nothing, text
from finops_report.sections.tables import Field, table
from finops_report.wording import formats
from finops_report.wording.forecast import expected_end
from finops_report.wording.unrecorded import in_table

SPENT, LOW, EXPECTED, HIGH = "Spent", "Forecast, low end", "Forecast", "Forecast, high end"
COLOURS = {
    SPENT: SERIES[0],
    LOW: between(SERIES[0], "#ffffff", 0.3),
    EXPECTED: between(SERIES[0], "#ffffff", 0.5),
    HIGH: between(SERIES[0], "#ffffff", 0.7),
}
MOST_ROWS = 17  # all, eight providers, eight teams


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what a part has cost, the forecast of it (None if there is none), and the last column."""

    name: str
    spent_usd: float
    expected_usd: float | None
    low_usd: float | None
    high_usd: float | None
    last: str


def section(facts: Facts) -> Section | None:
    """Return the forecast of the month under way, or how that of a month that is over fared; None if neither."""
    ahead = facts.ahead
    if ahead is None or not ahead.parts:
        return None
    whole = ahead.parts[0]
    if ahead.under_way:
        return _under_way(facts, ahead, whole)
    return None if whole.hindcast is None else _over(facts, ahead, whole)


def _under_way(facts: Facts, ahead: MonthAhead, whole: PartAhead) -> Section:
    made = whole.forecast
    lines = [_line(facts, part) for part in ahead.parts]
    return Section(
        view=SPEND_FORECAST.name,
        title="Forecast of the month",
        finding=_finding(facts, ahead, whole),
        how_to_read=_how_to_read(facts, made),
        table=table(lines, _fields(facts, "Spent so far", "Off by before"), MOST_ROWS),
        charts=(_chart(facts, ahead, whole, made),) if isinstance(made, Forecast) else (),
        empty="" if isinstance(made, Forecast) else _too_little(made),
    )


def _over(facts: Facts, ahead: MonthAhead, whole: PartAhead) -> Section | None:
    found = whole.hindcast
    if found is None:
        return None
    made_on, inside = ahead.start + timedelta(days=found.made_after - 1), "inside" if found.is_inside else "outside"
    return Section(
        view=SPEND_FORECAST.name,
        title="Forecast of the month",
        finding=(
            f"On {formats.day(made_on)} the forecast of the month was {facts.money(found.forecast.expected_usd)}; it "
            f"came to {facts.money(found.actual_usd)}, {inside} the range of {_range(facts, found.forecast)}"
        ),
        how_to_read="The month is over. The forecast is the one that its first half would have given; the last "
        "column is how far it was off.",
        table=table([_line(facts, part) for part in ahead.parts], _fields(facts, "Spent", "Off by"), MOST_ROWS),
    )


def _finding(facts: Facts, ahead: MonthAhead, whole: PartAhead) -> str:
    made = whole.forecast
    if not isinstance(made, Forecast):
        return f"{formats.month_in_full(ahead.start)} cannot be forecast yet"
    return expected_end(
        facts.currency,
        ahead.start,
        ahead.until,
        made.expected_usd,
        made.low_usd,
        made.high_usd,
        made.spent_usd,
        unpriced_requests=whole.unpriced_requests,
    )


def _range(facts: Facts, made: Forecast) -> str:
    return f"{facts.money(made.low_usd)} and {facts.money(made.high_usd)}"


def _how_to_read(facts: Facts, made: Forecast | NotEnoughData | None) -> str:
    method = (
        "What is still to come is what each weekday usually cost in the last twelve weeks, at the recent level: a day "
        "a week ago counts half. The same forecast was made at earlier days, with as much still to come."
    )
    if not isinstance(made, Forecast):
        return method
    tried = _tried(made)
    if not made.missing_steps:
        return method + tried
    missing = f"{formats.plural(made.missing_steps, 'day')} without data"
    return f"{method}{tried} {facts.money(made.missing_usd)} in it is an estimate of {missing}."


def _tried(made: Forecast) -> str:
    """Return how the same forecast fared before: how far off its ends were, and how many lay in the range it had."""
    missed = formats.percent(round(made.past_error, 9))
    tried = f" {formats.plural(made.origins, 'such forecast')} missed the end by {missed} on average"
    if not made.judged:
        return f"{tried}."
    return f"{tried}; {formats.count(made.inside)} of {formats.plural(made.judged, 'end')} lay in their range."


def _too_little(made: NotEnoughData | None) -> str:
    if made is None:
        return "Nothing to forecast."
    return (
        f"Not enough data: {formats.plural(made.known_steps, 'day')} recorded from end to end, "
        f"{formats.count(made.needed_steps)} needed to forecast so far ahead and to tell how good the forecast is."
    )


def _line(facts: Facts, part: PartAhead) -> Line:
    name, spent_usd, made = _name(facts, part), part.spent_usd[-1], part.forecast
    if part.hindcast is not None:
        off = formats.change(round(part.hindcast.error, 9))
        made, spent_usd = part.hindcast.forecast, part.hindcast.actual_usd
    elif isinstance(made, Forecast):
        off = formats.percent(round(made.past_error, 9))
    if not isinstance(made, Forecast):
        return Line(name, spent_usd, None, None, None, "not enough data")
    return Line(name, spent_usd, made.expected_usd, made.low_usd, made.high_usd, off)


def _name(facts: Facts, part: PartAhead) -> str:
    if part.divided_by == "provider":
        return facts.called(part.name)
    return "All spend" if part.divided_by == "all" else f"Team {in_table('team', part.name)}"


def _fields(facts: Facts, spent: str, last: str) -> tuple[Field[Line], ...]:
    money = facts.currency
    return (
        text("Spend of", lambda row: row.name),
        money_or_nothing(money, spent, lambda row: row.spent_usd),
        money_or_nothing(money, "Forecast of the end", lambda row: row.expected_usd),
        money_or_nothing(money, "Low", lambda row: row.low_usd),
        money_or_nothing(money, "High", lambda row: row.high_usd),
        Field(last, lambda row: row.last, list, numeric=True),
    )


def _chart(facts: Facts, ahead: MonthAhead, whole: PartAhead, made: Forecast) -> Chart:
    """Return what the month has cost after each day, then the forecast of that with its low and high end."""
    blocks = [*_spent_blocks(facts, ahead, whole), *_forecast_blocks(facts, ahead, whole, made)]
    figure = over_time(stacked(blocks, COLOURS), money_axis(facts.currency))
    return Chart("spend_forecast", f"Spend of {formats.month_in_full(ahead.start)} so far and its forecast", figure)


def _spent_blocks(facts: Facts, ahead: MonthAhead, whole: PartAhead) -> Iterator[Block]:
    for place, usd in enumerate(_whole_days(ahead, whole)):
        day = ahead.until - timedelta(days=len(whole.spent_usd) - 1 - place)
        yield Block(day, SPENT, facts.currency.amount(usd), facts.money(usd))


def _whole_days(ahead: MonthAhead, whole: PartAhead) -> tuple[float, ...]:
    """Return what is spent after each whole day; the day under way is forecast."""
    made = whole.forecast
    left = len(made.path_usd) if isinstance(made, Forecast) else 0
    return whole.spent_usd[: (ahead.end - ahead.start).days + 1 - left - _before(ahead, whole)]


def _before(ahead: MonthAhead, whole: PartAhead) -> int:
    """Return the days of the month before anything was recorded."""
    return (ahead.until - ahead.start).days + 1 - len(whole.spent_usd)


def _forecast_blocks(facts: Facts, ahead: MonthAhead, whole: PartAhead, made: Forecast) -> Iterator[Block]:
    rest = made.expected_usd - made.spent_usd
    for place, usd in enumerate(made.path_usd):
        day = ahead.end - timedelta(days=len(made.path_usd) - 1 - place)
        done = (usd - made.spent_usd) / rest if rest else 1.0
        low = made.spent_usd + done * (made.low_usd - made.spent_usd)
        high = made.spent_usd + done * (made.high_usd - made.spent_usd)
        yield from _fan(facts, day, low, usd, high)


def _fan(facts: Facts, day: date, low: float, usd: float, high: float) -> Iterator[Block]:
    amount = facts.currency.amount
    yield Block(day, LOW, amount(low), facts.money(low))
    yield Block(day, EXPECTED, amount(usd - low), facts.money(usd))
    yield Block(day, HIGH, amount(high - usd), facts.money(high))
