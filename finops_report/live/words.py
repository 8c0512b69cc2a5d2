"""Say the figures of the live page: one frozen value for its template, everything in words and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finops_report.charts.colours import by_rank
from finops_report.live.budgets import MOST_BARS, BudgetWords, budgets, others
from finops_report.live.health import RULE
from finops_report.live.hours import hours_chart
from finops_report.live.plan import Plan
from finops_report.live.tables import HealthWords, failover_table, health, provider_table
from finops_report.model import Table
from finops_report.page.drawn import DrawnChart, drawn
from finops_report.warehouse.live import BudgetSpan, LiveMoments, LiveRows, TodayRow
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS
from finops_report.wording.providers import provider_names


@dataclass(frozen=True, slots=True)
class TodayWords:
    """What was spent today, large; how that compares, and what is not known of it ('' if all is)."""

    amount: str
    in_usd: str
    change: str
    unknown: str
    requests: str
    noun: str
    tokens: str
    failed: str


@dataclass(frozen=True, slots=True)
class Words:
    """All that the page says of one moment: `at` is the time of day on `day`, by the clock of `zone`.

    `team` is the one that it is of alone, '' for all. A table or chart that would be empty is None. `trouble` is why
    the figures are not newer, '' if they are new.
    """

    at: str
    day: str
    zone: str
    team: str
    today: TodayWords
    chart: DrawnChart | None
    providers: Table | None
    budgets: tuple[BudgetWords, ...]
    other_budgets: str
    health: tuple[HealthWords, ...]
    health_rule: str
    failovers: Table | None
    trouble: str


def words(plan: Plan, moments: LiveMoments, spans: Sequence[BudgetSpan], rows: LiveRows) -> Words:
    """Return what the page says of `rows`."""
    now = plan.local(moments.until_us)
    names = provider_names(sorted(_providers(plan, rows)))
    stand = budgets(plan, spans, rows.budgets)
    return Words(
        at=f"{now:%H:%M:%S}",
        day=formats.day(now.date()),
        zone=plan.timezone,
        team=formats.shortened(plan.team or "", 40),
        today=_today(plan, rows.today),
        chart=_chart(plan, moments, names, rows),
        providers=provider_table(plan, names, rows.providers),
        budgets=stand[:MOST_BARS],
        other_budgets=others(stand[MOST_BARS:]),
        health=health(plan, names, rows.health),
        health_rule=RULE.text,
        failovers=failover_table(plan, moments, names, rows.failovers),
        trouble="",
    )


def _providers(plan: Plan, rows: LiveRows) -> set[str]:
    """Return all providers that the page names."""
    return {
        *plan.providers,
        *(row.provider for row in rows.providers),
        *(row.provider for row in rows.hours),
        *(row.provider for row in rows.health),
        *(name for row in rows.failovers for name in (row.provider, row.to_provider)),
    }


def _today(plan: Plan, row: TodayRow) -> TodayWords:
    unpriced = row.unpriced_requests
    return TodayWords(
        amount="not known" if row.cost_usd is None else plan.currency.money(row.cost_usd),
        in_usd="" if plan.currency.code == "USD" else US_DOLLARS.money_or_nothing(row.cost_usd),
        change=_change(plan, row),
        unknown=f"plus {formats.plural(unpriced, 'request')} without a known price" if unpriced else "",
        requests=formats.count(row.requests),
        noun="request" if row.requests == 1 else "requests",
        tokens=formats.tokens(row.tokens),
        failed=f"{formats.count(row.failed_requests)} not answered" if row.failed_requests else "",
    )


def _change(plan: Plan, row: TodayRow) -> str:
    if not row.yesterday_requests:
        return "no request yesterday by this time"
    yesterday = plan.currency.money(row.yesterday_usd)
    if row.change is None:
        return f"yesterday by this time: {yesterday}"
    return f"{formats.change(row.change)} against yesterday by this time, {yesterday}"


def _chart(plan: Plan, moments: LiveMoments, names: Mapping[str, str], rows: LiveRows) -> DrawnChart | None:
    if not rows.hours:
        return None
    ranked = [names[row.provider] for row in rows.providers]
    return drawn(hours_chart(plan, moments, rows.hours, names, by_rank(ranked)), "a column an hour, by provider")
