"""Answer the executive questions in the order executives ask them."""

from __future__ import annotations

from finops_report.analysis.rules import RULES, Rules
from finops_report.analysis.totals import Facts
from finops_report.answers.latency import latency
from finops_report.answers.mix import mix
from finops_report.answers.resilience import resilience
from finops_report.answers.spend import spend
from finops_report.answers.strategies import strategies
from finops_report.model import Answer


def answers(facts: Facts, rules: Rules = RULES) -> tuple[Answer, ...]:
    """Return all answers; each is 'not enough data' if nothing is recorded."""
    return (
        spend(facts, rules.spend),
        mix(facts, rules.mix),
        strategies(facts, rules.strategies),
        latency(facts, rules.latency, rules.strategies),
        resilience(facts, rules.resilience),
    )
