"""Ask the router's price table what work that is not urgent costs in a tier that answers later."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finops_router.pricing.prices import Prices
    from finops_router.settings.reader import Settings

    from finops_report.warehouse import LaterTier, MeanRequest, NotUrgent, Served
    from finops_report.warehouse.later_tiers import Pricing

LATER = ("batch", "flex")  # of equal prices the first: every batch is answered, flex may be refused


def not_urgent(tags: tuple[tuple[str, str], ...], settings: Settings | None = None) -> NotUrgent:
    """Return the work that is not urgent, at the prices of `settings` (None: of the public list)."""
    from finops_report.warehouse import ALL_IS_URGENT, NotUrgent

    return NotUrgent(tags, _pricing(settings)) if tags else ALL_IS_URGENT


def _pricing(settings: Settings | None) -> Pricing:
    from finops_router.pricing.prices import Prices

    prices = Prices() if settings is None else settings.price_table()
    return lambda served, mean, moment_us: _cheapest(prices, served, mean, moment_us)


def _cheapest(prices: Prices, served: Served, mean: MeanRequest, moment_us: int) -> LaterTier | None:
    """Return the later tier of the lowest price; None if the table has no price of one, or none of what was paid."""
    from dataclasses import asdict

    from finops_router.calls import Served as WaysServed
    from finops_router.calls import Usage

    from finops_report.warehouse import LaterTier

    usage = Usage(**asdict(mean))

    def cost_usd(tier: str | None) -> Decimal:
        way = WaysServed(service_tier=tier, speed=served.speed, inference_region=served.inference_region)
        return prices.bill(usage, served.provider, served.model, moment_us, way).cost_usd or Decimal(0)

    paid_usd = cost_usd(served.service_tier)
    found = [(usd, tier) for tier in LATER if (usd := cost_usd(tier))]
    if not found or not paid_usd:
        return None
    usd, tier = min(found)
    return LaterTier(tier, float(usd / paid_usd))
