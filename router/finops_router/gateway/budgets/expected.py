"""Work out the most that a call can be expected to cost, before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from finops_router.calls import STANDARD, Served, Target, Usage
from finops_router.gateway.budgets.refusals import PriceUnknown
from finops_router.pricing.price import Price
from finops_router.pricing.prices import Prices

UNBOUNDED_OUTPUT_TOKENS = 8192  # of a call that sets no bound of its own


def most_usd(
    targets: Iterable[Target],
    input_tokens: int,
    max_output_tokens: int | None,
    prices: Prices,
    now_us: int,
    service_tier: str | None = None,
) -> Decimal:
    """Return what a call costs at the dearest of `targets` if its answer is as long as it may be, in USD.

    Input tokens are counted as the dearest kind a provider may make of them (writes to its cache), output tokens up to
    `max_output_tokens`, or 8,192 without one, but no more than the target's window has.
    Raises PriceUnknown for the first target that has no price: there is no default.
    """
    served = STANDARD if service_tier is None else Served(service_tier=service_tier)
    dearest = Decimal(0)
    for target in targets:
        bound = UNBOUNDED_OUTPUT_TOKENS if max_output_tokens is None else max_output_tokens
        output = bound if target.context_tokens is None else min(bound, target.context_tokens)
        price = prices.price(target.provider, target.model, now_us, served)
        if price is None:
            raise PriceUnknown(target.name)
        cost_usd = price.cost_usd(_dearest_usage(price, input_tokens, output))
        if cost_usd is None:
            raise PriceUnknown(target.name)
        dearest = max(dearest, cost_usd)
    return dearest


def _dearest_usage(price: Price, input_tokens: int, output_tokens: int) -> Usage:
    """Return a usage of so many tokens, of the kinds that cost most: a provider may write to its cache, and reason."""
    writes = any((tier.cache_write_usd or 0) > (tier.input_usd or 0) for tier in price.tiers)
    reasons = any((tier.reasoning_usd or 0) > (tier.output_usd or 0) for tier in price.tiers)
    return Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_write_input_tokens=input_tokens if writes else 0,
        reasoning_output_tokens=output_tokens if reasons else 0,
    )
