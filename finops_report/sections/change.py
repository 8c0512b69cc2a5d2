"""Explain the change in spend: step by step from the old side to the new one, and by what moved most."""

from __future__ import annotations

from collections.abc import Sequence

from finops_report.analysis.totals import Facts
from finops_report.calendar.stretches import new_stretch, old_stretch
from finops_report.model import Row, Section
from finops_report.sections.attribution import NOBODY
from finops_report.sections.columns import amount
from finops_report.sections.tables import Field, name, table
from finops_report.wording import formats
from finops_report.wording.currency import Currency

MOVERS = {"model": "model_movers", "team and project": "team_movers"}  # dimension -> its chart


def bridge_section(facts: Facts) -> Section:
    """From the spend of the old side to that of the new one, a cause a step."""
    rows = facts.views["change_explained"]
    fields = (
        Field("cause", "Step", name),
        Field("said", f"Amount ({facts.currency.code})", str),
    )
    return Section(
        "change_explained",
        "Change explained",
        _bridge_finding(facts, rows),
        f"From {old_stretch(facts.period)} to {new_stretch(facts.period)}, requests with a known price only. Each step "
        "changes one thing and keeps the others as they were, in this order; the steps add up exactly. "
        f"{_last_step(rows)}",
        table([{**row, "said": bridge_amount(facts.currency, row, rows)} for row in rows], fields),
        charts=("change_explained",),
        empty="" if rows else "There is nothing earlier with a known price to compare with.",
    )


def is_whole(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row of the bridge is the spend of one of its sides, and no step."""
    return row["step"] in (rows[0]["step"], rows[-1]["step"])


def bridge_amount(currency: Currency, row: Row, rows: Sequence[Row]) -> str:
    """Say the spend of either side as it is, a step with its sign."""
    return currency.money(row["amount_usd"]) if is_whole(row, rows) else currency.signed(row["amount_usd"])


def _last_step(rows: Sequence[Row]) -> str:
    """Say what the last step holds: caching, too, where nobody recorded what it saved."""
    if any(row["cause"] == "caching" for row in rows):
        return "Price a token is what remains: list prices, and longer answers in relation to prompts."
    return (
        "Price a token is what remains: list prices, longer answers in relation to prompts, and caching, for what it "
        "saved is not recorded for all requests."
    )


def _bridge_finding(facts: Facts, rows: Sequence[Row]) -> str:
    if not rows:
        return "Nothing earlier to compare with"
    old, *steps, new = rows
    largest = max(steps, key=lambda row: (abs(row["amount_usd"]), -row["step"]))
    if not largest["amount_usd"]:
        return f"Spend stayed at {facts.money(new['amount_usd'])}"
    moved, most = (facts.currency.signed(usd) for usd in (new["amount_usd"] - old["amount_usd"], largest["amount_usd"]))
    return f"Spend moved by {moved}; most of all by the {largest['cause']} ({most})"


def movers_section(facts: Facts) -> Section:
    """The models, teams and projects whose spend changed most."""
    rows = facts.views["top_movers"]
    attributed = [row for row in rows if row["dimension"] == "team and project" and row["owner"] != NOBODY]
    shown = [row for row in rows if row["dimension"] == "model" or attributed]
    fields = (
        Field("dimension", "What", name),
        Field("owner", "Provider or team", name),
        Field("name", "Model or project", name),
        amount(facts.currency, "old_cost_usd", "Before"),
        amount(facts.currency, "new_cost_usd", "Now"),
        Field("change_usd", f"Change ({facts.currency.code})", facts.currency.signed),
    )
    return Section(
        "top_movers",
        "Top movers",
        _movers_finding(facts, shown),
        f"From {old_stretch(facts.period)} to {new_stretch(facts.period)}: the largest changes in spend, "
        "whichever way.",
        table(shown, fields, most=24),
        charts=tuple(MOVERS[moved] for moved in dict.fromkeys(row["dimension"] for row in shown)),
        empty=_nothing_moved(facts, shown),
    )


def _nothing_moved(facts: Facts, rows: Sequence[Row]) -> str:
    if rows:
        return ""
    if facts.views["change_explained"]:
        return "No model's and no team's spend changed."
    return "There is nothing earlier with a known price to compare with."


def _movers_finding(facts: Facts, rows: Sequence[Row]) -> str:
    firsts = [row for row in rows if row["rank"] == 1]
    if not firsts:
        return "Nothing moved"
    said = [
        f"{formats.shortened(_called(row), 50)} ({facts.currency.signed(row['change_usd'])} to "
        f"{facts.money(row['new_cost_usd'])})"
        for row in firsts
    ]
    return f"{formats.listed(said)} moved most"


def _called(row: Row) -> str:
    return str(row["name"]) if row["dimension"] == "model" else formats.owned(row["owner"], row["name"])
