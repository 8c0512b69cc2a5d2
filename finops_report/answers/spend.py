"""Answer how much is spent, and how that changed."""

from __future__ import annotations

from finops_report.analysis.budgets import Standing
from finops_report.analysis.rules import SpendRule
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.calendar.stretches import new_days, new_stretch, old_days, old_stretch
from finops_report.model import Answer
from finops_report.sections.budgets import expected_breach, used_of
from finops_report.sections.compared import nothing_compared, old_amount, per_day
from finops_report.sections.confidence import UNUSABLE_VALUES
from finops_report.wording import formats

QUESTION = Question("spend", "Spend", "How much are we spending on LLMs?", ("total_spend", "comparison"))


def spend(facts: Facts, rule: SpendRule) -> Answer:
    """Answer with the total, its change and its unknown part, judged by the budget of the whole company if it has one.

    A budget of which too much is missing judges nothing: then spend is judged by its change, as without one.
    """
    if not facts.requests:
        return QUESTION.answered(
            rule.text,
            answer=f"Nothing was recorded in this period.{_untimed(facts)}",
            brief="nothing recorded",
            verdict="not enough data",
        )
    change, budget = facts.daily_cost_change, facts.company_budget
    sentences = (
        _total(facts),
        "" if budget is None else _of_budget(facts, budget),
        _change(facts, rule),
        per_day(facts, rule.rise_ratios),
        _per_request(facts, rule),
        _unpriced(facts, rule),
    )
    answer = " ".join(filter(None, sentences))
    if budget is not None and budget.verdict not in ("not enough data", "not judged"):
        brief, text = _brief_of_budget(budget), f"By the budget '{budget.use.budget}'. {facts.budget_rule.text}"
        return QUESTION.answered(text, answer=answer, brief=brief, verdict=budget.verdict)
    return QUESTION.answered(
        rule.text,
        answer=answer,
        brief=_nothing(facts) if change is None else _brief(facts, change, rule),
        verdict=rule.verdict(
            rise_ratio=facts.daily_cost_change,
            rise_per_request_ratio=_change_per_request(facts),
            unpriced_share=facts.unpriced_share,
        ),
    )


def _untimed(facts: Facts) -> str:
    """Return how many rows belong to no period, for that may be why this one has none."""
    rows = sum(row.rows_set_aside for row in facts.rows(UNUSABLE_VALUES) if row.column_name == "timestamp")
    return f" {formats.plural(rows, 'row')} without a usable time belong to no period." if rows else ""


def _total(facts: Facts) -> str:
    counted = formats.plural(facts.requests, "request")
    if not facts.is_priced:
        return f"What {counted} cost is not known: none has a known price."
    return f"{facts.money(facts.cost_usd)} for {counted}."


def _of_budget(facts: Facts, budget: Standing) -> str:
    """Return how the company's budget stands: what is used of it, how much of its time has passed, what is expected."""
    use = budget.use
    days = formats.span(use.first_day, use.last_day)
    name = formats.shortened(use.budget, 40)
    if budget.state == "not known":
        return f"The budget '{name}' for {days} cannot be judged: {budget.unknown}."
    used = f"Of the budget '{name}', {used_of(facts, budget)} ({_percent(use.used_share)}) is used"
    passed = f"{formats.percent(use.passed_share)} of {days} has passed"
    if use.breached_on is not None:
        return f"{used}: it was breached on {formats.day(use.breached_on)}; {passed}."
    expected = expected_breach(budget)
    at_pace = "" if expected is None else f"; at this pace it will be breached on {formats.day(expected)}"
    return f"{used}, and {passed}{at_pace}."


def _percent(share: float | None) -> str:
    return formats.percent(share, (1.0,))


def _brief_of_budget(budget: Standing) -> str:
    return f"{_percent(budget.use.used_share)} of budget"


def _brief(facts: Facts, change: float, rule: SpendRule) -> str:
    """Return the change that is judged: that per request if it is worse, per day if months differ in length."""
    each_ratio = _change_per_request(facts)
    if each_ratio is not None and rule.weighs_per_request(change, each_ratio):
        return formats.compared(each_ratio, "more per request", "less per request", "as before", rule.rise_ratios)
    each = " per day" if old_days(facts.period) != new_days(facts.period) else ""
    return formats.compared(change, f"more{each}", f"less{each}", f"as before{each}", rule.rise_ratios)


def _change(facts: Facts, rule: SpendRule) -> str:
    if facts.cost_change is None:
        return nothing_compared(facts) if facts.gaps else ""
    new, old = new_stretch(facts.period), old_stretch(facts.period)
    cost = formats.compared(facts.cost_change, "more than", "less than", "as much as", rule.rise_ratios)
    volume = formats.compared(facts.volume_change or 0.0, "more", "fewer", "equally many")
    return f"{new[0].upper()}{new[1:]} cost {cost} {old} ({old_amount(facts)}), with {volume} requests."


def _per_request(facts: Facts, rule: SpendRule) -> str:
    """Return the change per request if it decides the verdict: less spend may be that of fewer requests alone."""
    total, each = facts.daily_cost_change, _change_per_request(facts)
    if total is None or each is None or not rule.weighs_per_request(total, each):
        return ""
    return f"Per request that is {formats.compared(each, 'more', 'less', 'as much', rule.rise_ratios)}."


def _nothing(facts: Facts) -> str:
    return "not compared" if facts.gaps else "nothing to compare"


def _change_per_request(facts: Facts) -> float | None:
    if facts.cost_change is None:
        return None
    return (1 + facts.cost_change) / (1 + (facts.volume_change or 0.0)) - 1


def _unpriced(facts: Facts, rule: SpendRule) -> str:
    if not (number := facts.unpriced_requests) or not facts.is_priced:
        return ""
    share = formats.percent(facts.unpriced_share, rule.unpriced_shares)
    are = "is" if number == 1 else "are"
    return f"{formats.plural(number, 'request')} ({share}) without a known price {are} not in it."
