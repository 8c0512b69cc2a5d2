"""Answer the executive questions in the order executives ask them."""

from __future__ import annotations

from dataclasses import replace

from finops_report.analysis.rules import RULES, Rules
from finops_report.analysis.totals import Facts
from finops_report.answers.latency import latency
from finops_report.answers.mix import mix
from finops_report.answers.resilience import resilience
from finops_report.answers.spend import spend
from finops_report.answers.strategies import strategies
from finops_report.model import Answer

OFF = "Not judged: the verdict is turned off in finops.toml."


def answers(facts: Facts, rules: Rules = RULES, off: frozenset[str] = frozenset()) -> tuple[Answer, ...]:
    """Return all answers; each is 'not enough data' if nothing is recorded, and 'not judged' if its key is in `off`."""
    made = (
        spend(facts, rules.spend),
        mix(facts, rules.mix),
        strategies(facts, rules.strategies),
        latency(facts, rules.latency, rules.strategies),
        resilience(facts, rules.resilience),
    )
    return tuple(replace(answer, verdict="not judged", rule=OFF) if answer.key in off else answer for answer in made)
