"""How the budgets stand: what is used of each, how much of its time has passed, and whether it will be enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from finops_report.analysis.budget_rows import BUDGETS
from finops_report.analysis.budgets import Standing, gravest
from finops_report.analysis.rules.budgets import State
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.bullets import Bullet, bullets
from finops_report.charts.colours import GREY, SERIES
from finops_report.model import Section
from finops_report.sections.columns import money_column, money_or_nothing, percent, text
from finops_report.sections.tables import Field, table
from finops_report.wording import budgets as wording
from finops_report.wording import formats
from finops_report.wording.currency import Currency

COLOURS: dict[State, str] = {"within": SERIES[2], "at risk": SERIES[1], "breached": SERIES[6], "not known": GREY}
MOST_BARS = 12
NO_OWNER = "no owner"


def section(facts: Facts) -> Section | None:
    """Return the budgets in force; None if there are none."""
    found = gravest(facts.budgets)
    if not found:
        return None
    return Section(
        view=BUDGETS.name,
        title="Budgets",
        finding=wording.in_all([(one.use.budget, one.state) for one in found]),
        how_to_read="A bar is what is used of a budget, the line is all of it, the diamond is how much of its period "
        f"has passed: a bar beyond its diamond is used faster than time passes. {facts.budget_rule.text}",
        table=table(found, _fields(facts, found)),
        charts=(_chart(facts, found),),
    )


def _fields(facts: Facts, found: Sequence[Standing]) -> tuple[Field[Standing], ...]:
    currency = facts.currency
    forecast = money_or_nothing(currency, "Forecast", forecast_usd)
    return (
        text("Budget", lambda one: one.use.budget),
        text("State", state),
        text("Owner", lambda one: one.use.owner or NO_OWNER),
        text("For", scope),
        text("Period", lambda one: formats.span(one.use.first_day, one.use.last_day)),
        Field(f"Budget ({currency.code})", lambda one: one.use.amount, currency.stated, numeric=True),
        money_column(currency, "Used", lambda one: one.use.used_usd, Currency.column),
        percent("Used", lambda one: one.use.used_share),
        percent("Time passed", lambda one: one.use.passed_share),
        money_or_nothing(currency, "At this pace", at_pace_usd),
        *((forecast,) if any(one.expected for one in found) else ()),
        text("Breach", breach),
        text("Missing", missing),
        text("Before", before),
    )


def state(one: Standing) -> str:
    """Return the state of a budget, and why it is not known."""
    return f"{one.state}: {one.unknown}" if one.unknown else one.state


def scope(one: Standing) -> str:
    """Return what a budget is for: 'team search, model gpt-5'."""
    return ", ".join(f"{kind} {name}" for kind, name in one.use.scope.items()) or "everything"


def at_pace_usd(one: Standing) -> float | None:
    """Return what will be used at the end at the present pace; None while that says too little."""
    return one.use.at_pace_usd if one.pace_counts else None


def forecast_usd(one: Standing) -> Decimal | None:
    """Return what is forecast for the end of the period; None if nothing is."""
    return None if one.expected is None else one.expected.usd


def breach(one: Standing) -> str:
    """Return when a budget was breached, or will be at the present pace; '' if it will not."""
    if one.use.breached_on is not None:
        return formats.day(one.use.breached_on)
    expected = expected_breach(one)
    return "" if expected is None else f"{formats.day(expected)} at this pace"


def missing(one: Standing) -> str:
    """Return what is not known of what is used: '421 requests without a price, 12 h not recorded'; '' if all is."""
    requests, hours = one.use.unpriced_requests, one.use.missing_hours
    priced = f"{formats.plural(requests, 'request')} without a price" if requests else ""
    recorded = f"{formats.exact(hours)} h not recorded" if hours else ""
    return ", ".join(filter(None, (priced, recorded)))


def expected_breach(one: Standing) -> date | None:
    """Return the day on which a budget will be breached at the present pace; None if that says too little."""
    return one.use.breach_expected_on if one.pace_counts else None


def before(one: Standing) -> str:
    """Return how earlier periods ended: 'kept in 3 of 4', 'kept in 3 of 4, 1 not known'."""
    if not one.before:
        return "nothing recorded"
    ended = Counter(one.before)
    unknown = f", {formats.count(ended['not known'])} not known" if ended["not known"] else ""
    return f"kept in {formats.count(ended['within'])} of {formats.count(len(one.before))}{unknown}"


def _chart(facts: Facts, found: Sequence[Standing]) -> Chart:
    rows = [
        Bullet(
            one.use.budget,
            100 * (one.use.used_share or 0.0),
            100 * one.use.passed_share,
            f"{used_of(facts, one)} · {one.state}",
            COLOURS[one.state],
        )
        for one in found[:MOST_BARS]
    ]
    return Chart("budgets", "Budgets: what is used, and how much time has passed", bullets(rows))


def used_of(facts: Facts, one: Standing) -> str:
    """Return what is used of a budget: '$812.00 of $1,000.00'."""
    return wording.used_of(facts.currency, one.use.used_usd, one.use.amount)
