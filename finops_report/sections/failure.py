"""Say what failure cost: attempts that failed, incidents on their time line, fallbacks and their price."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.model import Row, Section
from finops_report.sections.columns import PROVIDER, amount
from finops_report.sections.tables import Field, name, table
from finops_report.wording import formats

NOT_RECORDED = "Attempts are not recorded in this database."


def failure_sections(facts: Facts) -> tuple[Section, ...]:
    """The cost of failure, its incidents, and what stood in."""
    return (_failure(facts), _incidents(facts), _fallbacks(facts))


def minutes(value: float | Decimal) -> str:
    """Say a time span given in minutes."""
    return formats.duration(float(value) * 60_000)


def _failure(facts: Facts) -> Section:
    rows = facts.views["attempts_by_provider"]
    fields = (
        PROVIDER,
        Field("attempts", "Attempts", formats.count, summed=True),
        Field("failed_attempts", "Failed", formats.count, summed=True),
        Field("failure_rate", "Failure rate", formats.percent),
        Field("failed_minutes", "Time lost", minutes, summed=True),
        amount(facts.currency, "failed_cost_usd", "Paid for failures", summed=True),
    )
    return Section(
        "attempts_by_provider",
        "The cost of failure",
        _failure_finding(facts, rows) if rows else "Attempts are not recorded",
        "An attempt is one try at one provider; a request may need several. What fallbacks cost more than the first "
        "choice is listed by model below.",
        table(rows, fields),
        empty="" if rows else NOT_RECORDED,
    )


def _failure_finding(facts: Facts, rows: Sequence[Row]) -> str:
    lost = sum(row["failed_minutes"] for row in rows)
    paid = sum(row["failed_cost_usd"] for row in rows)
    billed = f"cost {facts.money(paid)}" if paid else "were not billed"
    finding = f"Failed attempts took {minutes(lost)} of waiting and {billed}"
    dearer = _extra_usd(facts)
    if not dearer:
        return finding
    way = "dearer" if dearer > 0 else "cheaper"
    return f"{finding}; fallbacks were {facts.money(abs(dearer))} {way} than the first choice"


def _extra_usd(facts: Facts) -> float:
    """What fallbacks cost above the first choice in all; below zero where they were cheaper."""
    return sum(row["extra_usd"] or 0.0 for row in facts.views["fallbacks_paid"])


def _incidents(facts: Facts) -> Section:
    rows = facts.views["incidents"]
    fields = (
        PROVIDER,
        Field("started_at", "From", formats.moment),
        Field("ended_at", "To", formats.moment),
        Field("hours", "Hours", formats.count),
        Field("failed_attempts", "Failed attempts", formats.count),
        Field("requests_rerouted", "Sent elsewhere while resting", formats.count),
        Field("failed_minutes", "Time lost", minutes),
        amount(facts.currency, "cost_usd", "Failures and dearer fallbacks"),
    )
    return Section(
        "incidents",
        "Incidents",
        _incidents_finding(facts, rows),
        "Consecutive hours in which at least a tenth (and at least five) of a provider's attempts failed "
        "or were kept away from it. A square marks where one began, the line runs to its end; of several that lie over "
        "each other, the number behind the provider tells.",
        table(rows, fields),
        charts=("incident_timeline",),
        empty=_no_incidents(facts, rows),
    )


def _no_incidents(facts: Facts, rows: Sequence[Row]) -> str:
    if rows:
        return ""
    return "No hour had enough failures." if facts.has_attempts else NOT_RECORDED


def _incidents_finding(facts: Facts, rows: Sequence[Row]) -> str:
    if not rows:
        return "No incident was seen"
    hours, lost = sum(row["hours"] for row in rows), sum(row["failed_minutes"] for row in rows)
    cost = sum(row["cost_usd"] for row in rows)
    met = f"{formats.plural(len(rows), 'incident')} in {formats.plural(hours, 'hour')}"
    return f"{met}: {minutes(lost)} lost to failed attempts, {facts.money(cost)} for failures and dearer fallbacks"


def _fallbacks(facts: Facts) -> Section:
    rows = facts.views["fallbacks_paid"]
    fields = (
        Field("from_model", "First choice", name),
        Field("to_model", "Answered", name),
        Field("to_provider", "Provider", name),
        Field("requests", "Requests", formats.count, summed=True),
        amount(facts.currency, "extra_usd", "More than the first choice", summed=True),
    )
    nothing = "Every answer came from the model first chosen." if facts.has_attempts else NOT_RECORDED
    return Section(
        "fallbacks_paid",
        "Fallbacks and their price",
        _fallback_finding(facts, rows) if rows else "No request was answered by a fallback",
        "Compared with the same tokens at the first choice's mean price in this period; below zero the fallback was "
        "cheaper.",
        table(rows, fields),
        empty="" if rows else nothing,
    )


def _fallback_finding(facts: Facts, rows: Sequence[Row]) -> str:
    requests, extra = sum(row["requests"] for row in rows), _extra_usd(facts)
    went = f"{formats.plural(requests, 'request')} went to another model than the first choice"
    if not extra:
        return f"{went}, at the same price"
    return f"{went}, for {facts.money(abs(extra))} {'more' if extra > 0 else 'less'}"
