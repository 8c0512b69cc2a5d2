"""Put one response together from whatever a provider's SDK hands over: dictionaries or objects, whole or as events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from types import NoneType
from typing import Any

Json = dict[str, Any]
JSON_VALUES = frozenset({NoneType, str, int, float, bool, bytes})
USAGES = ("usage", "usageMetadata", "usage_info", "meta")  # where providers put what they counted; Cohere's is the last
TRANSCRIBED = "conversation.item.input_audio_transcription.completed"  # by a model of its own, at the price of that
METRICS = {  # of Bedrock's InvokeModel, with the last event of any model -> as Converse has them
    "inputTokenCount": "inputTokens",
    "outputTokenCount": "outputTokens",
    "cacheReadInputTokenCount": "cacheReadInputTokens",
    "cacheWriteInputTokenCount": "cacheWriteInputTokens",
}
CARRIERS = ("message", "response", "body", "result", "data", "metadata", "x_groq", "delta")  # what events wrap it in
WHOLES = ("message", "response", "body", "result", "data")  # those of them that carry the response itself


def plain(value: Any) -> Any:
    """Return an SDK's object as the JSON that it stands for: dictionaries, lists and values."""
    kind = type(value)
    if kind in JSON_VALUES:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if kind is list or isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "model_dump"):  # pydantic: the SDKs of OpenAI, Anthropic, Google, Mistral, Cohere
        return plain(value.model_dump(by_alias=True, exclude_none=True, warnings=False))
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    # an enumeration is its own value: Google's kinds of tokens are texts as well
    return value if isinstance(value, str) or not hasattr(value, "__dict__") else plain(vars(value))


def events_of(response: object) -> list[Json]:
    """Return the events that `response` consists of: all of a stream's, or itself."""
    events = response if isinstance(response, Iterable) and is_stream(response) else [response]
    return [event for event in map(plain, events) if isinstance(event, dict)]


def is_stream(response: object) -> bool:
    """Return whether `response` is the events of a stream rather than one answer."""
    return not isinstance(response, Mapping) and isinstance(response, Iterable) and not hasattr(response, "model_dump")


def merged(events: Iterable[Mapping[str, Any]]) -> Json:
    """Return the response that the events of a stream make up, its usage under 'usage' (Google's: 'usageMetadata').

    OpenAI sends usage with the last chunk (ask for it with stream_options={"include_usage": True}), with
    `response.completed` or with each `response.done` of a conversation, which are added up; Anthropic divides it
    between message_start and message_delta; Gemini repeats it; Bedrock has it in `metadata`, Groq in `x_groq`. A later
    count overrides an earlier one, but nothing overrides a count with 0.
    """
    whole: Json = {}
    answers: dict[object, Json] = {}  # what each answer of a conversation used; elsewhere there is one
    for event in events:
        for part in wholes(event):
            whole |= {key: value for key, value in part.items() if key not in USAGES and value is not None}
        done = event.get("response") if event.get("type") == "response.done" else None
        answer = answers.setdefault(done.get("id") if isinstance(done, Mapping) else None, {})
        for name, usage in _usages(event):
            answer[name] = later(answer.get(name), usage)
    for answer in answers.values():
        for name, usage in answer.items():
            whole[name] = added(whole[name], usage) if name in whole else usage
    return whole


def wholes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield `event` and what it carries of the response, the inner parts last: their values count."""
    yield event
    for name in WHOLES:
        inner = event.get(name)
        if isinstance(inner, Mapping):
            yield from wholes(inner)


def _usages(event: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what `event` or a part of it says was used by the model that answers, with its name."""
    if event.get("type") == TRANSCRIBED:
        return
    for name in USAGES:
        usage = event.get(name)
        if isinstance(usage, Mapping) and usage and (name != "meta" or "billed_units" in usage):
            yield name, usage
    metrics = event.get("amazon-bedrock-invocationMetrics")
    if isinstance(metrics, Mapping):
        yield "usage", {known: metrics[name] for name, known in METRICS.items() if name in metrics}
    for name in CARRIERS:
        inner = event.get(name)
        if isinstance(inner, Mapping):
            yield from _usages(inner)


def later(had: Any, came: Any) -> Any:
    """Return the counts that `came` over those that there were; a 0 or nothing takes no count away."""
    if isinstance(had, Mapping) and isinstance(came, Mapping):
        return {**had, **{key: later(had.get(key), value) for key, value in came.items()}}
    return had if came is None or (came == 0 and had is not None) else came


def added(one: Any, other: Any) -> Any:
    """Return the counts of both, added up; what is no number is that of `other` if it has any."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {**one, **{key: added(one.get(key), value) for key, value in other.items()}}
    if isinstance(one, int | float) and isinstance(other, int | float) and not isinstance(one, bool):
        return one + other
    return one if other is None else other
