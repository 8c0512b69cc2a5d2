"""Answer how many requests get an answer although a provider failed them."""

from __future__ import annotations

from finops_report.analysis.rules import ResilienceRule
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.answers.troubled_requests import TROUBLED_REQUESTS
from finops_report.model import Answer
from finops_report.sections.failover_events import FAILOVER_EVENTS
from finops_report.sections.incidents import INCIDENTS
from finops_report.wording import formats

QUESTION = Question(
    "resilience",
    "Failures",
    "How resilient is the system under provider failure?",
    ("failover_events", "troubled_requests", "incidents"),
)


def resilience(facts: Facts, rule: ResilienceRule) -> Answer:
    """Answer from the recorded attempts, or from requests that have rows of several providers."""
    return _recorded(facts, rule) if facts.has_attempts else _inferred(facts, rule)


def _recorded(facts: Facts, rule: ResilienceRule) -> Answer:
    troubled = facts.row(TROUBLED_REQUESTS)
    if not troubled.requests:
        return QUESTION.answered(
            rule.text,
            answer="No attempt at a provider failed.",
            brief="none" if facts.requests else "nothing recorded",
            verdict=rule.verdict(met_failure=0, answered=0) if facts.requests else "not enough data",
        )
    answered = formats.reached(troubled.answered / troubled.requests)
    events = sum(failover.events for failover in facts.rows(FAILOVER_EVENTS))
    met = (
        f"{formats.plural(troubled.requests, 'request')} met a failing provider; {answered} were answered all the "
        f"same, by {formats.plural(events, 'failover')} and by retries."
    )
    return QUESTION.answered(
        rule.text,
        answer=f"{met} {_largest_incident(facts)}".rstrip(),
        brief=f"{answered} answered",
        verdict=rule.verdict(met_failure=troubled.requests, answered=troubled.answered),
    )


def _largest_incident(facts: Facts) -> str:
    if not (incidents := facts.rows(INCIDENTS)):
        return ""
    largest = incidents[0]
    hit = largest.failed_attempts + largest.requests_rerouted
    return (
        f"The largest incident: {formats.shortened(largest.provider)}, {formats.moment(largest.started_at)}, "
        f"{formats.plural(largest.hours, 'hour')}, {formats.plural(hit, 'attempt')} failed or rerouted."
    )


def _inferred(facts: Facts, rule: ResilienceRule) -> Answer:
    failovers = facts.rows(FAILOVER_EVENTS)
    events = sum(failover.events for failover in failovers)
    recovered = sum(failover.recovered for failover in failovers)
    if not events:
        return QUESTION.answered(
            rule.text,
            answer="Attempts are not recorded and no request appears with two providers, so failovers cannot be seen.",
            brief=formats.NOT_RECORDED,
            verdict="not enough data",
        )
    return QUESTION.answered(
        rule.text,
        answer=(
            f"{formats.plural(events, 'failover')} inferred from requests with rows of several providers; "
            f"{formats.reached(recovered / events)} ended with an answer. Failed attempts as such are not recorded."
        ),
        brief=formats.NOT_RECORDED,
        verdict=rule.verdict(met_failure=events, answered=recovered),
    )
