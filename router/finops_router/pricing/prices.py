"""Find the price of a model at a time: in finops.toml first, then in the public list, corrected, less discounts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from finops_router.calls import STANDARD, Served, Usage
from finops_router.pricing.contract import NO_CONTRACT, Contract
from finops_router.pricing.corrections import Correction, newest, shipped
from finops_router.pricing.listed import Listed, Listing, compiled, listed, listing, source
from finops_router.pricing.price import Bill, Price
from finops_router.pricing.rates import Rates
from finops_router.pricing.serving import context, normal, ways

MINUTE_US = 60_000_000
CHARGED = "charged by the provider"
BILLED_BY_PROFILE = "aws.bedrock"  # an answer of its names the model alone, the price is that of the profile asked for
NO_PRICE = {"model": Bill(unpriced_reason="model"), "serving": Bill(unpriced_reason="serving")}


class PriceOverride(msgspec.Struct, frozen=True, kw_only=True):
    """A contract price, or the price of an own model, from [[router.prices]] or [[prices.contract.models]].

    It counts from `valid_from` (UTC), for answers served in this way alone (None: in the standard one).
    """

    provider: str
    model: str
    rates: Rates
    valid_from: date | None = None
    source: str = "finops.toml"
    service_tier: str | None = None
    speed: str | None = None
    inference_region: str | None = None

    def holds(self, provider: str, model: str, served: Served, day: date) -> bool:
        """Return whether it is the price of `model`, `served` so, on `day`."""
        return (
            (self.provider, self.model) == (provider, model)
            and (self.service_tier, self.speed, self.inference_region)
            == (served.service_tier, served.speed, served.inference_region)
            and (self.valid_from or date.min) <= day
        )


class Prices:
    """What every model costs: the overrides first, then genai-prices as installed, corrected; never a default.

    The discounts of `contract` are taken off the list's prices, not off the overrides. genai-prices is imported at the
    first look-up of a model that is not in `overrides`.
    """

    def __init__(
        self,
        overrides: tuple[PriceOverride, ...] = (),
        corrections: tuple[Correction, ...] | None = None,
        contract: Contract = NO_CONTRACT,
    ) -> None:
        self.contract = contract
        self._overrides = sorted(overrides, key=lambda o: o.valid_from or date.min, reverse=True)
        self._own_corrections = corrections
        self._known: dict[tuple[str, str, str | None, Served | None], tuple[int, Price | None]] = {}
        self._compiled: dict[tuple[int, tuple[int, ...]], tuple[object, Price]] = {}

    @property
    def own(self) -> tuple[PriceOverride, ...]:
        """The overrides, the newest first."""
        return tuple(self._overrides)

    def price(
        self, provider: str, model: str, moment_us: int, served: Served = STANDARD, asked: str | None = None
    ) -> Price | None:
        """Return the price of `model` at `moment_us` (microseconds since 1970 UTC); None if none is known.

        `asked` is the name a request asked for, if the answer gave another: a price of either counts. A way of being
        `served` other than the standard one (tier, speed, region) has a price of its own or none: the standard price
        is not that of another tier. Resolved again once a minute: the finest step in which list prices change
        (off-peak hours).
        """
        minute = moment_us // MINUTE_US
        key = (provider, model, asked, None if served is STANDARD else served)  # to hash it takes longer than all else
        known = self._known.get(key)
        if known is not None and known[0] == minute:
            return known[1]
        price = self._resolve(provider, model, asked or model, normal(served), datetime.fromtimestamp(minute * 60, UTC))
        self._known[key] = (minute, price)
        return price

    def bill(
        self,
        usage: Usage,
        provider: str,
        model: str,
        moment_us: int,
        served: Served = STANDARD,
        asked: str | None = None,
    ) -> Bill:
        """Return what an answer cost that used `usage`: what the provider itself charged if it said so, else its price.

        See `price`. Without a cost, the bill has the reason.
        """
        if usage.charged_usd is not None:
            return Bill(usage.charged_usd, CHARGED, cost_source="provider")
        if usage.source == "none":
            return Bill(unpriced_reason="usage")
        price = self.price(provider, model, moment_us, served, asked)
        if price is not None:
            return price.bill(usage)
        is_served_otherwise = served != STANDARD and self.price(provider, model, moment_us, asked=asked) is not None
        return NO_PRICE["serving" if is_served_otherwise else "model"]

    def _resolve(self, provider: str, model: str, asked: str, served: Served, moment: datetime) -> Price | None:
        for name in (model, asked):
            for own in self._overrides:
                if own.holds(provider, name, served, moment.date()):
                    return Price((own.rates,), (), own.source, "contract")
        for name in (asked, model) if provider == BILLED_BY_PROFILE else (model, asked):
            found = listing(provider, name)
            if found is not None:
                price = self._listed(found, served, moment)
                discount = self.contract.discount(provider, (model, asked), moment.date())
                return price if price is None or discount is None else discount.off(price)
        return None

    def _listed(self, found: Listing, served: Served, moment: datetime) -> Price | None:
        """Return the list's price of a model, corrected; None if it has none of a model `served` so."""
        wanted = context(served)
        missing = ways(served).keys() - found.answers(moment, wanted)
        right = [one for one in self._corrections if one.holds(found.provider, found.model.id, moment)]
        right = [one for one in right if (one.way.keys() <= missing if one.way else missing == ways(served).keys())]
        right = [one for one in right if all(wanted[key] == word for key, word in one.way.items())]
        if missing - {key for one in right for key in one.way}:
            return None
        price = found.prices(moment, wanted)
        if wanted:
            return self._compile(found, listed(price), right)
        key = (id(price), tuple(id(one) for one in right))  # one object a date range, so its identity names the range
        held = self._compiled.get(key)
        if held is None:
            held = self._compiled[key] = (price, self._compile(found, listed(price), right))
        return held[1]

    @property
    def _corrections(self) -> tuple[Correction, ...]:
        return shipped() if self._own_corrections is None else self._own_corrections

    def _compile(self, found: Listing, stated: Listed, right: list[Correction]) -> Price:
        """Return what the list has `stated` with what is `right` about it, as plain rates."""
        corrected = stated
        for one in sorted(right, key=lambda one: bool(one.way)):
            corrected = one.corrected(corrected)
        tiers, starts = compiled(corrected)
        if corrected == stated:
            return Price(tiers, starts, source(), "list", found.least_seconds)
        name = f"{source()}, corrected {newest(self._corrections)}"
        return Price(tiers, starts, name, "corrected", found.least_seconds)
