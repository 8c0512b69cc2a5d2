"""Ask the router's price table what each meter of a target cost at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from finops_router.pricing.price import Price
    from finops_router.pricing.prices import Prices
    from finops_router.pricing.rates import Rates
    from finops_router.settings.reader import Settings

    from finops_report.warehouse.metered import Meter, MeteredPrice, PriceKey, Pricing


def metered_pricing(settings: Settings | None) -> Pricing:
    """Return what gives the meters of a target, at the prices of `settings` (None: of the public list)."""
    from finops_router.pricing.prices import Prices

    prices, public = Prices() if settings is None else settings.price_table(), Prices()
    held: dict[tuple[int, int], tuple[Price, Price | None, Sequence[MeteredPrice]]] = {}

    def metered(key: PriceKey) -> Sequence[MeteredPrice]:
        """Return the meters of a target at a time; the table gives one object a range of dates, whose meters are kept.

        The objects are kept with them, so that no other one can come to have their identity.
        """
        price = _price(prices, key)
        if price is None:
            return ()
        listed = price if price.cost_source != "contract" else _price(public, key)
        same = (id(price), id(listed))
        if same not in held:
            held[same] = (price, listed, _metered(price, listed))
        return held[same][2]

    return metered


def _metered(price: Price, listed: Price | None) -> Sequence[MeteredPrice]:
    """Return the meters for each size of prompt, beside what the public list has."""
    from finops_report.warehouse.metered import NO_BOUND, MeteredPrice

    bounds = (-1, *price.tier_starts, NO_BOUND)
    return [
        MeteredPrice(bounds[place], bounds[place + 1], _meters(rates, _rates_at(listed, bounds[place])))
        for place, rates in enumerate(price.tiers)
    ]


def _price(prices: Prices, key: PriceKey) -> Price | None:
    from finops_router.calls import Served

    served = Served(service_tier=key.service_tier, speed=key.speed, inference_region=key.inference_region)
    return prices.price(key.provider, key.model, key.step_us, served, key.requested_model)


def _rates_at(price: Price | None, above_tokens: int) -> Rates | None:
    """Return the public list's rates for prompts just above this size."""
    from bisect import bisect_left

    return None if price is None else price.tiers[bisect_left(price.tier_starts, above_tokens + 1)]


def _meters(rates: Rates, listed: Rates | None) -> tuple[Meter, ...]:
    """Return the meters at `rates`: a unit with a price of its own is taken out of those that it lies within."""
    from finops_router.pricing.units import shares

    from finops_report.warehouse.metered import Meter

    by_unit = {unit: rate.usd / rate.per for unit, rate in rates.by_unit().items()}
    public = {} if listed is None else {unit: rate.usd / rate.per for unit, rate in listed.by_unit().items()}
    own: dict[str, dict[str, int]] = {}
    found = []
    for share in shares(tuple(by_unit)):
        signs = {share.unit: 1}
        for inner in share.within:
            for unit, sign in own[inner].items():
                signs[unit] = signs.get(unit, 0) - sign
        own[share.unit] = signs
        usd = by_unit[share.unit]
        found.append(
            Meter(
                share.unit,
                usd,
                _listed_usd(share.unit, public, usd),
                tuple(unit for unit, sign in signs.items() if sign > 0),
                tuple(unit for unit, sign in signs.items() if sign < 0),
            )
        )
    if rates.request_usd:
        fee = rates.request_usd if listed is None else listed.request_usd
        found.append(Meter("requests", rates.request_usd, fee, ("requests",)))
    return tuple(found)


def _listed_usd(unit: str, public: dict[str, Decimal], usd: Decimal) -> Decimal:
    """Return the public price of a unit, or of the narrowest it lies within; `usd` if the list has neither."""
    from finops_router.pricing.units import units

    if unit in public:
        return public[unit]
    around = [name for name in public if name in units() and units()[name].traits < units()[unit].traits]
    return public[max(around, key=lambda name: len(units()[name].traits))] if around else usd
