"""When spend was unlike its own history, what changed, and how much money that was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from finops_report.analysis.integrity import Sum, sum_of_steps
from finops_report.analysis.rules import UnusualRule
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.band import BandDay, Marked, line_in_band
from finops_report.charts.colours import CHEAPER, DEARER
from finops_report.charts.figure import money_axis
from finops_report.model import Section
from finops_report.sections.columns import money, money_change, text
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_table


@dataclass(frozen=True, slots=True)
class UnusualSpend:
    """One stretch of time, from `started_at` to `ended_at` in the reporting time zone, and its difference.

    `dimension` says whose spend it is: 'total', 'provider', 'model' or 'team'. `cause` is the largest step: 'requests',
    'failures', 'tokens', 'models', 'price', 'caching' (a price step with another share of cached tokens), or 'new'.
    Usual values are None of what is new; `strangeness` is in spreads of ordinary surprise, `level_share` a part of
    what everybody spends on a usual day.
    """

    started_at: datetime
    ended_at: datetime
    hours: int
    dimension: str
    provider: str | None
    model: str | None
    team: str | None
    cause: str
    cost_usd: Decimal
    usual_usd: Decimal
    excess_usd: Decimal
    requests_usd: Decimal
    failures_usd: Decimal
    tokens_usd: Decimal
    models_usd: Decimal
    price_usd: Decimal
    requests: int
    usual_requests: float | None
    failed_requests: int
    tokens_per_request: float | None
    usual_tokens_per_request: float | None
    cached_share: float | None
    usual_cached_share: float | None
    strangeness: float | None
    level_share: float


@dataclass(frozen=True, slots=True)
class JudgedHours:
    """How many hours of the period have a history to be held against, from which day on."""

    hours: int
    judged_hours: int
    first_judged_day: date | None


@dataclass(frozen=True, slots=True)
class UsualSpend:
    """One day of the period, what is usual for it, and the band outside of which it is strange."""

    day: date
    cost_usd: Decimal | None
    usual_usd: float | None
    low_usd: float | None
    high_usd: float | None


UNUSUAL_SPEND = View("unusual_spend", UnusualSpend)
JUDGED_HOURS = View("judged_hours", JudgedHours)
USUAL_SPEND = View("usual_spend", UsualSpend)
MORE, LESS = "more than usual", "less than usual"


def unusual(facts: Facts) -> tuple[UnusualSpend, ...]:
    """Return the stretches that matter by the rule, that of the most money first; none if it is off."""
    rule = facts.unusual
    return () if rule is None else tuple(row for row in facts.rows(UNUSUAL_SPEND) if _matters(row, rule))


def _matters(row: UnusualSpend, rule: UnusualRule) -> bool:
    return rule.verdict(level_share=row.level_share, difference_usd=row.excess_usd) == "watch"


def section(facts: Facts) -> Section | None:
    """Return what was unusual; None if nothing was: the confidence section says that it was looked for."""
    rows = unusual(facts)
    if facts.unusual is None or not rows:
        return None
    fields: tuple[Field[UnusualSpend], ...] = (
        text("When", _when),
        text("Whose spend", lambda row: _whose(facts, row)),
        money_change(facts.currency, "Difference", lambda row: row.excess_usd),
        money(facts.currency, "Usually", lambda row: row.usual_usd),
        text("What changed mostly", _changed),
        money_change(facts.currency, "Of the difference", _largest_step),
    )
    return Section(
        view=UNUSUAL_SPEND.name,
        title="Unusual spend",
        finding=_finding(facts, rows),
        how_to_read=f"{facts.unusual.text} A name that is new is unusual in its first week, if it spends as much. What "
        "one name gains and another loses is not. Grey: where the spend of a whole day is ordinary; what is unusual of "
        "one name or hour may lie within.",
        table=table(rows, fields),
        charts=_charts(facts, rows),
        adds_up=tuple(_adds_up(rows)),
    )


def _adds_up(rows: Sequence[UnusualSpend]) -> Iterator[Sum]:
    """Yield the usual spend and all steps of each row, beside what was spent."""
    for row in rows:
        steps = (row.usual_usd, row.requests_usd, row.failures_usd, row.tokens_usd, row.models_usd, row.price_usd)
        yield sum_of_steps(UNUSUAL_SPEND.name, "cost_usd", steps, row.cost_usd)


def _finding(facts: Facts, rows: Sequence[UnusualSpend]) -> str:
    first = rows[0]
    amount = f"{facts.money(abs(first.excess_usd))} {MORE if first.excess_usd > 0 else LESS}"
    largest = f"{_whose(facts, first)}, {_when(first)}, {amount}: {_changed(first).partition(' (')[0]}"
    if len(rows) == 1:
        return f"One stretch was unusual: {largest}"
    return f"{formats.count(len(rows))} stretches were unusual; the largest: {largest}"


def _when(row: UnusualSpend) -> str:
    """Return whole days as such, else the first hour and how many follow."""
    if row.started_at.time() == row.ended_at.time() == time():
        return formats.span(row.started_at.date(), row.ended_at.date() - timedelta(days=1))
    hours = round((row.ended_at - row.started_at) / timedelta(hours=1))
    return f"{formats.moment(row.started_at)}, {formats.plural(hours, 'hour')}"


def _whose(facts: Facts, row: UnusualSpend) -> str:
    if row.dimension == "total":
        return "all spend"
    if row.dimension == "team":
        return "no team" if row.team is None else f"team {formats.shortened(row.team, 40)}"
    provider = facts.called(row.provider or "")
    return provider if row.model is None else f"{provider} · {formats.shortened(in_table('model', row.model), 40)}"


def _changed(row: UnusualSpend) -> str:
    more = row.excess_usd > 0
    if row.cause == "requests":
        return f"{'more' if more else 'fewer'} requests ({formats.count(row.requests)}{_usually(row.usual_requests)})"
    if row.cause == "tokens":
        longer = f"{'more' if more else 'fewer'} tokens per request"
        return f"{longer} ({formats.tokens(row.tokens_per_request)}{_usually(row.usual_tokens_per_request)})"
    if row.cause == "failures":
        return f"failed requests ({formats.count(row.failed_requests)} of {formats.count(row.requests)})"
    if row.cause == "caching":
        return f"{'less' if more else 'more'} caching ({_cached(row)})"
    if row.cause == "models":
        return f"{'dearer' if more else 'cheaper'} models"
    return f"{'higher' if more else 'lower'} price per token" if row.cause == "price" else "new"


def _usually(usual: float | None) -> str:
    return "" if usual is None else f", usually {formats.tokens(round(usual))}"


def _cached(row: UnusualSpend) -> str:
    return f"{formats.percent(row.cached_share)} of input, usually {formats.percent(row.usual_cached_share)}"


def _largest_step(row: UnusualSpend) -> Decimal:
    """Return the step that the cause names; of what is new, all of it."""
    if row.cause == "new":
        return row.excess_usd
    steps = {
        "requests": row.requests_usd,
        "failures": row.failures_usd,
        "tokens": row.tokens_usd,
        "models": row.models_usd,
    }
    return steps.get(row.cause, row.price_usd)


def _charts(facts: Facts, rows: Sequence[UnusualSpend]) -> tuple[Chart, ...]:
    """Return spend by day in its usual band, with a mark on each day that an unusual stretch touches."""
    days = facts.rows(USUAL_SPEND)
    if len(days) < 3:  # no line
        return ()
    to = facts.currency.amount
    line = [
        BandDay(
            day.day,
            None if day.cost_usd is None else to(day.cost_usd),
            None if day.low_usd is None else to(day.low_usd),
            None if day.high_usd is None else to(day.high_usd),
            f"{formats.day(day.day)}: {facts.money(day.cost_usd)}",
        )
        for day in days
    ]
    heights = {day.day: day.height for day in line if day.height is not None}
    marks = [
        (name, colour, [*_marks(facts, [row for row in rows if (row.excess_usd > 0) == more], heights)])
        for name, colour, more in ((MORE, DEARER, True), (LESS, CHEAPER, False))
    ]
    figure = line_in_band(line, ("usual", "spend per day"), marks, money_axis(facts.currency))
    return (Chart("unusual_spend", "Spend per day and what is usual", figure),)


def _marks(facts: Facts, rows: Sequence[UnusualSpend], heights: dict[date, float]) -> Iterator[Marked]:
    """Yield each day of the stretches once, with the texts of all that touch it."""
    texts: dict[date, list[str]] = {}
    for row in rows:
        last = (row.ended_at - timedelta(microseconds=1)).date()
        for number in range((last - row.started_at.date()).days + 1):
            texts.setdefault(row.started_at.date() + timedelta(days=number), []).append(_text(facts, row))
    for day in sorted(texts.keys() & heights.keys()):
        yield Marked(day, heights[day], "<br>".join(texts[day]))


def _text(facts: Facts, row: UnusualSpend) -> str:
    return f"{_when(row)}: {_whose(facts, row)} {facts.currency.signed(row.excess_usd)}, {_changed(row)}"
