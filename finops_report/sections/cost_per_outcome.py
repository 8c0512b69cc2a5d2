"""What a business outcome cost, if the company counts them: a ticket, a document, a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import SERIES
from finops_report.charts.figure import money_axis
from finops_report.charts.over_time import Block, hatched, over_time, stacked
from finops_report.model import Section
from finops_report.sections.columns import each, money, text
from finops_report.sections.months import LEAST_COLUMNS
from finops_report.sections.shared_columns import UNPRICED
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class OutcomeCost:
    """One outcome in one month; costs are None if no price is known, the cost of one also if none was counted.

    Spend is that of `team`, of all if it is None. Of the `days` of the month that are recorded `days_with_counts` have
    a count.
    """

    name: str
    team: str | None
    month: date
    quantity: Decimal
    requests: int
    cost_usd: Decimal | None
    unpriced_requests: int
    cost_per_outcome_usd: float | None
    days: int
    days_with_counts: int


COST_PER_OUTCOME = View("cost_per_outcome", OutcomeCost)
MOST_CHARTS = 3
MOST_ROWS = 39  # three outcomes over thirteen months


def section(facts: Facts) -> Section | None:
    """Return what outcomes cost by month; None if none are counted."""
    rows = facts.rows(COST_PER_OUTCOME)
    if not rows:
        return None
    fields: tuple[Field[OutcomeCost], ...] = (
        text("Outcome", lambda row: row.name),
        text("Team", _team),
        text("Month", lambda row: formats.month_in_full(row.month)),
        Field("Number", lambda row: row.quantity, each(_number), numeric=True),
        money(facts.currency, "Spend", lambda row: row.cost_usd),
        money(facts.currency, "Cost of one", lambda row: row.cost_per_outcome_usd),
        Field(UNPRICED.title, UNPRICED.value, UNPRICED.written, numeric=True),
        text("Counted", lambda row: f"{row.days_with_counts} of {formats.plural(row.days, 'day')}"),
    )
    shown = list(_by_outcome(rows).items())[:MOST_CHARTS]
    hatching = hatched({row.month: _cost(facts, row) for _, theirs in shown for row in theirs}, "month", "a known cost")
    return Section(
        view=COST_PER_OUTCOME.name,
        title="Cost of business outcomes",
        finding=_finding(facts, [theirs for _, theirs in shown]),
        how_to_read=(
            "Spend of a month, of the team that has the outcome or of all, over the company's own counts. Days without "
            f"a count are not in the number; 'Counted' says how many have one.{hatching}"
        ),
        table=table(rows, fields, MOST_ROWS),
        charts=tuple(
            _chart(facts, number, name, theirs)
            for number, (name, theirs) in enumerate(shown)
            if len(theirs) >= LEAST_COLUMNS
        ),
    )


def _by_outcome(rows: Sequence[OutcomeCost]) -> Mapping[tuple[str, str | None], list[OutcomeCost]]:
    found: dict[tuple[str, str | None], list[OutcomeCost]] = {}
    for row in rows:
        found.setdefault((row.name, row.team), []).append(row)
    return found


def _team(row: OutcomeCost) -> str:
    return "all teams" if row.team is None else row.team


def _number(quantity: Decimal) -> str:
    """Return a count; the company's may have parts, as hours do."""
    return f"{round(quantity, 2).normalize():,f}"


def _cost(facts: Facts, row: OutcomeCost) -> str | None:
    return None if row.cost_per_outcome_usd is None else facts.money(row.cost_per_outcome_usd)


def _finding(facts: Facts, outcomes: Sequence[Sequence[OutcomeCost]]) -> str:
    """Return what each outcome cost in the newest month in which that is known of any."""
    known = [row for rows in outcomes for row in rows if row.cost_per_outcome_usd is not None]
    if not known:
        return "No outcome has a known cost"
    newest = max(row.month for row in known)
    costs = [
        f"{facts.money(row.cost_per_outcome_usd)} per {formats.shortened(row.name, 30)}"
        for row in known
        if row.month == newest
    ]
    return f"{formats.listed(costs)} in {formats.month_in_full(newest)}"


def _chart(facts: Facts, number: int, outcome: tuple[str, str | None], rows: Sequence[OutcomeCost]) -> Chart:
    name, team = (None if one is None else formats.shortened(one, 30) for one in outcome)
    series = "cost of one"
    blocks = [
        Block(row.month, series, facts.currency.amount(row.cost_per_outcome_usd), _cost(facts, row) or "")
        for row in rows
    ]
    costs = {row.month: _cost(facts, row) for row in rows}
    figure = over_time(stacked(blocks, {series: SERIES[number]}), money_axis(facts.currency), costs)
    return Chart(f"cost_per_outcome_{number}", f"Cost of one {name}{'' if team is None else f' ({team})'}", figure)
