"""Say what the live page is of: days of which zone, which budgets and providers; and which moments these are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from finops_report.analysis.rules import RULES
from finops_report.analysis.rules.budgets import BudgetRule
from finops_report.calendar.budget_periods import period_of
from finops_report.calendar.comparison import DAY
from finops_report.calendar.recorded import day_of
from finops_report.calendar.zones import midnight_us, zone
from finops_report.warehouse import Budget
from finops_report.warehouse.live import BudgetSpan, LiveMoments
from finops_report.wording.conventions import Conventions
from finops_report.wording.currency import Currency

DEFAULT_RULE = RULES.budgets
MINUTE_US = 60_000_000
HEALTH_US, FAILOVERS_US = 15 * MINUTE_US, 24 * 60 * MINUTE_US


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say about the page; `providers` are those that may be asked, so that idle ones are shown.

    `team` is the one whose requests alone the page is of, None for all.
    """

    title: str
    timezone: str
    fiscal_year_start: int
    currency: Currency
    conventions: Conventions
    budgets: tuple[Budget, ...] = ()
    rule: BudgetRule = DEFAULT_RULE
    providers: tuple[str, ...] = ()
    team: str | None = None

    def of_team(self, team: str) -> Plan:
        """Return the page of one team: of the budgets those alone that are its own."""
        return replace(self, team=team, budgets=tuple(one for one in self.budgets if one.team == team))

    def moments(self, now_us: int) -> LiveMoments:
        """Return what is today, and the same time yesterday, at `now_us` (microseconds since 1970-01-01 UTC)."""
        clock = zone(self.timezone)
        today = day_of(now_us, clock)
        today_us, yesterday_us = midnight_us(today, clock), midnight_us(today - DAY, clock)
        return LiveMoments(
            yesterday_us=yesterday_us,
            same_time_us=min(yesterday_us + now_us - today_us, today_us),
            today_us=today_us,
            tomorrow_us=midnight_us(today + DAY, clock),
            health_us=now_us - HEALTH_US,
            failovers_us=now_us - FAILOVERS_US,
            until_us=now_us,
        )

    def spans(self, now_us: int) -> tuple[BudgetSpan, ...]:
        """Return the period under way of each kind that a budget is for."""
        clock = zone(self.timezone)
        today = day_of(now_us, clock)
        units = sorted({budget.period for budget in self.budgets})
        periods = [period_of(unit, today, self.fiscal_year_start) for unit in units]
        return tuple(
            BudgetSpan(unit, days.first, days.last, midnight_us(days.first, clock), midnight_us(days.last + DAY, clock))
            for unit, days in zip(units, periods, strict=True)
        )

    def local(self, us: int) -> datetime:
        """Return a moment by the clock of the page's zone."""
        return datetime.fromtimestamp(us // 1_000_000, zone(self.timezone))
