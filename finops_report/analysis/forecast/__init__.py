"""Forecast what a period will have cost at its end, with how far off such forecasts were before. Numbers only."""

from finops_report.analysis.forecast.forecast import Forecast, NotEnoughData, forecast
from finops_report.analysis.forecast.hindcast import Hindcast, hindcast
from finops_report.analysis.forecast.series import UNKNOWN, Series, with_idle_days

__all__ = ["UNKNOWN", "Forecast", "Hindcast", "NotEnoughData", "Series", "forecast", "hindcast", "with_idle_days"]
