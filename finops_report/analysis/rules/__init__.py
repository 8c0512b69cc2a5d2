"""Judge the answers: each rule is one value, whose bounds make both its verdict and its sentence on the page.

A bound is a field with its unit in its name: `_ratio` is a relative change or a multiple, `_share` a part of a whole
from 0 to 1. Verdicts are pure functions of measured numbers; None stands for what could not be measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from finops_report.analysis.rules.budgets import BudgetRule
from finops_report.analysis.rules.latency import LatencyRule
from finops_report.analysis.rules.mix import MixRule
from finops_report.analysis.rules.resilience import ResilienceRule
from finops_report.analysis.rules.spend import SpendRule
from finops_report.analysis.rules.strategies import StrategiesRule
from finops_report.analysis.rules.unusual import UnusualRule

__all__ = [
    "RULES",
    "BudgetRule",
    "LatencyRule",
    "MixRule",
    "ResilienceRule",
    "Rules",
    "SpendRule",
    "StrategiesRule",
    "UnusualRule",
]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule of each question, by the question's key, of budgets, and of what counts as unusual."""

    spend: SpendRule = field(default_factory=SpendRule)
    mix: MixRule = field(default_factory=MixRule)
    strategies: StrategiesRule = field(default_factory=StrategiesRule)
    latency: LatencyRule = field(default_factory=LatencyRule)
    resilience: ResilienceRule = field(default_factory=ResilienceRule)
    budgets: BudgetRule = field(default_factory=BudgetRule)
    unusual: UnusualRule = field(default_factory=UnusualRule)


RULES = Rules()
