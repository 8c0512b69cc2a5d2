"""What a company has agreed with providers: discounts on their list prices, and what it has committed itself to use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from finops_router.pricing.price import Price
from finops_router.pricing.rates import Rates, UnitRate

NO_MODELS: frozenset[str] = frozenset()
TOKEN_RATES = tuple(
    field.name for field in msgspec.structs.fields(Rates) if field.name not in ("request_usd", "others")
)


class Discount(msgspec.Struct, frozen=True, kw_only=True):
    """A share taken off the list prices of a provider: of `models` alone, or of all if it names none.

    It counts from `valid_from` to `valid_until`, both days (UTC) included; None is without a bound. `commitment` is the
    name of the commitment that it is given for, None if it needs none.
    """

    provider: str
    share: Decimal
    models: frozenset[str] = NO_MODELS
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = "finops.toml"
    commitment: str | None = None

    def holds(self, provider: str, names: tuple[str, ...], day: date) -> bool:
        """Return whether it is taken off the price of a model, by any of its `names`, on `day`."""
        return (
            self.provider == provider
            and (not self.models or not self.models.isdisjoint(names))
            and is_within(day, self.valid_from, self.valid_until)
        )

    def off(self, price: Price) -> Price:
        """Return `price` less the share, as a price by contract that names both sources."""
        left = 1 - self.share
        tiers = tuple(_times(rates, left) for rates in price.tiers)
        percent = f"{self.share * 100:f}"
        percent = percent.rstrip("0").rstrip(".") if "." in percent else percent
        source = f"{price.source}, less {percent} % by {self.source}"
        return msgspec.structs.replace(price, tiers=tiers, source=source, cost_source="contract")


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """An amount in USD that a company uses of a provider between two days (UTC, both included), or pays all the same.

    It changes no price by itself: a discount that is given for it names it.
    """

    name: str
    provider: str
    amount_usd: Decimal
    valid_from: date
    valid_until: date
    models: frozenset[str] = NO_MODELS
    source: str = "finops.toml"


class Contract(msgspec.Struct, frozen=True):
    """All that was agreed."""

    discounts: tuple[Discount, ...] = ()
    commitments: tuple[Commitment, ...] = ()

    def discount(self, provider: str, names: tuple[str, ...], day: date) -> Discount | None:
        """Return the one discount on a model by any of its `names` on `day`, None if there is none: they do not add up.

        One that names the model counts before one of all models, then the one that began last.
        """
        right = [one for one in self.discounts if one.holds(provider, names, day)]
        return max(right, key=lambda one: (bool(one.models), one.valid_from or date.min), default=None)


NO_CONTRACT = Contract()


def is_within(day: date, first: date | None, last: date | None) -> bool:
    """Return whether `day` is one of those from `first` to `last`; None is without a bound."""
    return (first or date.min) <= day <= (last or date.max)


def _times(rates: Rates, factor: Decimal) -> Rates:
    known = {name: usd * factor for name in TOKEN_RATES if (usd := getattr(rates, name)) is not None}
    others = tuple(UnitRate(rate.unit, rate.usd * factor, rate.per) for rate in rates.others)
    return msgspec.structs.replace(rates, **known, request_usd=rates.request_usd * factor, others=others)
