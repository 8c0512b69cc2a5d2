"""Read the amount that a provider itself says it has charged for an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

TICKS_PER_USD = 10**10  # https://docs.x.ai/developers/cost-tracking


def charged_usd(provider: str, usage: Mapping[str, Any]) -> Decimal | None:
    """Return what `provider` (an OpenTelemetry name) has charged, in USD, by the raw `usage`; None if it does not say.

    A `cost` in the usage of any other provider is in no unit that we know, and not read.
    """
    read = READINGS.get(provider)
    return None if read is None else read(usage)


def _openrouter_usd(usage: Mapping[str, Any]) -> Decimal | None:
    """Return what OpenRouter took, and what the provider takes if it was asked with a key of the caller's own."""
    cost_usd, details = _amount(usage.get("cost")), usage.get("cost_details")
    if cost_usd is None or usage.get("is_byok") is not True:
        return cost_usd
    upstream_usd = _amount(details.get("upstream_inference_cost")) if isinstance(details, Mapping) else None
    return None if upstream_usd is None else cost_usd + upstream_usd


def _perplexity_usd(usage: Mapping[str, Any]) -> Decimal | None:
    cost = usage.get("cost")
    if not isinstance(cost, Mapping) or cost.get("currency", "USD") != "USD":
        return None
    return _amount(cost.get("total_cost"))


def _x_ai_usd(usage: Mapping[str, Any]) -> Decimal | None:
    ticks = _amount(usage.get("cost_in_usd_ticks"))
    return None if ticks is None else ticks / TICKS_PER_USD


def _amount(value: object) -> Decimal | None:
    """Return a number of JSON as people read it; None if it is no amount of money."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    amount = value if isinstance(value, Decimal) else Decimal(repr(value))
    return amount if amount.is_finite() and amount >= 0 else None


READINGS: Mapping[str, Callable[[Mapping[str, Any]], Decimal | None]] = {
    "openrouter": _openrouter_usd,
    "perplexity": _perplexity_usd,
    "x_ai": _x_ai_usd,
}
