"""The table that `tail` keeps on a terminal: the last minute, a line a provider."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from finops_report.wording.currency import US_DOLLARS
from finops_report.wording.formats import count
from finops_report.wording.plain import printable

if TYPE_CHECKING:
    from finops_router.telemetry.pulse import Beat


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
