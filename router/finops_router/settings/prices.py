"""The [prices] part of finops.toml: own prices, and what was agreed with providers (discounts, commitments)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from finops_router.errors import ConfigError
from finops_router.pricing.contract import NO_CONTRACT, NO_MODELS, Commitment, Contract, Discount
from finops_router.pricing.prices import PriceOverride
from finops_router.pricing.rates import MTOK, Rates, UnitRate
from finops_router.pricing.units import units
from finops_router.settings.toml import Table, is_number

PRICE_KEYS = ("provider", "model", "valid_from", "source", "service_tier", "speed", "inference_region", "usd_per_unit")
RATE_KEYS = {  # key of an own price, USD per million tokens -> field of Rates
    "input_usd_per_mtok": "input_usd",
    "output_usd_per_mtok": "output_usd",
    "cache_read_usd_per_mtok": "cache_read_usd",
    "cache_write_usd_per_mtok": "cache_write_usd",
    "cache_write_1h_usd_per_mtok": "cache_write_1h_usd",
    "reasoning_usd_per_mtok": "reasoning_usd",
    "input_audio_usd_per_mtok": "input_audio_usd",
    "output_audio_usd_per_mtok": "output_audio_usd",
}
CONTRACT_KEYS = ("source", "discounts", "commitments", "models")
DISCOUNT_KEYS = ("provider", "models", "share", "valid_from", "valid_until", "source", "commitment")
COMMITMENT_KEYS = ("name", "provider", "models", "amount_usd", "valid_from", "valid_until", "source")
FINEST_SHARE = Decimal("1e-9")
USUAL_SOURCE = "finops.toml"


@dataclass(frozen=True, slots=True)
class PriceConfig:
    """What [prices.contract] says: the prices of models, which count as own ones, and what else was agreed."""

    models: tuple[PriceOverride, ...] = ()
    contract: Contract = NO_CONTRACT


def price_settings(section: Table) -> PriceConfig:
    """Return the settings of [prices]. Raises ConfigError for a key or value that cannot be used."""
    section.only(("contract",))
    table = section.inner("contract")
    table.only(CONTRACT_KEYS)
    source = table.optional("source") or USUAL_SOURCE
    commitments: dict[str, Commitment] = {}
    for one in table.tables("commitments"):
        found = _commitment(one, source)
        if found.name in commitments:
            raise one.wrong("name", "give each commitment a name of its own", "a new name")
        commitments[found.name] = found
    discounts = tuple(_discount(one, source, commitments) for one in table.tables("discounts"))
    models = tuple(own_price(one, source) for one in table.tables("models"))
    return PriceConfig(models, Contract(discounts, tuple(commitments.values())))


def own_price(section: Table, source: str = USUAL_SOURCE) -> PriceOverride:
    """Return the price of one model. Raises ConfigError for a key or value that cannot be used."""
    section.only((*PRICE_KEYS, *RATE_KEYS))
    rates = {name: usd / MTOK for key, name in RATE_KEYS.items() if (usd := section.usd(key)) is not None}
    others = _unit_rates(section.inner("usd_per_unit")) if section.has("usd_per_unit") else {}
    if not rates and not others:
        raise section.wrong("input_usd_per_mtok", "give at least one price, in US dollars per million tokens")
    return PriceOverride(
        provider=section.text("provider"),
        model=section.text("model"),
        rates=replace(Rates(request_usd=others.pop("requests", Decimal(0))), **rates, others=_rates_of(others)),
        valid_from=section.day("valid_from"),
        source=section.optional("source") or source,
        service_tier=section.optional("service_tier"),
        speed=section.optional("speed"),
        inference_region=section.optional("inference_region"),
    )


def _commitment(table: Table, source: str) -> Commitment:
    table.only(COMMITMENT_KEYS)
    amount_usd, first, last = (
        table.usd("amount_usd"),
        _needed_day(table, "valid_from"),
        _needed_day(table, "valid_until"),
    )
    if not amount_usd:
        raise table.wrong("amount_usd", "give US dollars, above 0")
    _check_days(table, first, last)
    return Commitment(
        name=table.text("name"),
        provider=table.text("provider"),
        models=_models(table),
        amount_usd=amount_usd,
        valid_from=first,
        valid_until=last,
        source=table.optional("source") or source,
    )


def _discount(table: Table, source: str, commitments: Mapping[str, Commitment]) -> Discount:
    table.only(DISCOUNT_KEYS)
    name = table.optional("commitment")
    given = None if name is None else commitments.get(name)
    if name is not None and given is None:
        raise table.wrong("commitment", f"known commitments: {', '.join(commitments) or 'none'}")
    first, last = table.day("valid_from"), table.day("valid_until")
    provider = given.provider if given is not None and not table.has("provider") else table.text("provider")
    if given is not None and provider != given.provider:
        raise ConfigError(
            f"Not the provider of its commitment in {table.where(table.full('provider'))}: {table.full('provider')}",
            f"the commitment {given.name} is with {given.provider}",
        )
    if given is not None:
        first, last = first or given.valid_from, last or given.valid_until
    _check_days(table, first, last)
    return Discount(
        provider=provider,
        share=_share(table),
        models=given.models if given is not None and not table.has("models") else _models(table),
        valid_from=first,
        valid_until=last,
        source=table.optional("source") or (source if given is None else given.source),
        commitment=name,
    )


def _share(table: Table) -> Decimal:
    value = table.value("share", None)
    if not is_number(value) or not 0 < value <= 1 or Decimal(value) % FINEST_SHARE:
        raise table.wrong("share", "give a share above 0, up to 1, as 0.12 for 12 %, of at most nine decimal places")
    return Decimal(value)


def _models(table: Table) -> frozenset[str]:
    return table.words("models") if table.has("models") else NO_MODELS


def _needed_day(table: Table, key: str) -> date:
    found = table.day(key)
    if found is None:
        raise table.wrong(key, "give a day without quotes, as 2026-10-01")
    return found


def _check_days(table: Table, first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise table.wrong("valid_until", f"give the last day on which it counts, not before {first}")


def _unit_rates(section: Table) -> dict[str, Decimal]:
    """Return USD for one of each unit that the price list knows: a search, a page, a second, an image's token."""
    section.only(units())
    return {unit: usd for unit in units() if (usd := section.usd(unit)) is not None}


def _rates_of(usd_by_unit: Mapping[str, Decimal]) -> tuple[UnitRate, ...]:
    return tuple(UnitRate(unit, usd) for unit, usd in usd_by_unit.items())
