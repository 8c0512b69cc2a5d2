"""What a thousand requests and a million tokens cost: in all and over time, and for whom and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.bars import Bar, side_by_side
from finops_report.charts.colours import GREY, SERIES
from finops_report.charts.figure import money_axis
from finops_report.charts.over_time import Block, hatched, over_time, stacked
from finops_report.model import Section, Table
from finops_report.sections.columns import money, text
from finops_report.sections.shared_columns import REQUESTS, UNPRICED
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_table


@dataclass(frozen=True, slots=True)
class UnitCost:
    """One name of a division: 'all', 'team', 'model', 'environment' or 'customer'; costs are None without a price.

    `name` is None for requests that name none, `provider` for all but models; `rank` is by spend within its division.
    """

    divided_by: str
    provider: str | None
    name: str | None
    rank: int
    requests: int
    cost_usd: Decimal | None
    unpriced_requests: int
    cost_per_thousand_requests_usd: float | None
    cost_per_million_tokens_usd: float | None


@dataclass(frozen=True, slots=True)
class UnitCostThen:
    """The same of one week or month, which begins on the day `bucket`."""

    bucket: date
    divided_by: str
    provider: str | None
    name: str | None
    requests: int
    cost_usd: Decimal | None
    unpriced_requests: int
    cost_per_thousand_requests_usd: float | None
    cost_per_million_tokens_usd: float | None


UNIT_COSTS = View("unit_costs", UnitCost)
UNIT_COSTS_OVER_TIME = View("unit_costs_over_time", UnitCostThen)
MOST_NAMES = 4
ALL = "all requests"


def section(facts: Facts) -> Section | None:
    """Return what requests and tokens cost; None if no request of the period has a known price."""
    rows = [row for row in facts.rows(UNIT_COSTS) if row.rank <= MOST_NAMES]
    if not rows or rows[0].cost_per_thousand_requests_usd is None:
        return None
    over = [row for row in facts.rows(UNIT_COSTS_OVER_TIME) if row.divided_by == "all"]
    totals = _totals(facts, over)
    bucket = "week" if any(row.bucket.day != 1 for row in over) else "month"
    return Section(
        view=UNIT_COSTS.name,
        title="Unit costs",
        finding=_finding(facts, rows[0]),
        how_to_read=(
            f"Mean costs of what has a known price. Over time: one column is a {bucket}, also of those before the "
            f"period.{hatched(totals, bucket, 'a known price')}"
        ),
        table=_table(facts, rows),
        charts=(_over_time(facts, over), *_compared(facts, rows)),
    )


def _finding(facts: Facts, whole: UnitCost) -> str:
    finding = f"{formats.count(1000)} requests cost {facts.money(whole.cost_per_thousand_requests_usd)}"
    if whole.cost_per_million_tokens_usd is None:
        return finding
    return f"{finding}, a million tokens {facts.money(whole.cost_per_million_tokens_usd)}"


def _table(facts: Facts, rows: Sequence[UnitCost]) -> Table:
    fields: tuple[Field[UnitCost], ...] = (
        text("Of", lambda row: row.divided_by),
        text("Name", lambda row: _name(facts, row)),
        money(facts.currency, f"Per {formats.count(1000)} requests", lambda row: row.cost_per_thousand_requests_usd),
        money(facts.currency, "Per million tokens", lambda row: row.cost_per_million_tokens_usd),
        money(facts.currency, "Spend", lambda row: row.cost_usd),
        Field(REQUESTS.title, REQUESTS.value, REQUESTS.written, numeric=True),
        Field(UNPRICED.title, UNPRICED.value, UNPRICED.written, numeric=True),
    )
    made = table(rows, fields, len(rows))
    hidden = len(facts.rows(UNIT_COSTS)) - len(rows)
    note = f"The {MOST_NAMES} largest of each; the CSV has {formats.count(hidden)} more." if hidden else ""
    return Table(made.columns, made.rows, made.total, note)


def _name(facts: Facts, row: UnitCost) -> str:
    if row.divided_by == "all":
        return ALL
    if row.provider is not None and row.name is not None:
        return facts.model_of(row.provider, row.name)
    return in_table(row.divided_by, row.name or formats.NOT_RECORDED)


def _totals(facts: Facts, over: Sequence[UnitCostThen]) -> dict[date, str | None]:
    costs = {row.bucket: row.cost_per_thousand_requests_usd for row in over}
    return {bucket: None if usd is None else facts.money(usd) for bucket, usd in costs.items()}


def _over_time(facts: Facts, over: Sequence[UnitCostThen]) -> Chart:
    blocks = [
        Block(
            row.bucket,
            ALL,
            facts.currency.amount(row.cost_per_thousand_requests_usd),
            facts.money(row.cost_per_thousand_requests_usd),
        )
        for row in over
    ]
    traces = stacked(blocks, {ALL: SERIES[0]})
    figure = over_time(traces, money_axis(facts.currency), _totals(facts, over))
    return Chart("unit_costs_over_time", f"Cost of {formats.count(1000)} requests over time", figure)


def _compared(facts: Facts, rows: Sequence[UnitCost]) -> tuple[Chart, ...]:
    """Return the costs of the largest teams side by side, of the largest models if no team is recorded."""
    divisions = {row.divided_by for row in rows}
    division = "team" if "team" in divisions else "model"
    shown = [row for row in rows if row.divided_by == division and row.cost_per_thousand_requests_usd is not None]
    if not shown:
        return ()
    left = [_bar(facts, row, row.cost_per_thousand_requests_usd) for row in shown]
    right = [_bar(facts, row, row.cost_per_million_tokens_usd) for row in shown]
    figure = side_by_side(left, {"title": {"text": f"per {formats.count(1000)} requests"}}, right, "per million tokens")
    return (
        Chart("unit_costs", f"By {division}: cost of {formats.count(1000)} requests, and of a million tokens", figure),
    )


def _bar(facts: Facts, row: UnitCost, usd: float | None) -> Bar:
    unnamed = row.name in (None, formats.NOT_RECORDED)
    return Bar(_name(facts, row), facts.currency.amount(usd), facts.money(usd), GREY if unnamed else SERIES[0])
