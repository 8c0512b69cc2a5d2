"""Read the forecast of a month that runs back from report.json, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from finops_report.document.values import number
from finops_report.wording.currency import Currency
from finops_report.wording.forecast import expected_end


def forecast_in_words(forecast: Mapping[str, Any] | None, money: Currency) -> str:
    """Return what the month is expected to come to; '' if it is over, or if there is no forecast.

    Raises KeyError, IndexError, TypeError or ValueError for what is no forecast.
    """
    if forecast is None or forecast["under_way"] is not True:
        return ""
    whole = next((part for part in forecast["parts"] if part["divided_by"] == "all"), None)
    if whole is None or "expected_usd" not in whole:
        return ""
    return expected_end(
        money,
        date.fromisoformat(forecast["start"]),
        date.fromisoformat(forecast["until"]),
        *(number(whole[name]) for name in ("expected_usd", "low_usd", "high_usd", "spent_usd")),
        unpriced_requests=int(number(whole["unpriced_requests"])),
    )
