"""Tell how the forecast made in the middle of a period would have fared, now that the period is over."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.forecast.forecast import Forecast, forecast
from finops_report.analysis.forecast.series import Series


@dataclass(frozen=True, slots=True)
class Hindcast:
    """A forecast made after `made_after` steps of a period that came to `actual_usd`.

    `error` is relative to what came: above 0 if too much was forecast.
    """

    made_after: int
    forecast: Forecast
    actual_usd: float
    error: float

    @property
    def is_inside(self) -> bool:
        """Whether the end lay within the interval."""
        return self.forecast.low_usd <= self.actual_usd <= self.forecast.high_usd


def hindcast(series: Series, start: int, end: int, made_after: int) -> Hindcast | None:
    """Return how the forecast of steps `start` to `end` fared; None if there was none, or steps are unknown."""
    period = series.usd[max(0, start) : end]
    known = [usd for usd in period if usd is not None]
    if start < 0 or len(known) < end - start or not sum(known):
        return None
    made = forecast(series.before(start + made_after), start, end)
    if not isinstance(made, Forecast):
        return None
    return Hindcast(made_after, made, sum(known), made.expected_usd / sum(known) - 1)
