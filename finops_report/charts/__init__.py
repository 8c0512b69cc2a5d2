"""Draw the report's figures as Plotly figures in a small vocabulary: bars, lines, dots, a matrix.

The same dictionaries become the static pictures of the page and the live Plotly charts, so both
show the same marks and colours. Nothing is computed here but positions and colours.
"""

from __future__ import annotations

from collections.abc import Callable

from finops_report.charts.failure import failover_matrix, failovers_over_time, incident_timeline
from finops_report.charts.latency import latency_by_model
from finops_report.charts.shared import Figure
from finops_report.charts.spend import (
    change_explained,
    model_movers,
    spend_by_model,
    spend_by_provider,
    spend_by_team,
    spend_over_time,
    team_movers,
)
from finops_report.charts.strategies import strategy_compared, strategy_over_time
from finops_report.model import Report

CHARTS: dict[str, Callable[[Report], Figure]] = {
    drawn.__name__: drawn
    for drawn in (
        spend_over_time,
        spend_by_provider,
        latency_by_model,
        strategy_over_time,
        strategy_compared,
        failovers_over_time,
        failover_matrix,
        change_explained,
        spend_by_model,
        spend_by_team,
        model_movers,
        team_movers,
        incident_timeline,
    )
}
# What a reader without eyes on the chart is told.
TITLES = {
    "spend_over_time": "Spend over time by provider",
    "spend_by_provider": "Spend by provider",
    "latency_by_model": "Latency by provider and model",
    "strategy_over_time": "Requests over time by routing strategy",
    "strategy_compared": "Cost and latency by routing strategy",
    "failovers_over_time": "Failovers over time by the provider that was left",
    "failover_matrix": "Who took over from whom",
    "change_explained": "From the spend before to the spend now",
    "spend_by_model": "Spend by model",
    "spend_by_team": "Spend by team and project",
    "model_movers": "Models whose spend moved most",
    "team_movers": "Teams and projects whose spend moved most",
    "incident_timeline": "Incidents by provider",
}


def figure(name: str, report: Report) -> Figure:
    """Return the Plotly figure called `name`; raises KeyError when there is no such chart."""
    return CHARTS[name](report)


def height_px(figure: Figure, base: int = 320) -> int:
    """Return how tall a figure is drawn: charts with a row a name get the height their rows need."""
    first = figure["data"][0] if figure["data"] else {}
    layout = figure["layout"]
    if layout["yaxis"].get("type") != "category":
        return base
    names = layout["yaxis"].get("categoryarray") or first.get("y", [])
    return max(150, 84 + 34 * len(names))
