"""Work out what one answer costs at a given price, in USD, as Decimal."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from finops_router.calls import Usage
from finops_router.pricing.rates import Rates, usage_usd
from finops_router.pricing.units import counts_of, used_of, without_price


class Bill(msgspec.Struct, frozen=True):
    """What an answer or a whole call cost in USD, where its price comes from, and what the cache took off it.

    `cost_usd` and `price_source` are None if no price is known, `cache_savings_usd` also if no cache was used.
    `cost_source` and `unpriced_reason` are those of telemetry (sql/schema/008_cost_and_usage_sources.sql).
    """

    cost_usd: Decimal | None = None
    price_source: str | None = None
    cache_savings_usd: Decimal | None = None
    cost_source: str | None = None
    unpriced_reason: str | None = None


UNPRICED = Bill()


class Price(msgspec.Struct, frozen=True):
    """The price of one model at one time: rates by size of the prompt, and where they come from.

    `tier_starts[i]` is the number of input tokens above which `tiers[i + 1]` holds for the whole request.
    `cost_source` is 'list', 'contract' or 'corrected'. Audio shorter than `least_seconds` is charged as that long.
    """

    tiers: tuple[Rates, ...]
    tier_starts: tuple[int, ...]
    source: str
    cost_source: str = "list"
    least_seconds: int = 0

    def bill(self, usage: Usage) -> Bill:
        """Return the bill for `usage`; without a cost but with the reason if something used has no price."""
        cost_usd = self.cost_usd(usage)
        if cost_usd is None:
            return Bill(unpriced_reason=self.unpriced_reason(usage))
        cost_source = "estimated" if usage.source == "estimated" else self.cost_source
        return Bill(cost_usd, self.source, self.cache_savings_usd(usage), cost_source)

    def cost_usd(self, usage: Usage) -> Decimal | None:
        """Return what `usage` costs, in USD; None if something used has no price or counts contradict.

        The arithmetic is that of genai_prices.calc_price: each unit is charged once, at its own rate if there is one
        and else as what it lies within; a tier holds for the whole request. What calc_price leaves out because the
        list has no price of it is not left out here.
        """
        return usage_usd(self._rates(usage), usage, self.least_seconds)

    def most_usd(self, input_tokens: int, output_tokens: int) -> Decimal | None:
        """Return the most that so many tokens of text usually cost, in USD: all of them of the dearest kinds.

        A provider may write the prompt to its cache (not for an hour: who wants that asks for it) and reason instead of
        answering. None if a kind has no price.
        """
        rates = self.tiers[bisect_left(self.tier_starts, input_tokens)]
        if rates.input_usd is None or rates.output_usd is None:
            return self.cost_usd(Usage(input_tokens=input_tokens, output_tokens=output_tokens))
        input_usd, output_usd = rates.input_usd, rates.output_usd
        if rates.cache_write_usd is not None and rates.cache_write_usd > input_usd:
            input_usd = rates.cache_write_usd
        if rates.reasoning_usd is not None and rates.reasoning_usd > output_usd:
            output_usd = rates.reasoning_usd
        return rates.request_usd + input_usd * input_tokens + output_usd * output_tokens

    def cache_savings_usd(self, usage: Usage) -> Decimal | None:
        """Return what the provider's cache took off `usage`, in USD: below zero if filling it cost more.

        That is the cost of the same tokens without any cache, less their cost. None if
        neither happened, or a cost is unknown.
        """
        if not usage.cache_read_input_tokens and not usage.cache_write_input_tokens:
            return None
        plain = replace(
            usage,
            cache_read_input_tokens=0,
            cache_write_input_tokens=0,
            cache_write_1h_input_tokens=0,
            other_units={unit: 0 if unit.startswith("cache_") else n for unit, n in usage.other_units.items()},
        )
        cost_usd, plain_usd = self.cost_usd(usage), self.cost_usd(plain)
        return None if cost_usd is None or plain_usd is None else plain_usd - cost_usd

    def unpriced_reason(self, usage: Usage) -> str:
        """Return which units of `usage` have no price, with commas between; 'usage' if its counts contradict."""
        missing = without_price(tuple(self._rates(usage).by_unit()), used_of(counts_of(usage)))
        return ",".join(missing) or "usage"

    def _rates(self, usage: Usage) -> Rates:
        return self.tiers[bisect_left(self.tier_starts, usage.input_tokens)]
