"""Draw spend: over time, among providers, models and teams, and how it changed."""

from __future__ import annotations

from collections.abc import Sequence

from finops_report.charts.shared import (
    CHEAPER,
    DEARER,
    GREY,
    SERIES,
    Bar,
    Figure,
    across,
    money_axis,
    over_time,
    provider_colours,
    stacked,
)
from finops_report.model import Report, Row
from finops_report.sections.attribution import NOBODY
from finops_report.sections.change import bridge_amount, is_whole
from finops_report.wording import formats

TOP_PROVIDERS, TOP_MODELS, TOP_TEAMS, TOP_MOVERS = 8, 12, 12, 8


def spend_over_time(report: Report) -> Figure:
    money = report.currency
    rows = report.views["spend_over_time"]
    traces = stacked(
        rows,
        "provider",
        lambda row: money.amount(row["cost_usd"]),
        provider_colours(report),
        lambda row: money.money(row["cost_usd"]) if row["cost_usd"] else "",
    )
    return over_time(traces, money_axis(money))


def spend_by_provider(report: Report) -> Figure:
    colours = provider_colours(report)
    rows = [(row["provider"], colours[row["provider"]], row) for row in report.views["spend_by_provider"]]
    return _shares(report, rows, TOP_PROVIDERS)


def spend_by_model(report: Report) -> Figure:
    colours = provider_colours(report)
    rows = [
        (f"{row['provider']} · {row['model']}", colours.get(row["provider"], GREY), row)
        for row in report.views["spend_by_model"]
    ]
    return _shares(report, rows, TOP_MODELS)


def spend_by_team(report: Report) -> Figure:
    """Teams with their projects; what nobody claimed is grey."""
    rows = [
        (
            formats.owned(row["team"], row["project"]),
            GREY if row["team"] == row["project"] == NOBODY else SERIES[0],
            row,
        )
        for row in report.views["spend_by_team"]
    ]
    return _shares(report, rows, TOP_TEAMS)


def _shares(report: Report, rows: Sequence[tuple[str, str, Row]], most: int) -> Figure:
    """Bars of spend with their shares; what comes after the first `most` is one bar."""
    bars = [_share(report, label, row["cost_usd"], row["share"], colour) for label, colour, row in rows[:most]]
    if rest := [row for _, _, row in rows[most:]]:
        bars.append(_others(report, rest, max((length for _, length, _, _ in bars), default=0.0)))
    return across(bars, money_axis(report.currency))


def _others(report: Report, rows: Sequence[Row], longest: float) -> Bar:
    """All others as one bar; where it would make the named ones invisible, as its label alone."""
    cost_usd = sum(row["cost_usd"] or 0 for row in rows)
    bar = _share(report, f"{len(rows)} others", cost_usd, sum(row["share"] or 0 for row in rows), GREY)
    label, length, said, colour = bar
    return bar if length <= 4 * longest else (label, 0.0, f"{said}, not drawn", colour)


def _share(report: Report, label: str, cost_usd: float | None, share: float | None, colour: str) -> Bar:
    said = report.currency.money(cost_usd)
    told = said if share is None else f"{said} · {formats.percent(share)}"
    return label, report.currency.amount(cost_usd), told, colour


def change_explained(report: Report) -> Figure:
    """A bridge from the old spend to the new one: each step begins where the one before it ended."""
    money, rows = report.currency, report.views["change_explained"]
    bars = [
        (
            row["cause"],
            money.amount(row["amount_usd"]),
            bridge_amount(money, row, rows),
            GREY if is_whole(row, rows) else _way(row["amount_usd"]),
        )
        for row in rows
    ]
    figure = across(bars, money_axis(money))
    figure["data"][0]["base"] = [money.amount(row["from_usd"]) for row in rows]
    return figure


def model_movers(report: Report) -> Figure:
    return _movers(report, "model")


def team_movers(report: Report) -> Figure:
    return _movers(report, "team and project")


def _movers(report: Report, dimension: str) -> Figure:
    """How much each moved, whichever way; the colour and the sign say which."""
    money = report.currency
    rows = [row for row in report.views["top_movers"] if row["dimension"] == dimension][:TOP_MOVERS]
    bars = [
        (
            formats.owned(row["owner"], row["name"]),
            money.amount(abs(row["change_usd"])),
            f"{money.signed(row['change_usd'])} to {money.money(row['new_cost_usd'])}",
            _way(row["change_usd"]),
        )
        for row in rows
    ]
    return across(bars, money_axis(money))


def _way(usd: float) -> str:
    return DEARER if usd > 0 else CHEAPER
