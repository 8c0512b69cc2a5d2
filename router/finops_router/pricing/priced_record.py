"""Put the usage of an answer and what it cost into a request's record: the one place for these columns."""

from __future__ import annotations

from functools import cache

import msgspec

from finops_router.calls import STANDARD, UNKNOWN_USAGE, Served, Usage
from finops_router.pricing.price import Bill
from finops_router.pricing.prices import BILLED_BY_PROFILE, Prices
from finops_router.pricing.responses import events_of, is_stream, merged
from finops_router.pricing.tool_calls import tools_of
from finops_router.pricing.usage import served_of, usage_of
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
    record: RequestRecord, response: object, *, api_flavor: str = "default", prices: Prices | None = None
) -> RequestRecord:
    """Return `record` with model, what was used (cached and reasoning included), how it was served, cost and source.

    `response` is the provider's answer, as JSON in a dictionary or as its SDK's object, or all events of its stream.
    `record.provider` is an OpenTelemetry `gen_ai.provider.name`; `api_flavor` is that of genai-prices ('chat',
    'responses', 'realtime'). The record's model, service tier, speed and region count for what the response does not
    say. What nobody says stays None: an unknown price is never zero.
    """
    events = events_of(response)
    whole = merged(events)
    provider, asked = record.provider or "", record.model
    model = str(whole.get("model") or whole.get("modelVersion") or asked or "")
    answered = msgspec.structs.replace(
        record,
        model=asked if asked and provider == BILLED_BY_PROFILE else model or None,
        response_id=whole.get("id") or whole.get("responseId") or record.response_id,
        stream=is_stream(response) if record.stream is None else record.stream,
        status=record.status or "ok",
    )
    said = Served(service_tier=record.service_tier, speed=record.speed, inference_region=record.inference_region)
    served = served_of(whole, said)
    usage = _with_tools(usage_of(whole, provider, api_flavor), tools_of(events, model))
    if usage.source == "none" and usage.charged_usd is None and record.cost_estimated is not None:
        return answered  # its caller knows more
    billed = (prices or _list_prices()).bill(usage, provider, model, record.timestamp_us, served, asked)
    return priced_record(answered, usage, billed, served)


def _with_tools(usage: Usage | None, tools: dict[str, int]) -> Usage:
    if usage is None:
        return UNKNOWN_USAGE
    return msgspec.structs.replace(usage, other_units={**tools, **usage.other_units}) if tools else usage


@cache
def _list_prices() -> Prices:
    return Prices()
