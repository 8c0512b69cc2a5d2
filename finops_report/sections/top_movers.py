"""What moved most between the two sides of the comparison: models, teams and projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.calendar.stretches import new_stretch, old_stretch
from finops_report.charts import Chart
from finops_report.charts.bars import Bar, across
from finops_report.charts.colours import of_change
from finops_report.charts.figure import money_axis
from finops_report.model import Section
from finops_report.sections.change_explained import CHANGE_EXPLAINED
from finops_report.sections.columns import money, money_change, text
from finops_report.sections.compared import nothing_compared
from finops_report.sections.spend_by_team import owner, project_name, team_name
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import NOBODY, in_sentence, in_table


@dataclass(frozen=True, slots=True)
class Mover:
    """One model of a provider, or one project of a team: its spend on both sides; `rank` is within its `dimension`."""

    dimension: str
    owner: str
    name: str
    old_cost_usd: Decimal
    new_cost_usd: Decimal
    change_usd: Decimal
    rank: int


TOP_MOVERS = View("top_movers", Mover)
MODELS, TEAMS = "model", "team and project"  # the dimensions of the view
CHARTS = {
    MODELS: ("model_movers", "Models whose spend moved most"),
    TEAMS: ("team_movers", "Teams and projects whose spend moved most"),
}
MOST_BARS = 8


def section(facts: Facts) -> Section:
    """Return the models, teams and projects whose spend changed most."""
    rows = facts.rows(TOP_MOVERS) if facts.old is not None else ()
    attributed = any(row.dimension == TEAMS and row.owner != NOBODY for row in rows)
    shown = [row for row in rows if row.dimension == MODELS or attributed]
    fields: tuple[Field[Mover], ...] = (
        text("What", lambda row: row.dimension),
        text("Provider or team", lambda row: _owner(facts, row)),
        text("Model or project", _name),
        money(facts.currency, "Before", lambda row: row.old_cost_usd),
        money(facts.currency, "Now", lambda row: row.new_cost_usd),
        money_change(facts.currency, "Change", lambda row: row.change_usd),
    )
    return Section(
        view=TOP_MOVERS.name,
        title="Top movers",
        finding=_finding(facts, shown),
        how_to_read=f"From {old_stretch(facts.period)} to {new_stretch(facts.period)}: the largest changes in spend, "
        "whichever way.",
        table=table(shown, fields, most=24),
        charts=tuple(_chart(facts, shown, dimension) for dimension in dict.fromkeys(row.dimension for row in shown)),
        empty="" if shown else _nothing_moved(facts),
    )


def _nothing_moved(facts: Facts) -> str:
    if facts.old is not None and facts.rows(CHANGE_EXPLAINED):
        return "No model's and no team's spend changed."
    return nothing_compared(facts)


def _finding(facts: Facts, rows: Sequence[Mover]) -> str:
    firsts = [row for row in rows if row.rank == 1]
    if not firsts:
        return "Not compared" if facts.gaps else "Nothing moved"
    moved = [f"{formats.shortened(_called(row), 50)} {_moved(facts, row)}" for row in firsts]
    return f"Most moved: {formats.listed(moved)}"


def _moved(facts: Facts, row: Mover) -> str:
    way = "rose" if row.change_usd > 0 else "fell"
    return f"{way} by {facts.money(abs(row.change_usd))} to {facts.money(row.new_cost_usd)}"


def _called(row: Mover) -> str:
    return in_sentence("model", row.name) if row.dimension == MODELS else owner(row.owner, row.name)


def _name(row: Mover) -> str:
    return in_table("model", row.name) if row.dimension == MODELS else project_name(row.name)


def _owner(facts: Facts, row: Mover) -> str:
    return facts.called(row.owner) if row.dimension == MODELS else team_name(row.owner)


def _chart(facts: Facts, rows: Sequence[Mover], dimension: str) -> Chart:
    """Return how much each moved: rises to the right, falls to the left."""
    money, shown = facts.currency, [row for row in rows if row.dimension == dimension][:MOST_BARS]
    changes = money.changes([row.change_usd for row in shown])
    before = money.column([row.old_cost_usd for row in shown])
    now = money.column([row.new_cost_usd for row in shown])
    bars = [
        Bar(
            facts.model_of(row.owner, row.name) if row.dimension == MODELS else owner(row.owner, row.name),
            money.amount(row.change_usd),
            f"{changes[i]}, now {now[i]}",
            of_change(row.change_usd),
            more=f"from {before[i]} to {now[i]}",
        )
        for i, row in enumerate(shown)
    ]
    name, title = CHARTS[dimension]
    return Chart(name, title, across(bars, money_axis(money)))
