"""Work out the most that a call may cost, before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from finops_router.calls import STANDARD, Served, Target
from finops_router.gateway.budgets.refusals import PriceUnknown
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
        cost_usd = None if price is None else price.most_usd(input_tokens, output)
        if cost_usd is None:
            raise PriceUnknown(target.name)
        dearest = max(dearest, cost_usd)
    return dearest
