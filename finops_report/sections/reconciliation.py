"""What was billed beside what was estimated: the causes of the difference, what is captured, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext

from finops_report.analysis.amounts import DIGITS
from finops_report.analysis.integrity import Sum, sum_of_steps
from finops_report.analysis.reconciliation import CAUSES, Bills, Outcome, called, rows_of_lines
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.bars import Bar, across
from finops_report.charts.colours import GREY, of_change
from finops_report.charts.figure import money_axis
from finops_report.model import Reckoned, Section, Table
from finops_report.sections.reconciliation_facts import facts_of
from finops_report.sections.reconciliation_tables import by_provider, details
from finops_report.warehouse.reconciled import causes_sql
from finops_report.wording import formats

VIEW = "reconciliation"
TITLE = "Billed and estimated"
WITHOUT = Table((), ())
HOW = (
    "Bars lead from the estimate to the bill: each cause takes its part of what those before it left, the rest is what "
    "is left, and all add up exactly. Days are those of UTC, as bills have them"
)


def section(facts: Facts) -> Section | None:
    """Return the bills of the period beside the estimate; None if the source has no bills."""
    if facts.bills is None:
        return None
    done = facts.bills.compared
    if done is None or not done.found.variances:
        return _nothing_compared(facts, facts.bills)
    return Section(
        view=VIEW,
        title=TITLE,
        finding=_finding(facts, done),
        how_to_read=f"{HOW}{_other_days(facts)}. A day without a bill is compared with nothing.",
        table=by_provider(facts, done),
        charts=_charts(facts, done),
        adds_up=_adds_up(done),
        facts=facts_of(facts, done),
        details=details(facts, done),
        reckoned=Reckoned(rows_of_lines(done), causes_sql()),
    )


def _nothing_compared(facts: Facts, bills: Bills) -> Section:
    days = formats.span(facts.period.start, facts.period.end)
    return Section(
        view=VIEW,
        title=TITLE,
        finding=f"No bill of {days} to compare with",
        how_to_read="",
        table=WITHOUT,
        empty=f"Bills are of {formats.span(bills.first_day, bills.last_day)} (UTC).",
        facts=() if bills.compared is None else facts_of(facts, bills.compared),
        reckoned=Reckoned((), causes_sql()),
    )


def _other_days(facts: Facts) -> str:
    if facts.period.timezone == "UTC":
        return ""
    return f"; those of other views are of {facts.period.timezone}, so totals differ by the hours between"


def _adds_up(done: Outcome) -> tuple[Sum, ...]:
    """Return what causes come to beside the difference, and what providers come to beside the whole bill."""
    whole = done.whole
    return (
        sum_of_steps(VIEW, "variance_usd", whole.causes.values(), whole.variance_usd),
        sum_of_steps(VIEW, "billed_usd", (one.billed_usd for one in done.providers), whole.billed_usd),
        sum_of_steps(VIEW, "estimated_usd", (one.estimated_usd for one in done.providers), whole.estimated_usd),
    )


def _finding(facts: Facts, done: Outcome) -> str:
    whole = done.whole
    if not whole.variance_usd:
        return f"Billed {facts.money(whole.billed_usd)}, exactly as estimated{_why(facts, done)}"
    size, more = abs(whole.variance_usd), "more" if whole.variance_usd > 0 else "less"
    part = f" ({formats.percent(size / whole.billed_usd)} of the bill)" if whole.billed_usd > 0 else ""
    estimated = f"{facts.money(size)} {more} than the {facts.money(whole.estimated_usd)} estimated"
    return f"Billed {facts.money(whole.billed_usd)}, {estimated}{part}{_why(facts, done)}"


def _why(facts: Facts, done: Outcome) -> str:
    """Return what to know first: what is not explained, else the largest cause; '' if nothing differs."""
    if done.to_explain:
        rest = sum((abs(line.rest_usd) for line in done.to_explain), Decimal(0))
        return f"; {facts.money(rest)} is not explained"
    column, usd = max(done.whole.causes.items(), key=lambda item: abs(item[1]))
    return f"; the largest cause: {CAUSES[column]} ({facts.currency.signed(usd)})" if usd else ""


def _charts(facts: Facts, done: Outcome) -> tuple[Chart, ...]:
    bars = tuple(_bars(facts, done))
    if len(bars) == 1:
        return ()  # nothing differs
    money = facts.currency
    axis = money_axis(money) | {"title": {"text": f"{money.name}; 0 is the estimate"}}
    return (Chart(VIEW, "From the estimate to the bill", across(bars, axis)),)


def _bars(facts: Facts, done: Outcome) -> Iterator[Bar]:
    """Yield a bar for each cause that is one, where the one before it ended, and the whole difference."""
    money, at_usd = facts.currency, Decimal(0)
    causes = [(column, usd) for column, usd in done.whole.causes.items() if usd]
    texts = money.changes([*(usd for _, usd in causes), done.whole.variance_usd])
    with localcontext(prec=DIGITS):
        for (column, usd), text in zip(causes, texts, strict=False):
            yield Bar(called(column), money.amount(usd), text, of_change(usd), money.amount(at_usd), text)
            at_usd += usd
    yield Bar("billed less estimated", money.amount(done.whole.variance_usd), texts[-1], GREY, 0.0, texts[-1])
