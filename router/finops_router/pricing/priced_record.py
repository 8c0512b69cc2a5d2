"""Put the usage of an answer and what it cost into a request's record: the one place for these columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from finops_router.calls import STANDARD, Served, Usage
from finops_router.pricing.price import Bill
from finops_router.pricing.prices import Prices
from finops_router.pricing.usage import merged, usage_of
from finops_router.records import RequestRecord


def priced_record(record: RequestRecord, usage: Usage, billed: Bill, served: Served = STANDARD) -> RequestRecord:
    """Return `record` with the columns of `usage`, of what was `billed`, and of how the answer was `served`.

    What nobody knows stays None: a usage whose source is 'none' has no counts.
    """
    saved_usd = billed.cache_savings_usd
    priced = msgspec.structs.replace(
        record,
        cost_estimated=None if billed.cost_usd is None else float(billed.cost_usd),
        price_source=billed.price_source,
        cost_source=billed.cost_source,
        unpriced_reason=billed.unpriced_reason,
        cache_savings_estimated=None if saved_usd is None else float(saved_usd),
        usage_source=usage.source,
        service_tier=served.service_tier,
        speed=served.speed,
        inference_region=served.inference_region,
    )
    if usage.source == "none":
        return priced
    return msgspec.structs.replace(
        priced,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_input_tokens=usage.cache_read_input_tokens,
        cache_write_input_tokens=usage.cache_write_input_tokens,
        cache_write_1h_input_tokens=usage.cache_write_1h_input_tokens,
        reasoning_output_tokens=usage.reasoning_output_tokens,
        other_units=_other_units(usage) or None,
    )


def _other_units(usage: Usage) -> dict[str, int | float]:
    """Return what has no column of its own, by unit; audio is kept here, too."""
    audio = {"input_audio_tokens": usage.input_audio_tokens, "output_audio_tokens": usage.output_audio_tokens}
    return {unit: used for unit, used in {**audio, **usage.other_units}.items() if used}


def with_usage(
    record: RequestRecord,
    response: Mapping[str, Any] | Iterable[Mapping[str, Any]],
    *,
    api_flavor: str = "default",
    prices: Prices | None = None,
) -> RequestRecord:
    """Return `record` with model, token counts (cached and reasoning included), cost and its source.

    `response` is the provider's JSON as a dictionary, or all events of its stream. `record.provider` is
    an OpenTelemetry `gen_ai.provider.name`; `api_flavor` is that of genai-prices ('chat', 'responses').
    What the response does not report stays None: an unknown price is never zero.
    """
    whole = response if isinstance(response, Mapping) else merged(response)
    model = whole.get("model") or whole.get("modelVersion") or record.model
    usage = usage_of(whole, record.provider or "", api_flavor)
    answered = msgspec.structs.replace(
        record,
        model=model,
        response_id=whole.get("id") or whole.get("responseId") or record.response_id,
        stream=not isinstance(response, Mapping) if record.stream is None else record.stream,
        status=record.status or "ok",
    )
    if usage is None:
        return answered
    billed = (prices or _list_prices()).bill(usage, record.provider or "", str(model), record.timestamp_us)
    return priced_record(answered, usage, billed)


@cache
def _list_prices() -> Prices:
    return Prices()
