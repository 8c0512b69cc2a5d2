"""Price what is on record anew, by what the record says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from finops_router.calls import UNKNOWN_USAGE, Served, Usage
from finops_router.pricing.prices import Prices
from finops_router.records import AttemptRecord, RequestRecord

AUDIO = ("input_audio_tokens", "output_audio_tokens")  # units of a record that a usage has fields for
ESTIMATED = "estimated"
FAILED = frozenset({"error", "blocked"})
Asked = Mapping[tuple[str, str], str]  # model group and provider -> the one model of it that is asked for there


NOBODY_ASKED: Asked = MappingProxyType({})


class PricedAnew(NamedTuple):
    """A request with its new cost, and what of it is its own answer's: it is without its other tries."""

    record: RequestRecord
    own_cost: float | None
    own_source: str | None


class Repricing(NamedTuple):
    """Prices records at `prices`; `asked` tells which model a group asks a provider for, for an answer names another.

    Tries of the `sources` alone are priced anew.
    """

    prices: Prices
    sources: tuple[str, ...]
    asked: Asked = NOBODY_ASKED

    def request(self, record: RequestRecord, other_tries_usd: Sequence[float]) -> PricedAnew | None:
        """Return `record` at its new price, with what its other tries cost; None if no price of it is known.

        One whose cost was not known and is not now is no longer unknown for the old reason, but for the new one.
        """
        usage = recorded_usage(record)
        asked = self.asked.get((record.requested_model or "", record.provider or "")) or record.requested_model
        billed = self.prices.bill(
            usage, record.provider or "", record.model or "", record.timestamp_us, recorded_way(record), asked
        )
        if billed.cost_usd is None:
            if record.cost_estimated is not None or usage.source == "none":
                return None
            return PricedAnew(replace(record, unpriced_reason=billed.unpriced_reason), None, None)
        cost_usd = billed.cost_usd + sum((Decimal(repr(one)) for one in other_tries_usd), Decimal(0))
        saved_usd = billed.cache_savings_usd
        is_in_part = bool(other_tries_usd) and record.cost_source == ESTIMATED  # another try's tokens were estimated
        new = replace(
            record,
            cost_estimated=float(cost_usd),
            cache_savings_estimated=None if saved_usd is None else float(saved_usd),
            price_source=billed.price_source,
            cost_source=ESTIMATED if is_in_part else billed.cost_source,
            unpriced_reason=None,
        )
        return PricedAnew(new, float(billed.cost_usd), billed.cost_source)

    def attempt(self, record: AttemptRecord) -> AttemptRecord:
        """Return a try that was not the answer at its new price.

        One that its provider has counted stays as it is: what of its input was cached is not on record.
        """
        if record.usage_source != "estimated" or record.cost_source not in (None, *self.sources):
            return record
        usage = Usage(
            input_tokens=record.input_tokens or 0, output_tokens=record.output_tokens or 0, source="estimated"
        )
        billed = self.prices.bill(usage, record.provider, record.model, record.timestamp_us)
        if billed.cost_usd is None:
            return record
        return replace(record, cost_estimated=float(billed.cost_usd), cost_source=billed.cost_source)


def recorded_usage(record: RequestRecord) -> Usage:
    """Return what `record` says was used; UNKNOWN_USAGE if it says nothing."""
    is_counted = record.input_tokens is not None or record.output_tokens is not None
    is_empty = record.status in FAILED and not record.input_tokens and not record.output_tokens
    if record.usage_source == "none" or not is_counted or is_empty:
        return UNKNOWN_USAGE
    return usage_of_counts(record, record.other_units or {}, record.usage_source or "provider")


class Counted(Protocol):
    """What has the counts of a record: None if they are not known."""

    @property
    def input_tokens(self) -> int | None: ...
    @property
    def output_tokens(self) -> int | None: ...
    @property
    def cache_read_input_tokens(self) -> int | None: ...
    @property
    def cache_write_input_tokens(self) -> int | None: ...
    @property
    def cache_write_1h_input_tokens(self) -> int | None: ...
    @property
    def reasoning_output_tokens(self) -> int | None: ...


def usage_of_counts(counted: Counted, units: Mapping[str, int | float], source: str) -> Usage:
    """Return the usage of counts as a record has them, with its other `units`."""
    return Usage(
        input_tokens=counted.input_tokens or 0,
        output_tokens=counted.output_tokens or 0,
        cache_read_input_tokens=counted.cache_read_input_tokens or 0,
        cache_write_input_tokens=counted.cache_write_input_tokens or 0,
        cache_write_1h_input_tokens=counted.cache_write_1h_input_tokens or 0,
        reasoning_output_tokens=counted.reasoning_output_tokens or 0,
        input_audio_tokens=int(units.get("input_audio_tokens", 0)),
        output_audio_tokens=int(units.get("output_audio_tokens", 0)),
        other_units={unit: used for unit, used in units.items() if unit not in AUDIO},
        source=source,
    )


def recorded_way(record: RequestRecord) -> Served:
    """Return how `record` says it was served."""
    return Served(service_tier=record.service_tier, speed=record.speed, inference_region=record.inference_region)
