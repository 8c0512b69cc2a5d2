"""The tables that `tail` keeps on a terminal: the last minute by provider, and the budgets in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from finops_report.wording.currency import US_DOLLARS
from finops_report.wording.formats import count, percent, times
from finops_report.wording.plain import printable

if TYPE_CHECKING:
    from finops_router.telemetry.pulse import Beat

    from finops_report.analysis.budgets import Standing
    from finops_report.wording.currency import Currency


def budget_table(standings: Iterable[Standing], currency: Currency) -> str:
    """Return a line for each budget, as far as it is loaded: what is used, at what pace, how it stands; '' for none."""
    lines = [_budget_line(one, currency) for one in standings]
    if not lines:
        return ""
    return "\n" + _budget("budget", "used", "of", "share", "passed", "pace", "state") + "".join(lines)


def _budget_line(one: Standing, currency: Currency) -> str:
    use = one.use
    return _budget(
        printable(use.budget)[:23],
        currency.money(use.used_usd),
        currency.stated_money(use.amount),
        "" if use.used_share is None else percent(use.used_share, (1.0,)),
        percent(use.passed_share),
        "" if use.pace is None else times(use.pace, (1.0,)),
        one.state,
    )


def _budget(name: str, used: str, amount: str, share: str, passed: str, pace: str, state: str) -> str:
    return f"{name:24}{used:>14}{amount:>14}{share:>9}{passed:>9}{pace:>7}  {state}\n"


def live_table(beats: Iterable[Beat]) -> str:
    """Return the heading and a line for each provider, in the order given."""
    heading = _line("last minute", "requests", "spend", "no price", "failed attempts")
    return heading + "".join(
        _line(
            printable(beat.provider)[:23],
            count(beat.requests),
            US_DOLLARS.money(beat.cost_usd),
            count(beat.unpriced_requests),
            count(beat.failed_attempts),
        )
        for beat in beats
    )


def _line(provider: str, requests: str, spend: str, unpriced: str, failed: str) -> str:
    return f"{provider:24}{requests:>10}{spend:>14}{unpriced:>10}{failed:>17}\n"
