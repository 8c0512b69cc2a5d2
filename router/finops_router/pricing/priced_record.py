"""Put the usage of an answer and what it cost into a request's record: the one place for these columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from finops_router.calls import Usage
from finops_router.pricing.price import UNPRICED, Bill
from finops_router.pricing.prices import Prices
from finops_router.pricing.usage import merged, usage_of
from finops_router.records import RequestRecord


def priced_record(record: RequestRecord, usage: Usage, billed: Bill) -> RequestRecord:
    """Return `record` with the columns of `usage` and of what was `billed`."""
    saved_usd = billed.cache_savings_usd
    return msgspec.structs.replace(
        record,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_input_tokens=usage.cache_read_input_tokens,
        cache_write_input_tokens=usage.cache_write_input_tokens,
        cache_write_1h_input_tokens=usage.cache_write_1h_input_tokens,
        reasoning_output_tokens=usage.reasoning_output_tokens,
        cost_estimated=None if billed.cost_usd is None else float(billed.cost_usd),
        price_source=billed.price_source,
        cache_savings_estimated=None if saved_usd is None else float(saved_usd),
    )


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
    price = (prices or _list_prices()).price(record.provider or "", str(model), record.timestamp_us)
    return priced_record(answered, usage, UNPRICED if price is None else price.bill(usage))


@cache
def _list_prices() -> Prices:
    return Prices()
