"""What the tests share that go over all of the public list: its models by name, and usages of every unit it knows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import genai_prices
import msgspec
from finops_router.calls import Served, Usage
from finops_router.pricing.listed import listing
from finops_router.pricing.units import COMMON, counts_of
from genai_prices import data_snapshot
from genai_prices.data_units import unit_data
from genai_prices.types import ModelInfo, Provider
from genai_prices.units import UnitRegistry

REGISTRY = UnitRegistry(unit_data)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
MINUTES = 3 * 366 * 24 * 60
MODALITIES = (None, "text", "audio", "image", "video")
KINDS = {
    "input": (None, "cache_read", "cache_write", "cache_write:5m", "cache_write:1h", "tool"),
    "output": (None, "reasoning", "citation"),
}


class Model(msgspec.Struct, frozen=True):
    """A model of the list, with a name by which it is found."""

    provider: Provider
    info: ModelInfo
    name: str

    def contexts(self) -> list[dict[str, str]]:
        """The ways it can be served for which the list has prices, and the standard one."""
        return [{}, *(variant.when for variant in self.info.price_variants or ())]


@cache
def models() -> tuple[Model, ...]:
    """Every model of the list."""
    return tuple(
        next(
            Model(provider, info, name)
            for name in _names(info)
            if (found := listing(provider.id, name)) is not None and found.model is info
        )
        for provider in data_snapshot.get_snapshot().providers
        for info in provider.models
    )


def _names(info: ModelInfo) -> Iterator[str]:
    def texts(clause: Any) -> Iterator[str]:
        for key in ("equals", "starts_with", "ends_with", "contains"):
            if hasattr(clause, key):
                yield getattr(clause, key)
        for inner in (*getattr(clause, "or_", ()), *getattr(clause, "and_", ())):
            yield from texts(inner)

    yield info.id
    yield from texts(info.match)


def moment(draw: random.Random) -> datetime:
    """A minute of three years."""
    return FIRST + timedelta(minutes=draw.randrange(MINUTES))


def usage(draw: random.Random, model: Model, at: datetime) -> Usage:
    """A usage whose parts fit: cells of one direction, modality and kind of token, and some of everything else.

    Most have nothing that the model has no price of.
    """
    is_long, is_wild, prices = draw.random() < 0.3, draw.random() < 0.15, vars(model.info.get_prices(at))
    meant = {unit for unit in REGISTRY.units if is_wild or REGISTRY.units[unit].price_key in prices}
    cells = {}
    for direction, kinds in KINDS.items():
        for kind in kinds:
            for modality in MODALITIES:
                if draw.random() < 0.25 and f"{direction}_tokens" in meant:
                    cells[direction, modality, kind] = draw.randrange(60_000 if is_long else 2_000)
    units = {name: _sum(unit.dimensions, cells) for name, unit in REGISTRY.units.items() if name != "requests"}
    for name, unit in REGISTRY.units.items():
        if unit.dimensions["family"] != "tokens" and name != "requests":
            units[name] = (
                0
                if name not in meant
                else draw.choice((0, 0, 0, draw.randrange(1, 50), round(draw.uniform(0.1, 90.0), 3)))
            )
    units["audio_seconds"] = max(units["audio_seconds"], units["input_audio_seconds"] + units["output_audio_seconds"])
    units["input_document_pages"] = max(units["input_document_pages"], units["input_annotated_document_pages"])
    common = {field: units[unit] for field, unit in COMMON.items()}
    others = {name: used for name, used in units.items() if name not in COMMON.values() and draw.random() < 0.7}
    return Usage(**common, other_units=others if draw.random() < 0.8 else {})  # type: ignore[arg-type] # ints, by COMMON


def _sum(traits: Any, cells: dict[tuple[str, str | None, str | None], int]) -> int | float:
    wanted = (traits.get("direction"), traits.get("modality"), traits.get("token_type"), traits.get("cache_ttl"))
    total = 0
    for (direction, modality, kind), tokens in cells.items():
        token_type, _, ttl = (kind or "").partition(":")
        has = (direction, modality, token_type or None, ttl or None)
        total += tokens if all(want in (None, part) for want, part in zip(wanted, has, strict=True)) else 0
    return total


def served(context: dict[str, str]) -> Served:
    """How the router says what the list calls `context`."""
    words = dict(context)
    if (processing := words.pop("processing", None)) is not None:
        words["service_tier"] = processing
    return Served(**words)


def calc_price(model: Model, used: Usage, at: datetime, context: dict[str, str]) -> Decimal | None:
    """What genai-prices itself makes of it; None if it refuses the usage."""
    counts = genai_prices.Usage(**counts_of(used))
    try:
        found = model.info.calc_price(counts, model.provider, genai_request_timestamp=at, price_context=context)
    except ValueError:
        return None
    return found.total_price


def not_priced(model: Model, used: Usage, at: datetime, context: dict[str, str]) -> set[str]:
    """The units used that neither have a price nor lie within one that has."""
    prices = model.info.get_prices(at, context)
    priced = {REGISTRY.unit_for_price_key(key).usage_key for key, usd in vars(prices).items() if usd is not None}
    missing = {
        unit
        for unit, count in counts_of(used).items()
        if count and not priced & {unit, *REGISTRY.ancestor_usage_keys(unit)}
    }
    by_tokens = any(REGISTRY.units[unit].dimensions["family"] == "tokens" for unit in priced)
    if by_tokens or not any(count for unit, count in counts_of(used).items() if unit not in missing):
        return missing
    return {unit for unit in missing if REGISTRY.units[unit].dimensions["family"] != "tokens"}
