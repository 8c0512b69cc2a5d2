"""Answer how many requests get an answer although a provider failed them."""

from __future__ import annotations

from finops_report.analysis.attempts import attempts_are_missing
from finops_report.analysis.rules import ResilienceRule
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.answers.troubled_requests import TROUBLED_REQUESTS, TroubledRequests
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
    if not facts.requests:
        return QUESTION.answered(
            rule.text,
            answer="Nothing was recorded in this period.",
            brief="nothing recorded",
            verdict="not enough data",
        )
    return _recorded(facts, rule) if facts.has_attempts else _inferred(facts, rule)


def _recorded(facts: Facts, rule: ResilienceRule) -> Answer:
    troubled = facts.row(TROUBLED_REQUESTS)
    verdict = rule.verdict(met_failure=troubled.requests, answered=troubled.answered)
    if not troubled.requests and attempts_are_missing(facts):
        return QUESTION.answered(
            rule.text,
            answer="No recorded attempt failed, but not all attempts are recorded: other failures cannot be seen.",
            brief="not all recorded",
            verdict="not enough data",
        )
    if not troubled.requests:
        return QUESTION.answered(rule.text, answer="No attempt at a provider failed.", brief="none", verdict=verdict)
    share = formats.percent(troubled.answered / troubled.requests, rule.answered_shares)
    met = f"{formats.plural(troubled.requests, 'request')} met a provider failure; {_outcome(troubled, share)}."
    return QUESTION.answered(
        rule.text,
        answer=f"{met} {_largest_incident(facts)}".rstrip(),
        brief=f"{share} answered",
        verdict=verdict,
    )


def _outcome(troubled: TroubledRequests, share: str) -> str:
    """Return how many still got an answer, and how many did not."""
    lost = troubled.requests - troubled.answered
    if not lost:
        return "all of them still got an answer" if troubled.requests > 1 else "it still got an answer"
    if not troubled.answered:
        return "none of them got an answer" if troubled.requests > 1 else "it got no answer"
    return f"{formats.count(troubled.answered)} ({share}) still got an answer, {formats.count(lost)} did not"


def _largest_incident(facts: Facts) -> str:
    if not (incidents := facts.rows(INCIDENTS)):
        return ""
    largest = incidents[0]
    hit = largest.failed_attempts + largest.requests_rerouted
    who, when = formats.shortened(facts.called(largest.provider)), formats.moment(largest.started_at)
    return (
        f"The largest incident: {who}, {when}, {formats.plural(largest.hours, 'hour')}, "
        f"{formats.plural(hit, 'attempt')} failed or sent elsewhere."
    )


def _inferred(facts: Facts, rule: ResilienceRule) -> Answer:
    failovers = facts.rows(FAILOVER_EVENTS)
    events = sum(failover.events for failover in failovers)
    recovered = sum(failover.recovered for failover in failovers)
    if not events:
        return QUESTION.answered(
            rule.text,
            answer="Attempts are not recorded, so failures at providers cannot be seen.",
            brief=formats.NOT_RECORDED,
            verdict="not enough data",
        )
    seen = rule.verdict(met_failure=events, answered=recovered)
    ended = "all" if recovered == events else f"{formats.count(recovered)} of them"
    return QUESTION.answered(
        rule.text,
        answer=(
            f"{formats.plural(events, 'failover')} inferred from requests with rows of several providers; "
            f"{ended} ended with an answer. Attempts are not recorded, so other failures cannot be seen."
        ),
        brief=formats.NOT_RECORDED,
        # More failures than can be seen would not make it better; what cannot be seen is not good.
        verdict="not enough data" if seen == "good" else seen,
    )
