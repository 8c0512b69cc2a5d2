"""Which price of each target is in force at a moment, where it is from, and whether it is missing or old."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from finops_router.calls import STANDARD, Served
from finops_router.pricing.contract import Commitment, is_within
from finops_router.pricing.price import Price
from finops_router.pricing.prices import Prices
from finops_router.pricing.serving import normal
from finops_router.pricing.units import TOKENS, units
from finops_router.settings.reader import Settings

from finops_report.analysis.price_tables import published
from finops_report.prices.repricing import asked_models
from finops_report.prices.used import Target, bill_of, served_of, target_of, usage_of
from finops_report.warehouse import Calls

OLD_DAYS = 90  # after which somebody should look whether a list, or a correction of it, still holds
ENDED_DAYS = 90  # for which a discount that has ended is still worth a word
LIST = re.compile(r"genai-prices (\S+?)(?:, corrected (\d{4}-\d\d-\d\d))?(?:, less .*)?")
MTOK = 1_000_000
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Rate:
    """What `per` of a unit costs in USD, for prompts above so many input tokens."""

    unit: str
    per: int
    usd: Decimal
    above_tokens: int = 0


@dataclass(frozen=True, slots=True)
class InForce:
    """The price of one target, served in one way; without rates if none is known.

    `requests` used it, of which `otherwise` were recorded at another price and `unpriced` without any. `flags` say in
    words what is wrong with it.
    """

    provider: str
    model: str
    served: str
    source: str | None
    cost_source: str | None
    rates: tuple[Rate, ...]
    requests: int
    unpriced: int
    otherwise: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """How much of a commitment was used up to a day, in USD, and what shares of amount and time that is."""

    commitment: Commitment
    used_usd: Decimal
    used_share: float
    passed_share: float

    @property
    def is_behind(self) -> bool:
        """Whether less of the amount was used than time has passed."""
        return self.used_share < self.passed_share


@dataclass(slots=True)
class _Use:
    """How much a target was used in one way."""

    requests: int = 0
    unpriced: int = 0
    otherwise: int = 0


def in_force(settings: Settings, calls: Iterable[Calls], day: date) -> list[InForce]:
    """Return the prices, at noon (UTC) of `day`, of all targets that were called or that the settings name."""
    table, asked = settings.price_table(), asked_models(settings)
    uses: dict[tuple[Target, Served], _Use] = {(target, STANDARD): _Use() for target in _named(settings, table)}
    names: dict[tuple[Target, Served], str] = {}
    for one in calls:
        if NOT_RECORDED in target_of(one) and usage_of(one).source == "none":
            continue
        key = (target_of(one), normal(served_of(one)))
        use = uses.setdefault(key, _Use())
        use.requests += one.requests
        use.unpriced += one.requests - one.priced_requests if usage_of(one).source != "none" else 0
        if one.cost_source in ("list", "corrected", "contract"):
            use.otherwise += one.requests if bill_of(one, table, asked).price_source != one.price_source else 0
        names.setdefault(key, asked.get((one.requested_model or "", one.provider)) or one.requested_model or one.model)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    moment_us = int(noon.timestamp()) * 1_000_000
    found = []
    for ((provider, model), served), use in sorted(uses.items(), key=lambda one: (one[0][0], _way(one[0][1]))):
        name = names.get(((provider, model), served), model)
        price = table.price(provider, model, moment_us, served, name)
        found.append(
            _row((provider, model), served, price, use, _flags(price, (provider, model, name), use, table, day))
        )
    return found


def committed(settings: Settings, calls: Iterable[Calls], day: date) -> list[Committed]:
    """Return how much of each commitment in force on `day` was used up to its end, by what is on record."""
    wanted = commitments(settings, day)
    used = [Decimal(0)] * len(wanted)
    for one in calls:
        at = datetime.fromtimestamp(one.slot_us // 1_000_000, UTC).date()
        for number, agreed in enumerate(wanted):
            is_of_it = agreed.provider == one.provider and (not agreed.models or one.model in agreed.models)
            if is_of_it and is_within(at, agreed.valid_from, min(agreed.valid_until, day)):
                used[number] += one.cost_usd or 0
    return [_committed(agreed, amount, day) for agreed, amount in zip(wanted, used, strict=True)]


def commitments(settings: Settings, day: date) -> list[Commitment]:
    """Return the commitments in force on `day`."""
    agreed = settings.price_table().contract.commitments
    return [one for one in agreed if is_within(day, one.valid_from, one.valid_until)]


def rates_of(price: Price) -> tuple[Rate, ...]:
    """Return the rates of a price: of tokens for a million, of all else for one."""
    found = []
    for rates, above in zip(price.tiers, (0, *price.tier_starts), strict=True):
        for unit, rate in rates.by_unit().items():
            per = MTOK if TOKENS in units()[unit].traits else 1
            found.append(Rate(unit, per, _plain(rate.usd * per / rate.per), above))
        if rates.request_usd:
            found.append(Rate("requests", 1, _plain(rates.request_usd), above))
    return tuple(found)


def _plain(usd: Decimal) -> Decimal:
    """Return an amount without zeros at its end: 0.150 -> 0.15, and 1E+1 -> 10."""
    return Decimal(f"{usd.normalize():f}")


def _named(settings: Settings, table: Prices) -> Iterable[Target]:
    yield from ((own.provider, own.model) for own in table.own)
    for group in {} if settings.router is None else settings.router.groups.values():
        yield from ((target.provider, target.model) for target in group.targets)


def _row(target: Target, served: Served, price: Price | None, use: _Use, flags: tuple[str, ...]) -> InForce:
    return InForce(
        *target,
        _way(served),
        None if price is None else price.source,
        None if price is None else price.cost_source,
        () if price is None else rates_of(price),
        use.requests,
        use.unpriced,
        use.otherwise,
        flags,
    )


def _way(served: Served) -> str:
    named: Mapping[str, str | None] = {
        "tier": served.service_tier,
        "speed": served.speed,
        "region": served.inference_region,
    }
    return ", ".join(f"{name} {word}" for name, word in named.items() if word is not None)


def _flags(price: Price | None, names: tuple[str, str, str], use: _Use, table: Prices, day: date) -> tuple[str, ...]:
    found = []
    if price is None:
        found.append("missing: no price is known" + (", and it is in use" if use.requests else ""))
    else:
        found += _old(price.source, day)
        if price.cost_source != "contract":
            found += [
                f"a discount ended on {one.valid_until}"
                for one in table.contract.discounts
                if one.valid_until is not None
                and timedelta(0) < day - one.valid_until <= timedelta(days=ENDED_DAYS)
                and one.holds(names[0], names[1:], one.valid_until)
            ]
    if use.otherwise:
        found.append(f"{use.otherwise} of {use.requests} requests recorded at other prices: finops-report reprice")
    if price is not None and use.unpriced:
        found.append(f"{use.unpriced} of {use.requests} requests recorded without a price: finops-report reprice")
    return tuple(found)


def _old(source: str, day: date) -> list[str]:
    """Return what of a source is older than it should be."""
    if (known := LIST.fullmatch(source)) is None:
        return []
    released = published().get(known[1])
    found = []
    if released is not None and (day - released).days > OLD_DAYS:
        found.append(f"stale: the list is of {released}, {(day - released).days} days before")
    if known[2] and (day - date.fromisoformat(known[2])).days > OLD_DAYS:
        found.append(f"stale: corrections were last checked on {known[2]}")
    return found


def _committed(agreed: Commitment, used_usd: Decimal, day: date) -> Committed:
    days = (agreed.valid_until - agreed.valid_from).days + 1
    passed = (day - agreed.valid_from).days + 1
    return Committed(agreed, used_usd, float(used_usd / agreed.amount_usd), passed / days)
