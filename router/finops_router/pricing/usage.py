"""Read the token counts out of a provider's raw response, plain or streamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from finops_router.calls import Usage
from finops_router.pricing.listed import GENAI_PROVIDERS


def usage_of(response: Mapping[str, Any], provider: str, api_flavor: str) -> Usage | None:
    """Return the inclusive token counts of a raw response; None if it reports none.

    `provider` is an OpenTelemetry `gen_ai.provider.name`; `api_flavor` is that of genai-prices.
    """
    from genai_prices import extract_usage  # noqa: PLC0415 -- 0.2 s and 35 MB, for those alone who need it

    # without its model: one that is not in the list of prices has counts all the same
    counted = {key: value for key, value in response.items() if key not in ("model", "modelVersion")}
    try:
        found = extract_usage(counted, provider_id=GENAI_PROVIDERS.get(provider, provider), api_flavor=api_flavor).usage
    except (ValueError, LookupError, TypeError):
        return None  # no usage in it, or genai-prices does not know this provider's responses
    reported = vars(found)  # asked for a count that was not reported, it would infer one from all others, slowly
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


def merged(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the response that the events of a stream make up; later usage overrides earlier.

    OpenAI sends usage with the last chunk (ask for it with stream_options={"include_usage": True}) or
    with `response.completed`; Anthropic divides it between message_start and message_delta; Gemini
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
