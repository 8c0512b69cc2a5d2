"""Read tokens and model out of a provider's raw response, plain or streamed, and price the record of the call."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from finops_router.calls import Reply, Request, Target, Usage
from finops_router.pricing.prices import GENAI_PROVIDERS, Prices
from finops_router.records import RequestRecord

CHARACTERS_A_TOKEN = 4.0  # of English text; only where a provider tells no usage


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
    What the response does not tell stays None: an unknown price is never zero.
    """
    whole = response if isinstance(response, Mapping) else merged(response)
    model = whole.get("model") or whole.get("modelVersion") or record.model
    usage = usage_of(whole, record.provider or "", api_flavor)
    told = msgspec.structs.replace(
        record,
        model=model,
        response_id=whole.get("id") or whole.get("responseId") or record.response_id,
        stream=not isinstance(response, Mapping) if record.stream is None else record.stream,
        status=record.status or "ok",
    )
    if usage is None:
        return told
    price = (prices or _list_prices()).price(record.provider or "", str(model), record.timestamp_us)
    cost_usd = None if price is None else price.cost_usd(usage)
    saved_usd = None if price is None else price.cache_savings_usd(usage)
    return msgspec.structs.replace(
        told,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_input_tokens=usage.cache_read_input_tokens,
        cache_write_input_tokens=usage.cache_write_input_tokens,
        cache_write_1h_input_tokens=usage.cache_write_1h_input_tokens,
        reasoning_output_tokens=usage.reasoning_output_tokens,
        cost_estimated=None if cost_usd is None else float(cost_usd),
        price_source=None if price is None or cost_usd is None else price.source,
        cache_savings_estimated=None if saved_usd is None else float(saved_usd),
    )


def merged(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Fold the events of a stream into the response they would have been: later usage overrides earlier.

    OpenAI sends usage with the last chunk (ask for it with stream_options={"include_usage": True}) or
    with `response.completed`; Anthropic parts it between message_start and message_delta; Gemini
    repeats usageMetadata.
    """
    whole: dict[str, Any] = {}
    usage: dict[str, Any] = {}
    for event in events:
        part = event.get("message") or event.get("response") or event
        if not isinstance(part, Mapping):
            continue
        usage |= {key: value for key, value in (part.get("usage") or {}).items() if value is not None}
        whole |= {key: value for key, value in part.items() if key != "usage" and value is not None}
    return whole | {"usage": usage} if usage else whole


def usage_of(response: Mapping[str, Any], provider: str, api_flavor: str) -> Usage | None:
    """Read the inclusive token counts of a raw response; None where it tells none.

    `provider` is an OpenTelemetry `gen_ai.provider.name`; `api_flavor` is that of genai-prices.
    """
    from genai_prices import extract_usage  # noqa: PLC0415 -- 0.2 s and 35 MB: only who has no router pays

    try:
        # the model is left out: a new or an own one is not in the list, its counts are as good
        told = {key: value for key, value in response.items() if key not in ("model", "modelVersion")}
        found = extract_usage(told, provider_id=GENAI_PROVIDERS.get(provider, provider), api_flavor=api_flavor).usage
    except (ValueError, LookupError, TypeError):
        return None  # no usage in it, or a provider whose responses nobody described
    reported = vars(found)  # asked for a count nobody reported, it would infer one from all others, at length
    return Usage(
        input_tokens=int(found.input_tokens or 0),
        output_tokens=int(found.output_tokens or 0),
        cache_read_input_tokens=int(reported.get("cache_read_tokens") or 0),
        cache_write_input_tokens=int(reported.get("cache_write_tokens") or 0),
        cache_write_1h_input_tokens=int(reported.get("cache_write_1h_tokens") or 0),
        reasoning_output_tokens=int(reported.get("output_reasoning_tokens") or 0),
        input_audio_tokens=int(reported.get("input_audio_tokens") or 0),
        output_audio_tokens=int(reported.get("output_audio_tokens") or 0),
    )


def used_so_far(target: Target, request: Request, characters: int, silent_tokens: int) -> Reply:
    """Estimate the usage of an answer that was given up: the prompt as estimated, the text by its length.

    Where nothing was heard, `silent_tokens` are what its target makes in that time.
    """
    tokens = math.ceil(characters / CHARACTERS_A_TOKEN) if characters else silent_tokens
    return Reply(model=target.model, usage=Usage(input_tokens=request.estimated_input_tokens, output_tokens=tokens))


@cache
def _list_prices() -> Prices:
    return Prices()
