"""Spend by team and project: who spends most, and what nobody claimed."""

from __future__ import annotations

from finops_report.charts.colours import GREY, SERIES
from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "spend_by_team"
HALF = {"team": "if(i % 2 = 0, 'data', null)", "project": "if(i % 2 = 0, 'search', null)"}


def test_what_nobody_claimed_is_said_and_grey(made: Make) -> None:
    section = made(VIEW, **HALF)
    assert section.finding == "data · search spends most with $24.00; $24.00 has no team"
    assert section.table.rows[1] == ("no team", "no project", "$24.00", "50 %", "24", "0")
    (trace,) = chart_of(section, "spend_by_team").figure["data"]
    assert trace["y"] == ["data · search", "no team"]
    assert trace["marker"]["color"] == [SERIES[0], GREY]


def test_a_team_without_a_project_is_attributed(made: Make) -> None:
    section = made(VIEW, team="'data'", project="null::varchar")
    assert section.finding.startswith("data (no project) spends most")
    assert chart_of(section, "spend_by_team").figure["data"][0]["marker"]["color"] == [SERIES[0]]


def test_where_no_team_has_a_known_price_none_spends_most(made: Make) -> None:
    section = made(VIEW, cost_estimated="if(i % 2 = 0, null, 1.0)", **HALF)
    assert section.finding == "No team or project has a known price"


def test_where_nobody_recorded_teams_nothing_is_drawn(made: Make) -> None:
    section = made(VIEW)
    assert (section.finding, section.charts) == ("Teams and projects are not recorded", ())
    assert section.empty == "Neither team nor project is recorded in this period."
