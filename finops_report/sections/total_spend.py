"""Total LLM spend: day by day in the table, by day, week or month and provider in the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.figure import money_axis
from finops_report.charts.over_time import Block, hatched, over_time, stacked
from finops_report.model import Section
from finops_report.sections.columns import day, money
from finops_report.sections.shared_columns import REQUESTS, UNPRICED
from finops_report.sections.spend_by_provider import name_colours
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class DaySpend:
    """One day of the period in the reporting time zone; requests without a known price are in no sum."""

    day: date
    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    failed_requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class ProviderBucket:
    """What one provider cost in one day, week or month; `provider` is None for its hours without requests."""

    bucket: date
    provider: str | None
    cost_usd: Decimal
    requests: int
    unpriced_requests: int


TOTAL_SPEND = View("total_spend", DaySpend)
SPEND_OVER_TIME = View("spend_over_time", ProviderBucket)
MOST_DAYS = 31


def section(facts: Facts) -> Section:
    """Return spend over the period."""
    rows = facts.rows(TOTAL_SPEND)
    fields: tuple[Field[DaySpend], ...] = (
        day("Day", lambda row: row.day),
        money(facts.currency, "Spend", _known_usd, summed=True),
        REQUESTS,
        UNPRICED,
    )
    hatching = hatched(_totals(facts), facts.period.bucket_unit, "a request of a known price")
    return Section(
        view=TOTAL_SPEND.name,
        title="Total LLM spend",
        finding=_finding(facts, rows),
        how_to_read=(
            f"Each bar is one {facts.period.bucket_unit}; its colours are the providers. The "
            f"total counts requests with a known price only.{hatching}"
        ),
        table=table(rows, fields, MOST_DAYS),
        charts=(_over_time(facts),) if facts.requests else (),
        empty="" if facts.requests else "Nothing was recorded in this period.",
        adds_up=sums(facts, TOTAL_SPEND) + sums(facts, SPEND_OVER_TIME),
    )


def _known_usd(row: DaySpend) -> Decimal | None:
    """Return the spend of a day; None if there were requests and none of them has a known price."""
    return None if row.requests and row.unpriced_requests == row.requests else row.cost_usd


def spend_by_bucket(facts: Facts) -> Mapping[date, Decimal | None]:
    """Return the spend of each day, week or month of the period in USD, oldest first; None if it has no known price."""
    found: dict[date, Decimal | None] = {}
    for row in sorted(facts.rows(SPEND_OVER_TIME), key=lambda row: row.bucket):
        spent = found.setdefault(row.bucket, None)
        if row.unpriced_requests < row.requests:
            found[row.bucket] = (spent or Decimal(0)) + row.cost_usd
    return found


def _finding(facts: Facts, rows: Sequence[DaySpend]) -> str:
    if not facts.cost_usd:
        return _nothing(facts)
    highest = max(rows, key=lambda row: (row.cost_usd, row.day))
    days = facts.coverage.days_with_data or len(rows)
    mean = facts.cost_usd / days
    finding = f"{facts.money(facts.cost_usd)} in {formats.plural(len(rows), 'day')}"
    if len(rows) == 1:
        return finding
    if days < len(rows):
        finding = f"{facts.money(facts.cost_usd)} in {formats.plural(days, 'day')} with data of {len(rows)}"
    return (
        f"{finding}, {facts.money(mean)} a day; the most expensive was {formats.day(highest.day)} with "
        f"{facts.money(highest.cost_usd)}"
    )


def _nothing(facts: Facts) -> str:
    if not facts.requests:
        return "No spend was recorded"
    return f"No request of this period {'cost anything' if facts.is_priced else 'has a known price'}"


def _totals(facts: Facts) -> Mapping[date, str | None]:
    return {day: None if usd is None else facts.money(usd) for day, usd in spend_by_bucket(facts).items()}


def _over_time(facts: Facts) -> Chart:
    money = facts.currency
    blocks = [
        Block(
            row.bucket,
            row.provider and facts.called(row.provider),
            money.amount(row.cost_usd),
            money.money(row.cost_usd) if row.cost_usd else "",
        )
        for row in facts.rows(SPEND_OVER_TIME)
    ]
    traces = stacked(blocks, name_colours(facts))
    figure = over_time(traces, money_axis(money), _totals(facts))
    return Chart("spend_over_time", "Spend over time by provider", figure)
