"""Answer whether cost-first and performance-first routing keep what their names promise."""

from __future__ import annotations

from finops_report.analysis.rules import StrategiesRule
from finops_report.analysis.rules.strategies import INTERVAL_CONFIDENCE
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.answers.same_work import SAME_WORK, Gain, SameWork
from finops_report.model import Answer
from finops_report.sections.requests_by_strategy import REQUESTS_BY_STRATEGY
from finops_report.wording import formats

QUESTION = Question(
    "strategies",
    "Strategies",
    "Are cost-first and performance-first routing working as expected?",
    ("requests_by_strategy", "same_work", "strategy_regret"),
)


def strategies(facts: Facts, rule: StrategiesRule) -> Answer:
    """Answer with what each is better at than the other on the same work, if enough of it can be compared."""
    work = facts.row(SAME_WORK)
    saving, speed = work.saving, work.speed
    if saving is None or speed is None or not rule.compares(work.fewest_requests):
        return QUESTION.answered(
            rule.text, answer=_not_compared(facts, rule, work), brief="not compared", verdict="not enough data"
        )
    return QUESTION.answered(
        rule.text,
        answer=_compared(facts, rule, work, saving, speed),
        brief=_brief(rule, saving, speed),
        verdict=rule.verdict(
            saving_ratio=saving.ratio,
            saving_doubt_ratio=saving.doubt_ratio,
            speed_ratio=speed.ratio,
            speed_doubt_ratio=speed.doubt_ratio,
            comparable_requests=work.fewest_requests,
        ),
    )


def _compared(facts: Facts, rule: StrategiesRule, work: SameWork, saving: Gain, speed: Gain) -> str:
    interval = f"; ± is the {formats.exact_percent(INTERVAL_CONFIDENCE)} interval"
    is_doubted = saving.doubt_ratio > 0 or speed.doubt_ratio > 0
    return (
        f"On the same work cost-first costs {_doubted(rule, saving, 'less', 'more')} than performance-first, and "
        f"performance-first answers {_doubted(rule, speed, 'faster', 'slower')} than cost-first "
        f"({_comparable(facts, work)}{interval if is_doubted else ''})."
    )


def _comparable(facts: Facts, work: SameWork) -> str:
    """Return how many requests the comparison rests on, and why they are not all."""
    if work.requests == facts.requests:
        return f"all {formats.count(facts.requests)} requests are comparable"
    return (
        f"{formats.count(work.requests)} of {formats.count(facts.requests)} requests are comparable: answered, and of "
        "a group and size that both served"
    )


def _brief(rule: StrategiesRule, saving: Gain, speed: Gain) -> str:
    if saving.may_be_chance and speed.may_be_chance:
        return "not told apart"
    gains = _gain(rule, saving, "cheaper", "more expensive", "cost"), _gain(rule, speed, "faster", "slower", "time")
    return ", ".join(gains)


def _gain(rule: StrategiesRule, gain: Gain, better: str, worse: str, what: str) -> str:
    if gain.may_be_chance:
        return f"{what} not told apart"
    return f"{formats.percent(abs(gain.ratio), (rule.least_gain_ratio,))} {better if gain.ratio >= 0 else worse}"


def _doubted(rule: StrategiesRule, gain: Gain, better: str, worse: str) -> str:
    """Return a gain and its interval, each to as many digits as show which is larger."""
    ratio = formats.percent(abs(gain.ratio), (rule.least_gain_ratio, gain.doubt_ratio))
    doubt = f"±{formats.percent(gain.doubt_ratio, (abs(gain.ratio),))}" if gain.doubt_ratio else ""
    notes = ", ".join(filter(None, (doubt, "perhaps by chance" if gain.may_be_chance else "")))
    return f"{ratio}{f' ({notes})' if notes else ''} {better if gain.ratio >= 0 else worse}"


def _not_compared(facts: Facts, rule: StrategiesRule, work: SameWork) -> str:
    intents = {strategy.intent for strategy in facts.rows(REQUESTS_BY_STRATEGY)} - {"other"}
    if len(intents) == 2:
        return _both_ran(rule, work)
    if intents == {"cost"}:
        return "Only cost-first requests were recorded, so there is nothing to compare them with."
    if intents == {"performance"}:
        return "Only performance-first requests were recorded, so there is nothing to compare them with."
    return "Neither strategy was recorded."


def _both_ran(rule: StrategiesRule, work: SameWork) -> str:
    if rule.compares(work.fewest_requests):
        return "Both ran on the same work, but the cost or the latency of one of them is unknown or zero."
    return (
        "Both ran, but too few requests of equal group and size to compare (under "
        f"{formats.count(rule.least_requests)} of one of them)."
    )
