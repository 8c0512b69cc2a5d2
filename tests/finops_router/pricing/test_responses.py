"""Answers and streams of every shape that providers and their SDKs hand over make up one response."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from finops_router.pricing.priced_record import with_usage
from finops_router.pricing.responses import merged
from finops_router.records import RequestRecord

MOMENT_US = 1_794_000_000_000_000


def priced(provider: str, response: object, flavor: str = "default", model: str | None = None) -> RequestRecord:
    record = RequestRecord(timestamp_us=MOMENT_US, request_id="r", provider=provider, model=model)
    return with_usage(record, response, api_flavor=flavor)


def test_a_later_zero_overrides_no_count() -> None:
    start = {"model": "claude-sonnet-4-5", "id": "m", "usage": {"input_tokens": 1000, "output_tokens": 1}}
    end = {"type": "message_delta", "usage": {"input_tokens": 0, "output_tokens": 100}}
    record = priced("anthropic", [{"type": "message_start", "message": start}, end])
    assert (record.input_tokens, record.output_tokens) == (1000, 100)
    assert record.cost_estimated == pytest.approx(0.0045)


def test_a_later_zero_overrides_no_count_within_another() -> None:
    first = {"usage": {"prompt_tokens_details": {"cached_tokens": 7, "audio_tokens": None}, "cost": 0}}
    last = {"usage": {"prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 3}}}
    assert merged([first, last])["usage"] == {
        "prompt_tokens_details": {"cached_tokens": 7, "audio_tokens": 3},
        "cost": 0,
    }


def test_converse_streams_have_their_usage_in_metadata() -> None:
    events = [
        {"messageStart": {"role": "assistant"}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": {"inputTokens": 1000, "outputTokens": 100}, "metrics": {"latencyMs": 9}}},
    ]
    record = priced("aws.bedrock", events, model="us.anthropic.claude-sonnet-4-5-20250929-v1:0")
    assert record.cost_estimated == pytest.approx(0.00495)
    assert record.stream is True


def test_bedrock_counts_any_model_with_the_last_event_of_invoke_model() -> None:
    metrics = {"inputTokenCount": 1000, "outputTokenCount": 100, "invocationLatency": 9}
    events = [{"generation": "Hello"}, {"generation": "", "amazon-bedrock-invocationMetrics": metrics}]
    record = priced("aws.bedrock", events, model="meta.llama3-1-8b-instruct-v1:0")
    assert (record.input_tokens, record.output_tokens) == (1000, 100)
    assert record.cost_estimated == pytest.approx(1100 * 0.22 / 1e6)


def test_groq_streams_its_usage_in_a_place_of_its_own() -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100}
    events = [
        {"id": "c", "model": "llama-3.3-70b-versatile", "x_groq": {"id": "q"}},
        {"id": "c", "model": "llama-3.3-70b-versatile", "x_groq": {"id": "q", "usage": usage}},
    ]
    record = priced("groq", events)
    assert record.cost_estimated == pytest.approx(0.000669)  # 0.59 and 0.79 $/M
    assert record.response_id == "c"


def done(ident: str, text: int, audio: int) -> dict[str, Any]:
    usage = {
        "input_tokens": text + audio,
        "output_tokens": 2 * audio,
        "input_token_details": {
            "text_tokens": text,
            "audio_tokens": audio,
            "cached_tokens": 0,
            "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0},
        },
        "output_token_details": {"text_tokens": 0, "audio_tokens": 2 * audio},
    }
    return {"type": "response.done", "event_id": "e", "response": {"id": ident, "usage": usage}}


def test_the_answers_of_a_conversation_are_added_up() -> None:
    one = priced("openai", done("resp_1", 100, 50), "realtime", "gpt-realtime")
    assert one.cost_estimated == pytest.approx((100 * 4 + 50 * 32 + 100 * 64) / 1e6)
    both = priced(
        "openai",
        [{"type": "session.created"}, done("resp_1", 100, 50), done("resp_2", 10, 5), done("resp_2", 10, 5)],
        "realtime",
        "gpt-realtime",
    )
    assert (both.input_tokens, both.output_tokens) == (165, 110)
    assert both.cost_estimated == pytest.approx((110 * 4 + 55 * 32 + 110 * 64) / 1e6)


def test_what_another_model_wrote_down_is_not_the_answers_and_has_no_known_price() -> None:
    heard = {
        "type": "conversation.item.input_audio_transcription.completed",
        "item_id": "item_1",
        "usage": {"type": "tokens", "input_tokens": 13, "output_tokens": 9},
    }
    record = priced("openai", [heard, done("resp_1", 100, 50), heard], "realtime", "gpt-realtime")
    assert (record.input_tokens, record.output_tokens) == (150, 100)
    assert (record.cost_estimated, record.unpriced_reason) == (None, "transcriptions")


def test_responses_come_with_their_last_event() -> None:
    whole = {"id": "resp_1", "model": "gpt-5", "usage": {"input_tokens": 1000, "output_tokens": 100}}
    events = [
        {"type": "response.created", "response": {"id": "resp_1", "model": "gpt-5", "usage": None}},
        {"type": "response.output_text.delta", "delta": "Hello", "item_id": "m"},
        {"type": "response.completed", "response": whole},
    ]
    record = priced("openai", events, "responses")
    assert record.cost_estimated == pytest.approx(0.00225)
    assert record.response_id == "resp_1"


def test_cohere_and_mistral_wrap_theirs_once_more() -> None:
    cohere = [
        {"type": "message-start", "id": "c"},
        {"type": "message-end", "delta": {"usage": {"billed_units": {"input_tokens": 1000, "output_tokens": 100}}}},
    ]
    assert priced("cohere", cohere, model="command-r-plus-08-2024").input_tokens == 1000
    mistral = [
        {"data": {"id": "m", "model": "mistral-small-latest", "usage": {"prompt_tokens": 9, "completion_tokens": 8}}}
    ]
    assert priced("mistral_ai", mistral).output_tokens == 8


OPENAI_USAGE = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}


def test_objects_of_openai_are_read_as_their_json_is() -> None:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    plain = {
        "id": "c",
        "created": 1,
        "object": "chat.completion",
        "model": "gpt-5",
        "choices": [],
        "usage": OPENAI_USAGE,
    }
    last = {**plain, "object": "chat.completion.chunk"}
    whole, chunk = ChatCompletion.model_validate(plain), ChatCompletionChunk.model_validate(last)
    first = ChatCompletionChunk.model_validate({**last, "usage": None})
    expected = priced("openai", plain, "chat")
    assert expected.cost_estimated == pytest.approx(0.00225)
    assert priced("openai", whole, "chat") == expected
    streamed = priced("openai", iter([first, chunk]), "chat")
    assert (streamed.cost_estimated, streamed.stream) == (expected.cost_estimated, True)


def test_objects_of_anthropic_are_read_as_their_json_is() -> None:
    from anthropic.types import Message, RawMessageDeltaEvent, RawMessageStartEvent

    usage = {"input_tokens": 1000, "output_tokens": 100, "cache_read_input_tokens": 500}
    plain: dict[str, Any] = {
        "id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "content": [],
        "stop_reason": "end_turn", "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    start = {"type": "message_start", "message": {**plain, "usage": {**usage, "output_tokens": 1}}}
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 100}}
    expected = priced("anthropic", plain)
    assert expected.cost_estimated == pytest.approx(0.00465)
    assert priced("anthropic", Message.model_validate(plain)) == expected
    events = [RawMessageStartEvent.model_validate(start), RawMessageDeltaEvent.model_validate(end)]
    assert priced("anthropic", events).cost_estimated == expected.cost_estimated


def test_objects_of_google_are_read_as_their_json_is() -> None:
    from google.genai.types import GenerateContentResponse

    plain: dict[str, Any] = {
        "modelVersion": "gemini-2.5-flash",
        "usageMetadata": {
            "promptTokenCount": 1000,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 400},
                {"modality": "AUDIO", "tokenCount": 600},
            ],
            "candidatesTokenCount": 100,
        },
    }
    expected = priced("gcp.gemini", plain)
    assert expected.cost_estimated == pytest.approx((400 * 0.30 + 600 * 1.00 + 100 * 2.50) / 1e6)
    assert priced("gcp.gemini", GenerateContentResponse.model_validate(plain)).cost_estimated == expected.cost_estimated


@dataclass
class Counted:
    prompt_tokens: int
    completion_tokens: int


def test_other_objects_are_read_by_their_fields() -> None:
    answer = SimpleNamespace(id="c", model="gpt-5", usage=Counted(1000, 100))
    assert priced("openai", answer, "chat").cost_estimated == pytest.approx(0.00225)
    assert priced("openai", [answer], "chat").cost_estimated == pytest.approx(0.00225)


@pytest.mark.parametrize("response", [None, 7, "text", [], [None, "text"], {"usage": []}, [{"usage": 3}], object()])
def test_what_is_no_response_says_nothing(response: object) -> None:
    record = priced("openai", response, "chat", "gpt-5")
    assert (record.cost_estimated, record.usage_source, record.model) == (None, "none", "gpt-5")
