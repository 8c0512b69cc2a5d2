"""Say the five answers in a few words each, for the first screen of a telephone."""

from __future__ import annotations

from finops_report.analysis.totals import Facts
from finops_report.model import Answer, Brief
from finops_report.wording import formats


def briefs(facts: Facts, answers: tuple[Answer, ...]) -> tuple[Brief, ...]:
    """Each answer as a topic, about three words and its verdict, in the order of `answers`."""
    said = (
        ("Spend", _spend(facts)),
        ("Providers", _mix(facts)),
        ("Strategies", _strategies(facts)),
        ("Latency", _latency(facts)),
        ("Failures", _failures(facts)),
    )
    return tuple(Brief(topic, words, answer.verdict) for (topic, words), answer in zip(said, answers, strict=True))


def _spend(facts: Facts) -> str:
    if facts.cost_change is None:
        return "nothing to compare" if facts.requests else "nothing recorded"
    return formats.compared(facts.cost_change, "more", "less", "as before")


def _mix(facts: Facts) -> str:
    rows = facts.views["spend_by_provider"]
    if not rows or rows[0]["share"] is None:
        return "no known price"
    return f"{formats.shortened(rows[0]['provider'], 14)} {formats.percent(rows[0]['share'])}"


def _strategies(facts: Facts) -> str:
    work = facts.one("same_work")
    dear, slow = work["performance_first_usd"], work["cost_first_ms"]
    if not dear or not slow or work["cost_first_usd"] is None:
        return "not compared"
    saving, speed = 1 - work["cost_first_usd"] / dear, 1 - work["performance_first_ms"] / slow
    cheaper = f"{formats.percent(abs(saving))} {'cheaper' if saving >= 0 else 'dearer'}"
    return f"{cheaper}, {formats.percent(abs(speed))} {'faster' if speed >= 0 else 'slower'}"


def _latency(facts: Facts) -> str:
    if facts.new is None or facts.new.p95_ms is None:
        return formats.NOT_RECORDED
    return f"95 % in {formats.duration(facts.new.p95_ms)}"


def _failures(facts: Facts) -> str:
    if not facts.has_attempts:
        return formats.NOT_RECORDED
    troubled = facts.one("troubled_requests")
    if not troubled["requests"]:
        return "none" if facts.requests else "nothing recorded"
    return f"{formats.reached(troubled['answered'] / troubled['requests'])} answered"
