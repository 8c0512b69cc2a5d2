"""Count the provider's own tools that an answer used and that are charged for by use: they are not in its tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from finops_router.pricing.responses import TRANSCRIBED, wholes

# type of an item of OpenAI's Responses -> unit. No list prices the last two: who used them has no known cost.
ITEMS = {
    "web_search_call": "web_searches",
    "file_search_call": "storage_searches",
    "code_interpreter_call": "code_executions",
    "image_generation_call": "image_generations",
}
# name in a usage (and in which part of it) -> units; Anthropic's own searches are read with its tokens
COUNTERS = {
    ("server_tool_use", "web_search_requests"): ("web_searches",),
    ("server_tool_use", "code_execution_requests"): ("code_executions",),
    ("server_side_tool_usage_details", "web_search_calls"): ("web_searches",),
    ("server_side_tool_usage_details", "x_search_calls"): ("social_searches",),
    ("server_side_tool_usage_details", "code_interpreter_calls"): ("code_executions",),
    ("server_side_tool_usage_details", "file_search_calls"): ("storage_searches",),
    ("billed_units", "search_units"): ("rerank_searches",),
    (None, "num_sources_used"): ("search_sources",),  # xAI's live search; no list prices it
    (None, "prompt_audio_seconds"): ("audio_seconds", "input_audio_seconds"),  # Mistral's Voxtral
}
COUNTED = {place or name for place, name in COUNTERS} | {"iterations"}
SEARCHING = "-search-"  # models of OpenAI's that search for a chat completion, for a fee that is in no usage
BILLED_BY_PROMPT = ("gemini-1", "gemini-2")  # these charge a grounded prompt once, later ones each of its queries


def counted_tools(usage: Mapping[str, Any]) -> dict[str, int | float]:
    """Return how often each tool was used as the provider's raw `usage` counts it, by unit.

    Anthropic's advisor is a tool that uses tokens of another model, at the price of that: 'advisor_tokens'.
    """
    found: dict[str, int | float] = {}
    if COUNTED.isdisjoint(usage):
        return found
    for (place, name), units in COUNTERS.items():
        counts = usage if place is None else usage.get(place)
        used = counts.get(name) if isinstance(counts, Mapping) else None
        if isinstance(used, int | float) and used > 0:
            found |= {unit: found.get(unit, 0) + used for unit in units}
    advised = sum(map(_advisor_tokens, usage.get("iterations") or ()))
    return found | ({"advisor_tokens": advised} if advised else {})


def _advisor_tokens(step: object) -> int:
    if not isinstance(step, Mapping) or step.get("type") != "advisor_message":
        return 0
    return sum(used for name, used in step.items() if name.endswith("_tokens") and isinstance(used, int))


def tools_of(events: Iterable[Mapping[str, Any]], model: str) -> dict[str, int]:
    """Return how often each tool was used, by unit, as the content of an answer by `model` shows it.

    OpenAI's Responses have an item for each use, its models that search for chats cite what they found, a conversation
    has an event for all that another model has written down; Gemini names the queries it grounded an answer on.
    """
    calls: dict[object, str] = {}
    queries: set[str] = set()
    for event in events:
        for item in _items(event):
            unit = ITEMS.get(item.get("type", ""))
            if unit is not None and _is_charged(item):
                calls[item.get("id") or id(item)] = unit
        queries |= set(_queries(event))
        if SEARCHING in model and _cites(event):
            calls["search"] = "web_searches"
        if event.get("type") == TRANSCRIBED:
            calls[event.get("item_id")] = "transcriptions"
    found = {unit: list(calls.values()).count(unit) for unit in calls.values()}
    if queries:
        found["web_searches"] = 1 if model.startswith(BILLED_BY_PROMPT) else len(queries)
    return found


def _items(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the items of the output that `event` carries, finished ones alone."""
    if isinstance(event.get("item"), Mapping) and str(event.get("type", "")).endswith(".done"):
        yield event["item"]
    for whole in wholes(event):
        if isinstance(whole.get("output"), list):
            yield from (item for item in whole["output"] if isinstance(item, Mapping))


def _is_charged(item: Mapping[str, Any]) -> bool:
    """Return whether a use is charged: opening a page that was found, or looking in it, is not."""
    action = item.get("action")
    return not isinstance(action, Mapping) or action.get("type", "search") == "search"


def _queries(event: Mapping[str, Any]) -> Iterator[str]:
    lists = (whole.get("candidates") for whole in wholes(event))
    for candidate in (one for candidates in lists if isinstance(candidates, list) for one in candidates):
        grounding = candidate.get("groundingMetadata") if isinstance(candidate, Mapping) else None
        queries = grounding.get("webSearchQueries") if isinstance(grounding, Mapping) else None
        yield from (query for query in queries or () if isinstance(query, str) and query)


def _cites(event: Mapping[str, Any]) -> bool:
    """Return whether a chat completion, or a piece of one, names pages that were found."""
    choices = event.get("choices")
    said = [one.get("message") or one.get("delta") for one in choices or () if isinstance(one, Mapping)]
    return any(isinstance(one, Mapping) and one.get("annotations") for one in said)
