"""Divide spend among models, teams and projects, with what nobody claimed shown as such."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.model import Row, Section
from finops_report.sections.columns import (
    IN,
    MODEL,
    OUT,
    PROVIDER,
    REQUESTS,
    SHARE,
    UNPRICED,
    amount,
    amount_or_nothing,
    cost,
)
from finops_report.sections.tables import Field, name, table
from finops_report.wording import formats

NOBODY = "not attributed"


def attribution_sections(facts: Facts) -> tuple[Section, ...]:
    """Spend by model, and by team and project."""
    return (_models(facts), _teams(facts))


def _models(facts: Facts) -> Section:
    rows = facts.views["spend_by_model"]
    fields = (
        PROVIDER,
        MODEL,
        cost(facts.currency),
        SHARE,
        REQUESTS,
        amount(facts.currency, "cost_per_request_usd", "Per request"),
        IN,
        OUT,
        amount_or_nothing(facts.currency, "cache_savings_usd", "Saved by caching", summed=True),
        UNPRICED,
    )
    return Section(
        "spend_by_model",
        "Spend by model",
        f"{_models_finding(rows)}{_cache_finding(facts)}",
        "Longest bar first, in the colour of the provider.",
        table(rows, fields),
        charts=("spend_by_model",),
        empty="" if rows else "Nothing was recorded.",
    )


def _models_finding(rows: Sequence[Row]) -> str:
    if not rows:
        return "No models were recorded"
    few = [row for row in rows[:3] if row["share"]]
    if not few:
        return "No model has a known price"
    names = formats.listed(formats.distinct([row["model"] for row in few], 30))
    return (
        f"{names} {'make' if len(few) > 1 else 'makes'} up {formats.percent(sum(row['share'] for row in few))} of spend"
    )


def _cache_finding(facts: Facts) -> str:
    saved = facts.one("totals")["cache_savings_usd"]
    if not saved:
        return ""
    if saved < 0:
        return f"; caching added {facts.money(-saved)}"
    return f"; caching saved {facts.money(saved)} ({formats.percent(saved / (facts.cost_usd + saved))})"


def _teams(facts: Facts) -> Section:
    rows = facts.views["spend_by_team"]
    attributed = [row for row in rows if row["team"] != NOBODY or row["project"] != NOBODY]
    fields = (
        Field("team", "Team", name),
        Field("project", "Project", name),
        cost(facts.currency),
        SHARE,
        REQUESTS,
        UNPRICED,
    )
    return Section(
        "spend_by_team",
        "Spend by team and project",
        _teams_finding(facts, rows, attributed),
        f"Longest bar first; what no team or project claimed is shown as '{NOBODY}', in grey.",
        table(rows, fields),
        charts=("spend_by_team",),
        empty="" if attributed else "Neither team nor project is recorded in this period.",
    )


def _teams_finding(facts: Facts, rows: Sequence[Row], attributed: Sequence[Row]) -> str:
    if not attributed:
        return "Teams and projects are not recorded"
    top, nobody = attributed[0], _spend(rows) - _spend(attributed)
    who = f"{formats.shortened(top['team'], 40)} · {formats.shortened(top['project'], 40)}"
    return f"{who} spends most with {facts.money(top['cost_usd'])}; {facts.money(nobody)} is attributed to nobody"


def _spend(rows: Sequence[Row]) -> Decimal:
    return sum((row["cost_usd"] for row in rows if row["cost_usd"] is not None), Decimal(0))
