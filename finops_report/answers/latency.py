"""Answer what routing costs in time."""

from __future__ import annotations

from finops_report.analysis.rules import LatencyRule, StrategiesRule
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.answers.same_work import SAME_WORK
from finops_report.calendar.stretches import new_stretch, old_stretch
from finops_report.model import Answer
from finops_report.sections.requests_by_strategy import REQUESTS_BY_STRATEGY
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_sentence

QUESTION = Question(
    "latency",
    "Latency",
    "What is the latency impact of routing decisions?",
    ("latency_by_strategy", "latency_compared", "same_work", "troubled_requests"),
)
MOST_STRATEGIES = 3
ABOUT = (0.95, 1.05)  # a multiple between these is 'about as long'


def latency(facts: Facts, rule: LatencyRule, comparable: StrategiesRule) -> Answer:
    """Answer with the medians, the two strategies on the same work, and the change of the slowest.

    `comparable` states how many requests of both strategies are enough to compare them.
    """
    if not (medians := _medians(facts)):
        return QUESTION.answered(
            rule.text,
            answer="No latencies were recorded.",
            brief=formats.NOT_RECORDED,
            verdict="not enough data",
        )
    work = facts.row(SAME_WORK)
    slower_ratio = work.slower_ratio if comparable.compares(work.fewest_requests) else None
    rise_ratio = _p95_rise(facts)
    return QUESTION.answered(
        rule.text,
        answer=" ".join(filter(None, (medians, _same_work(slower_ratio, rule), _p95(facts, rise_ratio, rule)))),
        brief=_brief(facts),
        verdict=rule.verdict(slower_ratio=slower_ratio, p95_rise_ratio=rise_ratio),
    )


def _medians(facts: Facts) -> str:
    timed = [strategy for strategy in facts.rows(REQUESTS_BY_STRATEGY) if strategy.p50_ms is not None]
    if not timed:
        return ""
    each = [
        f"{formats.shortened(in_sentence('strategy', strategy.strategy), 30)} {formats.duration(strategy.p50_ms)}"
        for strategy in timed[:MOST_STRATEGIES]
    ]
    return f"Typical time (median): {formats.listed(each)}."


def _same_work(slower_ratio: float | None, rule: LatencyRule) -> str:
    if slower_ratio is None:
        return ""
    held = any(ABOUT[0] <= bound <= ABOUT[1] for bound in rule.slower_ratios)
    if ABOUT[0] <= slower_ratio <= ABOUT[1] and not held:
        return "On the same work cost-first takes about as long as performance-first."
    times = formats.times(slower_ratio, rule.slower_ratios)
    return f"On the same work cost-first takes {times} times as long as performance-first."


def _p95_rise(facts: Facts) -> float | None:
    if not facts.old or not facts.new or not facts.old.p95_ms or not facts.new.p95_ms:
        return None
    return facts.new.p95_ms / facts.old.p95_ms - 1


def _p95(facts: Facts, rise_ratio: float | None, rule: LatencyRule) -> str:
    if facts.new is None or rise_ratio is None:
        return ""
    change = formats.change(rise_ratio, rule.p95_rise_ratios)
    return (
        f"{formats.exact_percent(0.95)} of answers arrive within {formats.duration(facts.new.p95_ms)}, {change} "
        f"against {old_stretch(facts.period)}."
    )


def _brief(facts: Facts) -> str:
    if facts.new is None or facts.new.p95_ms is None:  # there are medians, so the earlier days have times
        return f"none in {new_stretch(facts.period)}"
    return f"{formats.exact_percent(0.95)} in {formats.duration(facts.new.p95_ms)}"
