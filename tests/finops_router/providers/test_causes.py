"""A failure is judged by its cause: the words of real providers, with the status that each sends them with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from finops_router.errors import (
    ContextTooLong,
    Declined,
    KeyRefused,
    ModelUnknown,
    ProviderError,
    QuotaUsedUp,
    RateLimited,
    Refused,
    Rejected,
    ServerFailed,
    Unavailable,
)
from finops_router.providers import anthropic, gemini, openai
from finops_router.providers.causes import Cause, failure
from finops_router.providers.error_words import words_in_body, words_of
from finops_router.providers.waits import wait_in_words

OWN = {"openai": openai.CAUSES, "anthropic": anthropic.CAUSES, "gemini": gemini.CAUSES, "": ()}


def judged(wire: str, status: int | None, body: Any, headers: dict[str, str] | None = None) -> ProviderError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    own: tuple[Cause, ...] = OWN[wire]
    return failure(words_in_body(content), status, headers or {}, own, ("top-secret-value",))


def openai_error(message: str, code: str | None = None, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def anthropic_error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def google_error(status: int, name: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": name, "details": list(details)}}


CASES: list[tuple[str, int, Any, type[ProviderError]]] = [
    # the window's
    (
        "openai",
        400,
        openai_error(
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
            "context_length_exceeded",
        ),
        ContextTooLong,
    ),
    ("openai", 400, openai_error("Too much.", "context_length_exceeded"), ContextTooLong),
    (
        "openai",
        400,
        {
            "error": {
                "code": 400,
                "message": "the request exceeds the available context size (4096 tokens), try increasing it",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 5000,
            }
        },
        ContextTooLong,
    ),
    ("openai", 400, openai_error("Please reduce the length of the messages or completion."), ContextTooLong),
    (
        "openai",
        422,
        {"detail": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096: context window"},
        ContextTooLong,
    ),
    (
        "anthropic",
        400,
        anthropic_error("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        ContextTooLong,
    ),
    (
        "anthropic",
        400,
        anthropic_error(
            "invalid_request_error", "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"
        ),
        ContextTooLong,
    ),
    (
        "gemini",
        400,
        google_error(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).",
        ),
        ContextTooLong,
    ),
    # the request's, everywhere
    (
        "openai",
        400,
        openai_error(
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
            "content_filter",
        ),
        Refused,
    ),
    ("openai", 400, openai_error("No.", "content_policy_violation"), Refused),
    (
        "openai",
        400,
        {"error": {"message": "No.", "code": None, "innererror": {"code": "ResponsibleAIPolicyViolation"}}},
        Refused,
    ),
    (
        "openai",
        403,
        {
            "error": {
                "code": 403,
                "message": "Your chosen model requires moderation and your input was flagged",
                "metadata": {"reasons": ["violence"], "flagged_input": "x"},
            }
        },
        Refused,
    ),
    (
        "openai",
        400,
        openai_error(
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
        ),
        Rejected,
    ),
    ("openai", 400, openai_error("We could not parse the JSON body of your request."), Rejected),
    ("openai", 400, openai_error("[] is too short - 'messages' must not be empty"), Rejected),
    (
        "anthropic",
        400,
        anthropic_error("invalid_request_error", "messages: at least one message is required"),
        Rejected,
    ),
    (
        "anthropic",
        400,
        anthropic_error(
            "invalid_request_error",
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
        ),
        Rejected,
    ),
    ("anthropic", 400, anthropic_error("invalid_request_error", "Could not process image"), Rejected),
    (
        "gemini",
        400,
        google_error(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified"),
        Rejected,
    ),
    # this target's
    (
        "openai",
        400,
        openai_error("Unsupported parameter: 'max_tokens' is not supported with this model.", "unsupported_parameter"),
        Declined,
    ),
    (
        "openai",
        400,
        openai_error("Unsupported value: 'temperature' does not support 0.2 with this model.", "unsupported_value"),
        Declined,
    ),
    (
        "openai",
        400,
        {"error": {"message": "registry.ollama.ai/library/gemma:2b does not support tools", "type": "api_error"}},
        Declined,
    ),
    ("openai", 404, {"error": {"message": "No endpoints found that support tool use.", "code": 404}}, Declined),
    (
        "openai",
        400,
        {
            "object": "error",
            "message": '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
            "type": "BadRequestError",
            "code": 400,
        },
        Declined,
    ),
    (
        "openai",
        422,
        {
            "detail": [
                {"type": "extra_forbidden", "loc": ["body", "service_tier"], "msg": "Extra inputs are not permitted"}
            ]
        },
        Declined,
    ),
    (
        "openai",
        413,
        openai_error(
            "Request too large for model `llama-3.1-8b` on tokens per minute (TPM): Limit 6000, "
            "Requested 9000, please reduce your message size and try again.",
            "rate_limit_exceeded",
            "tokens",
        ),
        Declined,
    ),
    ("openai", 413, b"<html><head><title>413 Request Entity Too Large</title></head></html>", Declined),
    ("openai", 400, openai_error("Something that nobody has seen before."), Declined),
    ("openai", 418, b"", Declined),
    ("anthropic", 413, anthropic_error("request_too_large", "Request exceeds the maximum size"), Declined),
    (
        "anthropic",
        400,
        anthropic_error("invalid_request_error", "service_tier: Extra inputs are not permitted"),
        Declined,
    ),
    # the model's
    (
        "openai",
        404,
        openai_error("The model `gpt-9` does not exist or you do not have access to it.", "model_not_found"),
        ModelUnknown,
    ),
    (
        "openai",
        404,
        {"error": {"message": 'model "llama9" not found, try pulling it first', "type": "api_error"}},
        ModelUnknown,
    ),
    (
        "openai",
        400,
        {"object": "error", "message": "Invalid model: mistral-huge", "type": "invalid_model", "code": "1500"},
        ModelUnknown,
    ),
    (
        "openai",
        400,
        openai_error(
            "The model `llama2-70b` has been decommissioned and is no longer supported.", "model_decommissioned"
        ),
        ModelUnknown,
    ),
    (
        "openai",
        404,
        {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}},
        ModelUnknown,
    ),
    ("anthropic", 404, anthropic_error("not_found_error", "model: claude-9"), ModelUnknown),
    (
        "gemini",
        404,
        google_error(404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta"),
        ModelUnknown,
    ),
    ("openai", 404, b"<html><h1>404 Not Found</h1></html>", Unavailable),
    # the key's
    ("openai", 401, openai_error("Incorrect API key provided: sk-ab***cd.", "invalid_api_key"), KeyRefused),
    ("openai", 403, {"error": "Country, region, or territory not supported"}, KeyRefused),
    (
        "openai",
        400,
        {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***rd."},
        KeyRefused,
    ),
    ("anthropic", 401, anthropic_error("authentication_error", "invalid x-api-key"), KeyRefused),
    (
        "gemini",
        400,
        google_error(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"},
        ),
        KeyRefused,
    ),
    # the quota's
    (
        "openai",
        429,
        openai_error(
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
            "insufficient_quota",
        ),
        QuotaUsedUp,
    ),
    (
        "openai",
        402,
        {"error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error"}},
        QuotaUsedUp,
    ),
    ("openai", 402, {"error": {"message": "This request requires more credits", "code": 402}}, QuotaUsedUp),
    (
        "anthropic",
        400,
        anthropic_error(
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic "
            "API. Please go to Plans & Billing to upgrade or purchase credits.",
        ),
        QuotaUsedUp,
    ),
    # the moment's
    ("openai", 429, openai_error("Rate limit reached for gpt-4o", "rate_limit_exceeded", "tokens"), RateLimited),
    ("openai", 400, openai_error("Too many requests", "rate_limit_exceeded"), RateLimited),
    (
        "gemini",
        429,
        google_error(
            429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."
        ),
        RateLimited,
    ),
    ("openai", 500, openai_error("The server had an error", None, "server_error"), ServerFailed),
    ("openai", 502, b"<html>Bad gateway</html>", ServerFailed),
    ("openai", 503, b"upstream connect error", Unavailable),
    ("openai", 504, b"", Unavailable),
    ("openai", 408, b"", Unavailable),
    ("openai", 308, b"", Unavailable),
    ("anthropic", 529, anthropic_error("overloaded_error", "Overloaded"), Unavailable),
]


@pytest.mark.parametrize(("wire", "status", "body", "kind"), CASES)
def test_the_cause_decides(wire: str, status: int, body: Any, kind: type[ProviderError]) -> None:
    error = judged(wire, status, body)
    assert type(error) is kind
    assert error.http_status == status
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        assert body["error"]["message"][:200] in error.message  # the provider's own words


IN_BAND: list[tuple[Any, type[ProviderError], int | None]] = [
    ({"message": "Rate limit exceeded", "code": 429}, RateLimited, 429),
    ({"message": "slow down", "code": "rate_limit_exceeded"}, RateLimited, 429),
    ({"message": "Provider returned error", "code": "503"}, Unavailable, 503),
    ({"type": "overloaded_error", "message": "Overloaded"}, Unavailable, 529),
    ({"type": "api_error", "message": "Internal server error"}, ServerFailed, 500),
    ({"message": "Overloaded, please try again"}, Unavailable, 503),
    ({"message": "No.", "code": "content_policy_violation"}, Refused, 400),
    ({"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8 maximum"}, ContextTooLong, 400),
    ({"code": 400, "status": "FAILED_PRECONDITION", "message": "User location is not supported"}, Declined, 400),
    ("the backend went away", ServerFailed, None),
    ({"code": None, "message": None}, ServerFailed, None),
]


@pytest.mark.parametrize(("error", "kind", "status"), IN_BAND)
def test_an_error_within_an_answer_counts_as_its_status(
    error: Any, kind: type[ProviderError], status: int | None
) -> None:
    found = failure(words_of(error), None, {})
    assert (type(found), found.http_status) == (kind, status)


@pytest.mark.parametrize(
    ("text", "wait_s"),
    [
        ("Please try again in 20s. Visit", 20),
        ("Please try again in 1m2.5s.", 62.5),
        ("Please try again in 120ms", 0.12),
        ("try again in 1h", 3600),
        ("Please retry after 45 seconds", 45),
        ("Please try again in a while", None),
        ("", None),
    ],
)
def test_a_wait_may_stand_in_the_words(text: str, wait_s: float | None) -> None:
    assert wait_in_words(text) == wait_s


def test_a_lasting_reason_has_a_hint() -> None:
    assert "key" in judged("openai", 401, {}).hint
    assert "credit" in judged("openai", 402, {}).hint
    assert "finops.toml" in judged("openai", 404, openai_error("no", "model_not_found")).hint
    assert judged("openai", 503, {}).hint == ""


def test_the_header_counts_before_the_words() -> None:
    body = openai_error("Rate limit reached. Please try again in 20s.", "rate_limit_exceeded")
    assert judged("openai", 429, body).retry_after_s == 20
    assert judged("openai", 429, body, {"retry-after": "7"}).retry_after_s == 7
    assert judged("openai", 503, body, {"retry-after": "inf"}).retry_after_s == 20
    assert judged("openai", 429, {}, {"retry-after-ms": "inf"}).retry_after_s is None
    assert judged("openai", 429, {}, {"retry-after": "99999999999"}).retry_after_s == 86_400


@pytest.mark.parametrize(
    "shape",
    [
        "top-secret-value",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "xai-abcdefghij0123456789",
        "tgp_v1_abcdefghijkl",
        "0123456789abcdef0123456789abcdef",
        "123e4567-e89b-12d3-a456-426614174000",
        "eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2ln",
        "AKIAIOSFODNN7EXAMPLE",
        "Bearer Q29ycmVjdEhvcnNl",
    ],
)
def test_no_key_of_any_shape_is_in_an_error(shape: str) -> None:
    error = judged("openai", 401, openai_error(f"Incorrect API key provided: {shape}. Check it."))
    assert shape.removeprefix("Bearer ") not in str(error)
    assert "Incorrect API key provided" in str(error)
