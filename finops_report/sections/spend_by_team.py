"""Who spends: teams and their projects, with what nobody claimed shown as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import GREY, SERIES
from finops_report.model import Section
from finops_report.sections.columns import text
from finops_report.sections.shared_columns import REQUESTS, SHARE, UNPRICED, spend
from finops_report.sections.shares import Slice, shares
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import NO_TEAM, NOBODY

NO_PROJECT = "no project"


@dataclass(frozen=True, slots=True)
class TeamSpend:
    """One project of one team; spend and share are None if none of its requests has a known price."""

    team: str
    project: str
    requests: int
    cost_usd: Decimal | None
    share: float | None
    old_cost_usd: Decimal
    new_cost_usd: Decimal
    unpriced_requests: int


SPEND_BY_TEAM = View("spend_by_team", TeamSpend)
MOST_BARS = 12


def section(facts: Facts) -> Section:
    """Return spend divided among teams and projects."""
    rows = facts.rows(SPEND_BY_TEAM)
    attributed = [row for row in rows if row.team != NOBODY or row.project != NOBODY]
    fields: tuple[Field[TeamSpend], ...] = (
        text("Team", lambda row: team_name(row.team)),
        text("Project", lambda row: project_name(row.project)),
        spend(facts.currency),
        SHARE,
        REQUESTS,
        UNPRICED,
    )
    return Section(
        view=SPEND_BY_TEAM.name,
        title="Spend by team and project",
        finding=_finding(facts, rows, attributed),
        how_to_read=f"Largest first; what names neither is shown as '{NO_TEAM}', in grey.",
        table=table(rows, fields),
        charts=(_chart(facts, rows),) if attributed else (),
        empty="" if attributed else "Neither team nor project is recorded in this period.",
        adds_up=sums(facts, SPEND_BY_TEAM),
    )


def _finding(facts: Facts, rows: Sequence[TeamSpend], attributed: Sequence[TeamSpend]) -> str:
    if not attributed:
        return "Teams and projects are not recorded"
    top, nobody = attributed[0], _spend(rows) - _spend(attributed)
    if top.cost_usd is None:
        return "No team or project has a known price"
    finding = f"{owner(top.team, top.project, 40)} spends most with {facts.money(top.cost_usd)}"
    return formats.largest_first(finding, top.cost_usd, f"{facts.money(nobody)} has no team", nobody)


def team_name(team: str) -> str:
    return NO_TEAM if team == NOBODY else team


def project_name(project: str) -> str:
    return NO_PROJECT if project == NOBODY else project


def owner(team: str, project: str, most: int | None = None) -> str:
    """Return a team and its project as one name: 'search · ranking', 'search (no project)'.

    Each is cut to `most` letters.
    """
    who, what = (name if most is None else formats.shortened(name, most) for name in (team, project))
    if team == project == NOBODY:
        return NO_TEAM
    if project == NOBODY:
        return f"{who} ({NO_PROJECT})"
    return f"{what} ({NO_TEAM})" if team == NOBODY else formats.owned(who, what)


def _spend(rows: Sequence[TeamSpend]) -> Decimal:
    return sum((row.cost_usd for row in rows if row.cost_usd is not None), Decimal(0))


def _chart(facts: Facts, rows: Sequence[TeamSpend]) -> Chart:
    slices = [
        Slice(
            owner(row.team, row.project),
            GREY if row.team == row.project == NOBODY else SERIES[0],
            row.cost_usd,
            row.share,
            requests=row.requests,
        )
        for row in rows
    ]
    return Chart("spend_by_team", "Spend by team and project", shares(facts.currency, slices, MOST_BARS))
