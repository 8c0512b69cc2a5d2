"""The [report.verdicts] part of finops.toml: a company's own limits for verdicts, and rules it turns off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from finops_router.settings.toml import Table

# The bounds of each question's rule; a test holds them to the fields of the rules (finops_report/analysis/rules).
LIMITS: Mapping[str, tuple[str, ...]] = {
    "spend": ("watch_rise_ratio", "bad_rise_ratio", "watch_unpriced_share", "bad_unpriced_share"),
    "mix": ("watch_largest_share", "watch_unpriced_share", "bad_unrecorded_share"),
    "strategies": ("least_gain_ratio", "least_requests"),
    "latency": ("watch_slower_ratio", "bad_slower_ratio", "watch_p95_rise_ratio", "bad_p95_rise_ratio"),
    "resilience": ("good_answered_share", "watch_answered_share"),
    "budgets": ("watch_pace_ratio", "least_passed_share", "most_missing_share", "most_unpriced_share"),
    "unusual": ("least_level_share", "least_difference_usd"),
}
OFF = "off"
MOST_RATIO = 1_000_000.0
MOST_USD = 1e12


@dataclass(frozen=True, slots=True)
class VerdictConfig:
    """The bounds that are set, by question and name, and the questions whose verdict is off."""

    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    off: frozenset[str] = frozenset()


def verdict_settings(table: Table) -> VerdictConfig:
    """Return the settings of [report.verdicts]. Raises ConfigError for a key or value that cannot be used."""
    table.only(LIMITS)
    off = frozenset(question for question in LIMITS if table.value(question, None) == OFF)
    limits = {question: _limits(table, question) for question in LIMITS if table.has(question) and question not in off}
    return VerdictConfig(limits, off)


def _limits(table: Table, question: str) -> dict[str, float]:
    if not isinstance(table.value(question, None), dict):
        raise table.wrong(question, f'write "{OFF}" for no verdict, or its limits under [{table.full(question)}]')
    rule = table.inner(question)
    rule.only(LIMITS[question])
    return {name: _limit(rule, name) for name in LIMITS[question] if rule.has(name)}


def _limit(rule: Table, name: str) -> float:
    """Return one bound: a share from 0 to 1, a ratio or an amount from 0 up, or a number of requests from 1 up."""
    if name.endswith("_share"):
        return rule.share(name, 0.0)
    if name.endswith("_usd"):
        return rule.share(name, 0.0, MOST_USD)
    return rule.share(name, 0.0, MOST_RATIO) if name.endswith("_ratio") else rule.count(name, 1)
