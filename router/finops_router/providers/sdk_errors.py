"""Turn the errors of an HTTP SDK into leaves of ProviderError; keys never come along."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from finops_router.calls import UNKNOWN_USAGE, Partial
from finops_router.errors import (
    ContextTooLong,
    NoAnswer,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    ServerFailed,
    StreamCut,
    Unavailable,
)
from finops_router.redaction import without_secrets

# Codes and words in the body of a 400; https://platform.openai.com/docs/guides/error-codes and kin.
TOO_LONG = re.compile(
    r"context_length_exceeded|context length|context window|exceed context limit|(prompt|input) is too long"
    r"|too many tokens|exceeds the maximum number of tokens",
    re.I,
)
FILTERED = re.compile(r"content_filter|content_policy|content management policy|safety", re.I)
BY_CODE = {  # Bedrock's errors in the middle of a stream, after the status
    "throttlingException": 429,
    "validationException": 400,
    "internalServerException": 500,
    "modelStreamErrorException": 500,
    "serviceUnavailableException": 503,
}
LOST = frozenset(  # by the HTTP libraries of the SDKs: httpx2, aiohttp, botocore
    {"ReadError", "ReadTimeout", "RemoteProtocolError", "ConnectionClosedError", "ServerDisconnectedError"}
)
USED_UNKNOWN = Partial(usage=UNKNOWN_USAGE, is_final=True)
RETRY_DELAY = re.compile(r"retryDelay\W+(\d+(?:\.\d+)?)s")  # Google sends it in the body only
MOST_CHARACTERS = 300


def provider_error(error: Exception, *, has_started: bool = False) -> ProviderError:
    """Return the ProviderError that `error` stands for; `has_started`: part of the answer had come."""
    if isinstance(error, ProviderError):
        return error
    status = _status(error)
    if status is not None:
        return _by_status(status, _headers(error), _message(error))
    if has_started:
        return StreamCut(f"The answer broke off: {type(error).__name__}")
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return NoAnswer("No answer in time")
    if isinstance(error, ValueError):
        return StreamCut(f"The answer cannot be read: {type(error).__name__}")
    lost = _was_lost(error)
    return Unavailable(f"No connection: {type(error).__name__}", partial=USED_UNKNOWN if lost else None)


def _was_lost(error: BaseException | None) -> bool:
    """Return whether the connection was lost after the request had gone out: the provider may have worked on it."""
    while error is not None:
        if type(error).__name__ in LOST:
            return True
        error = error.__cause__ or error.__context__
    return False


def _status(error: Any) -> int | None:
    """Return the HTTP status as the SDKs keep it: openai and anthropic, google-genai, botocore."""
    answer = getattr(error, "response", None)
    metadata = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
    for found in (getattr(error, "status_code", None), getattr(error, "code", None), metadata.get("HTTPStatusCode")):
        if isinstance(found, int):
            return found
    code = answer.get("Error", {}).get("Code", "") if isinstance(answer, dict) else ""
    return BY_CODE.get(code)


def _by_status(status: int, headers: Mapping[str, str], message: str) -> ProviderError:
    if status == 429:
        wait_s = retry_after_s(headers, datetime.now(UTC))
        delay = RETRY_DELAY.search(message)
        return RateLimited(message, status, float(delay[1]) if wait_s is None and delay else wait_s)
    if status in (400, 413, 422):
        kind = ContextTooLong if TOO_LONG.search(message) else Refused if FILTERED.search(message) else Rejected
        return kind(message, status)
    if status in (500, 502):
        return ServerFailed(message, status)
    return Unavailable(message, status, retry_after_s(headers, datetime.now(UTC)))


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the wait of Retry-After (seconds or an HTTP date, RFC 9110 10.2.3) or retry-after-ms; None without one."""
    try:
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
        if "retry-after" not in headers:
            return None
        value = headers["retry-after"].strip()
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _message(error: Exception) -> str:
    """Return the provider's message on one line, without anything that looks like a key."""
    return without_secrets(" ".join(str(error).split()))[:MOST_CHARACTERS]


def _headers(error: Any) -> Mapping[str, str]:
    answer = getattr(error, "response", None)
    if isinstance(answer, dict):
        return {
            name.lower(): value for name, value in answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).items()
        }
    found: Mapping[str, str] = getattr(answer, "headers", {})
    return found
