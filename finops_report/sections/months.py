"""The months behind the report, whatever days it covers: what each cost, and how that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.analysis.budget_rows import BUDGETS
from finops_report.analysis.totals import Facts
from finops_report.calendar.coverage import MOST_MISSING_SHARE
from finops_report.charts import Chart
from finops_report.charts.figure import money_axis
from finops_report.charts.over_time import Block, hatched, over_time, stacked
from finops_report.model import Section, Table
from finops_report.sections.columns import count, each, money, text
from finops_report.sections.shared_columns import spend
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Month:
    """One month of thirteen at most; None is what is not recorded, has no known price, or cannot be compared.

    `first_day` to `last_day` are recorded, `days_with_data` of them have a request; the month `is_whole` if they are
    all of it, from end to end. `cost_change` is from the month before, if both are whole and without gaps.
    """

    month: date
    first_day: date | None
    last_day: date | None
    days: int
    is_whole: bool
    days_with_data: int
    recorded_hours: float
    missing_hours: float
    requests: int | None
    cost_usd: Decimal | None
    cost_change: float | None
    unpriced_requests: int | None
    cost_per_thousand_requests_usd: float | None
    cost_per_million_tokens_usd: float | None
    input_tokens: int | None
    output_tokens: int | None
    output_per_input: float | None
    cache_hit_rate: float | None
    reasoning_share: float | None


MONTHS = View("months", Month)
LEAST_COLUMNS = 3  # two numbers are read faster in the table
WHOLE, PART = "whole months", "part of a month"
COLOURS = {WHOLE: "#2f74c0", PART: "#9dbfe4"}


def section(facts: Facts) -> Section | None:
    """Return the months with what each cost; None if fewer than two have a request: there is no trend then."""
    rows = facts.rows(MONTHS)
    recorded = [row for row in rows if row.requests]
    if len(recorded) < 2:
        return None
    hatching = hatched(_totals(facts, rows), "month", "data or a known price")
    return Section(
        view=MONTHS.name,
        title="Month by month",
        finding=_finding(facts, recorded),
        how_to_read=(
            "The month in which the report ends and the twelve before it, as far as they are recorded, whatever days "
            f"the rest of the report covers. Only whole months are compared.{hatching}"
        ),
        table=_table(facts, rows, recorded),
        charts=(_chart(facts, rows),) if len(rows) >= LEAST_COLUMNS else (),
    )


def label(row: Month, *, short: bool = False) -> str:
    """Return the name of a month: 'October 2026', or the days that are recorded of it: '1–26 Nov 2026, so far'.

    In `short` it is 'Oct 2026'.
    """
    if row.is_whole or row.first_day is None or row.last_day is None:
        return formats.month(row.month) if short else formats.month_in_full(row.month)
    return formats.part_of_month(row.first_day, row.last_day, row.days)


def coverage(row: Month) -> str:
    """Return how much of a month is recorded: 'all 31 days', '26 of 30 days', 'no data in 40 of 720 hours'."""
    if row.recorded_hours and row.missing_hours / row.recorded_hours > MOST_MISSING_SHARE:
        return f"no data in {formats.exact(row.missing_hours)} of {formats.exact(row.recorded_hours)} hours"
    if row.days_with_data == row.days:
        return f"all {row.days} days"
    return f"{row.days_with_data} of {row.days} days"


def _finding(facts: Facts, recorded: Sequence[Month]) -> str:
    whole, last = [row for row in recorded if row.is_whole], recorded[-1]
    running = "" if last.is_whole else f"{facts.money(last.cost_usd)} in {label(last)}"
    if not whole:
        return f"{running}, after {facts.money(recorded[-2].cost_usd)} in {label(recorded[-2])}"
    newest = whole[-1]
    finding = f"{label(newest)} cost {facts.money(newest.cost_usd)}"
    if newest.cost_change is not None:
        change = formats.compared(newest.cost_change, "more than", "less than", "as much as")
        finding += f", {change} the month before"
    return f"{finding}; {running}" if running else finding


def _table(facts: Facts, rows: Sequence[Month], recorded: Sequence[Month]) -> Table:
    """Return a row a month; one that is not recorded says so, for it did not cost nothing."""
    fields: tuple[Field[Month], ...] = (
        text("Month", lambda row: label(row, short=True)),
        spend(facts.currency),
        Field("Change", lambda row: row.cost_change, each(_change), numeric=True),
        *_budget(facts),
        count("Requests", lambda row: row.requests or 0, summed=True),
        money(facts.currency, f"Per {formats.count(1000)} requests", lambda row: row.cost_per_thousand_requests_usd),
        money(facts.currency, "Per million tokens", lambda row: row.cost_per_million_tokens_usd),
        count("Without a price", lambda row: row.unpriced_requests or 0, summed=True),
        text("Recorded", coverage),
    )
    made = table(recorded, fields)
    written = dict(zip((row.month for row in recorded), made.rows, strict=True))
    unrecorded = ("",) * (len(made.columns) - 2)
    lines = [written.get(row.month, (label(row, short=True), formats.NOT_RECORDED, *unrecorded)) for row in rows]
    return Table(made.columns, tuple(lines), made.total, made.note)


def _budget(facts: Facts) -> tuple[Field[Month], ...]:
    """Return the column of what the company may spend a month; there is none without such a budget."""
    amounts = [one.amount for one in facts.rows(BUDGETS) if one.period == "month" and not one.scope]
    if not amounts:
        return ()
    return (Field(f"Budget ({facts.currency.code})", lambda _: min(amounts), facts.currency.stated, numeric=True),)


def _change(ratio: float | None) -> str:
    return "" if ratio is None else formats.change(ratio)


def _totals(facts: Facts, rows: Sequence[Month]) -> dict[date, str | None]:
    return {row.month: None if row.cost_usd is None else facts.money(row.cost_usd) for row in rows}


def _chart(facts: Facts, rows: Sequence[Month]) -> Chart:
    blocks = [
        Block(
            row.month,
            None if row.cost_usd is None else WHOLE if row.is_whole else PART,
            facts.currency.amount(row.cost_usd),
            "" if row.cost_usd is None else facts.money(row.cost_usd),
        )
        for row in rows
    ]
    figure = over_time(stacked(blocks, COLOURS), money_axis(facts.currency), _totals(facts, rows))
    return Chart("months", "Spend by month", figure)
