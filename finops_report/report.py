"""Assemble the one frozen Report that page, mail and JSON print."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from finops_report.analysis.integrity import check
from finops_report.analysis.reconciliation import Bills
from finops_report.analysis.rules import SpendRule
from finops_report.analysis.rules.company import DEFAULT_RULES, CompanyRules
from finops_report.analysis.totals import TOTALS, Facts, facts
from finops_report.answers.order import answers as five_answers
from finops_report.calendar.stretches import new_stretch, old_stretch
from finops_report.errors import OutputError
from finops_report.model import BudgetBar, Headline, Report
from finops_report.nearest import did_you_mean
from finops_report.sections.budgets import at_pace_usd, forecast_usd, used_of
from finops_report.sections.compared import not_compared, old_amount, recorded_part
from finops_report.sections.confidence import confidence
from finops_report.sections.cost_sources import adds_up as cost_sources_add_up
from finops_report.sections.cost_sources import costs_in_words
from finops_report.sections.order import GROUPS
from finops_report.sections.total_spend import spend_by_bucket
from finops_report.warehouse import ViewRows
from finops_report.wording import formats
from finops_report.wording.budgets import so_far
from finops_report.wording.conventions import current
from finops_report.wording.currency import US_DOLLARS, Currency


def report(
    answers: ViewRows,
    title: str,
    currency: Currency = US_DOLLARS,
    judged_by: CompanyRules = DEFAULT_RULES,
    bills: Bills | None = None,
) -> Report:
    """Make every comparison and every sentence of the report; nothing after this computes.

    Raises DatabaseError if parts do not add up to their whole.
    """
    found = facts(answers, currency, judged_by, bills)
    sections = tuple(
        replace(section, group=group)
        for group, makers in GROUPS.items()
        for make in makers
        if (section := make(found)) is not None
    )
    check((*(total for section in sections for total in section.adds_up), *cost_sources_add_up(found)))
    return Report(
        headline=_headline(found, title, judged_by.rules.spend),
        answers=five_answers(found, judged_by.rules, judged_by.off),
        sections=sections,
        confidence=confidence(answers, found, judged_by.rules.spend),
        period=found.period,
        totals=found.row(TOTALS),
        cost_change=found.cost_change,
        requests_change=found.volume_change,
        views=answers.views,
        sql=answers.sql,
        as_of=found.as_of,
        coverage=found.coverage,
        currency=currency,
        ahead=found.ahead,
        locale=current().locale,
        budgets=found.budgets,
        bills=bills,
    )


def only(whole: Report, views: tuple[str, ...]) -> Report:
    """Return the report with the sections of `views` alone; raises OutputError if a view has none on the page."""
    known = [section.view for section in whole.sections]
    for view in views:
        if view not in known:
            raise OutputError(f"The page has no section: {view}", did_you_mean(view, known, "sections"))
    return replace(whole, sections=tuple(section for section in whole.sections if section.view in views))


def _headline(found: Facts, title: str, rule: SpendRule) -> Headline:
    period = found.period
    return Headline(
        title=title,
        period=" · ".join(
            filter(None, (f"{formats.span(period.start, period.end)} ({period.timezone})", period.fiscal))
        ),
        data_until="no data" if found.as_of is None else f"{formats.moment(found.as_of)} {period.timezone}",
        total=found.money(found.cost_usd) if found.is_priced or not found.requests else "not known",
        total_usd=US_DOLLARS.money(found.cost_usd) if found.is_priced and found.currency.code != "USD" else "",
        change=_change(found, rule),
        direction=_direction(found),
        unknown_part=_unknown(found, rule),
        coverage=recorded_part(found),
        requests=formats.count(found.requests),
        tokens=formats.tokens(found.input_tokens + found.output_tokens),
        cost_note=costs_in_words(found),
        spark=tuple(None if usd is None else found.currency.amount(usd) for usd in spend_by_bucket(found).values()),
        budget=_budget(found),
    )


def _budget(found: Facts) -> BudgetBar | None:
    standing = found.company_budget
    if standing is None:
        return None
    use = standing.use
    return BudgetBar(
        name=use.budget,
        used=used_of(found, standing),
        expected=so_far(
            found.currency,
            use.used_share,
            use.passed_share,
            (use.first_day, use.last_day),
            forecast_usd(standing),
            at_pace_usd(standing),
        ),
        used_share=use.used_share,
        passed_share=use.passed_share,
        state=standing.state,
        verdict=standing.verdict,
    )


def _change(found: Facts, rule: SpendRule) -> str:
    if found.cost_change is None:
        return not_compared(found)
    change, new = formats.change(found.cost_change, rule.rise_ratios), new_stretch(found.period)
    return f"{change} in {new} against {old_stretch(found.period)}, {old_amount(found)}"


def _direction(found: Facts) -> Literal["up", "down", "level", "unknown"]:
    if found.cost_change is None:
        return "unknown"
    return "level" if abs(found.cost_change) < 0.005 else "up" if found.cost_change > 0 else "down"


def _unknown(found: Facts, rule: SpendRule) -> str:
    if not found.requests:
        return "no requests recorded"
    if not found.unpriced_requests:
        return "every request has a known price"
    if not found.is_priced:
        return f"none of {formats.plural(found.unpriced_requests, 'request')} has a known price"
    return (
        f"plus {formats.plural(found.unpriced_requests, 'request')} "
        f"({formats.percent(found.unpriced_share, rule.unpriced_shares)}) without a known price"
    )
