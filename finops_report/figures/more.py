"""Print what comes after the five core views: models, strategies against the best choice, failure, teams."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops_report.figures import text
from finops_report.figures.core import COST, IN, OUT, REQUESTS, SHARE, UNPRICED
from finops_report.figures.facts import Facts, new_stretch, old_stretch
from finops_report.figures.shapes import Row, Section
from finops_report.figures.tables import Field, name, table

PER_REQUEST = Field("cost_per_request_usd", "Per request (USD)", text.money)


def more_sections(facts: Facts) -> tuple[Section, ...]:
    """The further views that have something to say; each says 'not recorded' where it is so."""
    return (
        _change(facts),
        _models(facts),
        _regret(facts),
        _failure(facts),
        _incidents(facts),
        _fallbacks(facts),
        _teams(facts),
    )


def _change(facts: Facts) -> Section:
    rows = facts.views["change_explained"]
    fields = (
        Field("cause", "Step", name),
        Field("amount_usd", "Amount (USD)", text.signed_money),
    )
    return Section(
        "change_explained",
        "Change explained",
        _change_finding(rows),
        f"From {old_stretch(facts.period)} to {new_stretch(facts.period)}, requests with a known price only. Each step "
        "changes one thing and keeps the others as they were, in this order; the steps add up exactly. Price a token "
        "is what remains: list prices, caching, and longer answers in relation to prompts.",
        table(rows, fields),
        charts=("change_explained",),
        empty="" if rows else "There is nothing earlier with a known price to compare with.",
    )


def _change_finding(rows: Sequence[Row]) -> str:
    if not rows:
        return "Nothing earlier to compare with"
    old, *steps, new = rows
    largest = max(steps, key=lambda row: (abs(row["amount_usd"]), -row["step"]))
    moved = new["amount_usd"] - old["amount_usd"]
    if not largest["amount_usd"]:
        return f"Spend stayed at {text.money(new['amount_usd'])}"
    return (
        f"Spend moved by {text.signed_money(moved)}; most of all by the {largest['cause']} "
        f"({text.signed_money(largest['amount_usd'])})"
    )


def _models(facts: Facts) -> Section:
    rows = facts.views["spend_by_model"]
    fields = (
        Field("provider", "Provider", name),
        Field("model", "Model", name),
        REQUESTS,
        COST,
        SHARE,
        PER_REQUEST,
        IN,
        OUT,
        UNPRICED,
    )
    finding = "No models were recorded"
    if rows:
        few = [row for row in rows[:3] if row["share"]]
        part = sum(row["share"] for row in few)
        names = text.listed([text.shortened(row["model"], 30) for row in few]) if few else ""
        finding = (
            f"{names} {'make' if len(few) > 1 else 'makes'} up {text.percent(part)} of spend"
            if few
            else "No model has a known price"
        )
    return Section(
        "spend_by_model",
        "Spend by model",
        finding,
        "Dearest first.",
        table(rows, fields),
        empty="" if rows else "Nothing was recorded.",
    )


def _regret(facts: Facts) -> Section:
    rows = facts.views["strategy_regret"]
    fields = (
        Field("strategy", "Strategy", name),
        REQUESTS,
        COST,
        Field("regret_usd", "Above the cheapest model (USD)", text.money),
        Field("regret_ms", "Slower than the fastest model, a request", text.duration),
    )
    cost_first = next(
        (r for r in rows if r["regret_usd"] is not None and r["cost_usd"] and "cost" in r["strategy"].lower()),
        None,
    )
    finding = "What each strategy left on the table"
    if cost_first is not None:
        finding = (
            f"{text.shortened(cost_first['strategy'], 40)} spent "
            f"{text.percent(cost_first['regret_usd'] / float(cost_first['cost_usd']))} more than the "
            "cheapest models seen on the same work would have"
        )
    return Section(
        "strategy_regret",
        "Strategies against the best choice",
        finding,
        "Compared with the cheapest and the fastest model that served at least 20 requests of the same "
        "group and size. Quality of answers is not compared.",
        table(rows, fields),
        empty="" if rows else "Too few requests of equal group and size to compare.",
    )


def _failure(facts: Facts) -> Section:
    rows = facts.views["attempts_by_provider"]
    fields = (
        Field("provider", "Provider", name),
        Field("attempts", "Attempts", text.count, summed=True),
        Field("failed_attempts", "Failed", text.count, summed=True),
        Field("failure_rate", "Failure rate", text.percent),
        Field("failed_minutes", "Time lost", _minutes, summed=True),
        Field("failed_cost_usd", "Paid for failures (USD)", text.money, summed=True),
    )
    lost = sum(row["failed_minutes"] for row in rows)
    paid = sum(row["failed_cost_usd"] for row in rows)
    return Section(
        "attempts_by_provider",
        "The cost of failure",
        _failure_finding(lost, paid, _dearer(facts)) if rows else "Attempts are not recorded",
        "An attempt is one try at one provider; a request may need several. What fallbacks cost more than the first "
        "choice is listed by model below.",
        table(rows, fields),
        empty="" if rows else "Attempts are not recorded in this database.",
    )


def _failure_finding(lost_minutes: float, paid_usd: Decimal, dearer_usd: float) -> str:
    billed = f"cost {text.money(paid_usd)}" if paid_usd else "were not billed"
    finding = f"Failed attempts took {_minutes(lost_minutes)} of waiting and {billed}"
    if not dearer_usd:
        return finding
    way = "dearer" if dearer_usd > 0 else "cheaper"
    return f"{finding}; fallbacks were {text.money(abs(dearer_usd))} {way} than the first choice"


def _dearer(facts: Facts) -> float:
    """What fallbacks cost above the first choice in all, in USD; below zero where they were cheaper."""
    return sum(row["extra_usd"] or 0.0 for row in facts.views["fallbacks_paid"])


def _fallbacks(facts: Facts) -> Section:
    rows = facts.views["fallbacks_paid"]
    fields = (
        Field("from_model", "First choice", name),
        Field("to_model", "Answered", name),
        Field("to_provider", "Provider", name),
        Field("requests", "Requests", text.count, summed=True),
        Field("extra_usd", "More than the first choice (USD)", text.money, summed=True),
    )
    return Section(
        "fallbacks_paid",
        "Fallbacks and their price",
        _fallback_finding(rows) if rows else "No request was answered by a fallback",
        "Compared with the same tokens at the first choice's mean price in this period; below zero the fallback was "
        "cheaper.",
        table(rows, fields),
        empty=""
        if rows
        else (
            "Every answer came from the model first chosen."
            if facts.has_attempts
            else "Attempts are not recorded in this database."
        ),
    )


def _fallback_finding(rows: Sequence[Row]) -> str:
    requests = sum(row["requests"] for row in rows)
    extra = sum(row["extra_usd"] or 0.0 for row in rows)
    return f"{text.plural(requests, 'request')} went to another model than the first choice, {_more(extra)}"


def _more(extra_usd: float) -> str:
    if not extra_usd:
        return "at the same price"
    return f"for {text.money(abs(extra_usd))} {'more' if extra_usd > 0 else 'less'}"


def _spend(rows: Sequence[Row]) -> Decimal:
    return sum((row["cost_usd"] for row in rows if row["cost_usd"] is not None), Decimal(0))


def _minutes(minutes: float) -> str:
    return text.duration(float(minutes) * 60_000)


def _incidents(facts: Facts) -> Section:
    rows = facts.views["incidents"]
    fields = (
        Field("provider", "Provider", name),
        Field("started_at", "From", text.moment),
        Field("ended_at", "To", text.moment),
        Field("hours", "Hours", text.count),
        Field("failed_attempts", "Failed attempts", text.count),
        Field("requests_rerouted", "Sent elsewhere while resting", text.count),
        Field("failed_minutes", "Time lost", _minutes),
        Field("cost_usd", "Failures and dearer fallbacks (USD)", text.money),
    )
    return Section(
        "incidents",
        "Incidents",
        f"{text.plural(len(rows), 'stretch', 'stretches')} of trouble with a provider"
        if rows
        else "No incident was seen",
        "Consecutive hours in which at least a tenth (and at least five) of a provider's attempts failed "
        "or were kept away from it.",
        table(rows, fields),
        empty=""
        if rows
        else ("No hour had enough failures." if facts.has_attempts else "Attempts are not recorded in this database."),
    )


def _teams(facts: Facts) -> Section:
    rows = facts.views["spend_by_team"]
    fields = (
        Field("team", "Team", name),
        Field("project", "Project", name),
        REQUESTS,
        COST,
        SHARE,
        UNPRICED,
    )
    attributed = [row for row in rows if row["team"] != "not attributed" or row["project"] != "not attributed"]
    finding = "Teams and projects are not recorded"
    if attributed:
        top = attributed[0]
        nobody = _spend(rows) - _spend(attributed)
        finding = (
            f"{text.shortened(top['team'], 40)} · {text.shortened(top['project'], 40)} spends most "
            f"with {text.money(top['cost_usd'])}; {text.money(nobody)} is attributed to nobody"
        )
    return Section(
        "spend_by_team",
        "Spend by team and project",
        finding,
        "What no team or project claimed is shown as 'not attributed'.",
        table(rows, fields),
        empty="" if attributed else "Neither team nor project is recorded in this period.",
    )
