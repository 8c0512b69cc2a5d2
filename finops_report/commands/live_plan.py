"""Plan the gateway's live page by the settings of the report, its budgets and its providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from finops_report.commands.settings import CommandSettings
    from finops_report.live import Painter, Plan

TITLE = "LLM spend, live"


def live_plan(settings: CommandSettings) -> Plan:
    """Return what the page is of. Raises ConfigError for an unknown time zone or contradictory limits."""
    from finops_report.calendar.zones import zone
    from finops_report.live import Plan
    from finops_report.wording.locales import conventions_of

    zone(settings.report.timezone)
    routing = None if settings.whole is None else settings.whole.router
    groups = () if routing is None else routing.groups.values()
    return Plan(
        title=settings.own_title or TITLE,
        timezone=settings.report.timezone,
        fiscal_year_start=settings.report.fiscal_year_start,
        currency=settings.currency,
        conventions=conventions_of(settings.report.locale),
        budgets=settings.budgets,
        rule=settings.rules.rules.budgets,
        providers=tuple(sorted({target.provider for group in groups for target in group.targets})),
    )


def take_anew(painter: Painter, file: Path) -> None:
    """Have the page go on with the settings as they are now; those that are wrong change nothing: workers say why."""
    from finops_router.errors import RouterError

    from finops_report.commands.settings import read_settings
    from finops_report.errors import FinopsError

    try:
        painter.take(live_plan(read_settings(file)))
    except (RouterError, FinopsError):
        return
