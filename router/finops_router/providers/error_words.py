"""Find the status, code and words of an error in what a provider sent, whatever shape it chose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from finops_router.providers.waits import delay_s, wait_in_words

TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.S | re.I)
TEXTS = ("message", "msg", "detail", "error_description", "description", "title", "raw")
CODES = ("code", "type", "status", "reason", "__type", "error_code")
NESTED = ("error", "innererror", "inner_error", "details", "metadata", "errors", "detail", "response")
STATUS_OF_CODE: Mapping[str, int] = {  # an error within an answer has no status of its own
    "invalid_request_error": 400, "invalid_argument": 400, "failed_precondition": 400, "context_length_exceeded": 400,
    "content_filter": 400, "content_policy_violation": 400, "validationexception": 400, "bad_request": 400,
    "invalid_prompt": 400, "authentication_error": 401, "invalid_api_key": 401, "unauthenticated": 401,
    "billing_error": 402, "insufficient_quota": 429, "permission_error": 403, "permission_denied": 403,
    "accessdeniedexception": 403, "not_found_error": 404, "not_found": 404, "model_not_found": 404,
    "resourcenotfoundexception": 404, "request_too_large": 413, "rate_limit_error": 429, "rate_limit_exceeded": 429,
    "rate_limited": 429, "too_many_requests": 429, "resource_exhausted": 429, "throttlingexception": 429,
    "throttling": 429, "requests": 429, "tokens": 429, "cancelled": 499, "server_error": 500, "api_error": 500,
    "internal": 500, "internal_error": 500, "internal_server_error": 500, "internalserverexception": 500,
    "modelstreamerrorexception": 500, "unavailable": 503, "service_unavailable": 503, "overloaded": 503,
    "engine_overloaded": 503, "engine_overloaded_error": 503, "serviceunavailableexception": 503,
    "modelnotreadyexception": 503, "deadline_exceeded": 504, "timeout": 504, "timeout_error": 504,
    "modeltimeoutexception": 504, "overloaded_error": 529,
}  # fmt: skip
STATUS_OF_WORDS = (
    (re.compile(r"rate.?limit|too many requests|quota", re.I), 429),
    (re.compile(r"overloaded|at capacity|unavailable|try again", re.I), 503),
)


class ErrorWords(NamedTuple):
    """What a provider answered of a failure.

    `status` is the one it names in the body, None without one; `code` is the most telling code, `codes` are all of them
    in lower case; `wait_s` is the time to wait that the body names.
    """

    text: str
    code: str = ""
    codes: frozenset[str] = frozenset()
    status: int | None = None
    wait_s: float | None = None


def words_in_body(content: bytes) -> ErrorWords:
    """Return the words of the body of a failed answer: of JSON, or else its text."""
    try:
        return words_of(msgspec.json.decode(content))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        text = content[:20_000].decode("utf-8", "replace")
        return ErrorWords(" ".join(TAG.sub(" ", text).split())[:2000])


def words_of(body: object) -> ErrorWords:
    """Return the words of a decoded error, wherever they stand in it."""
    texts, codes, waits = list[str](), list[object](), list[float | None]()
    for part in _parts(body, 6):
        if isinstance(part, str):
            texts.append(part)
            continue
        texts += [text for name in TEXTS if isinstance(text := part.get(name), str) and text]
        codes += [code for name in CODES if isinstance(code := part.get(name), str | int) and code]
        waits.append(delay_s(part.get("retryDelay")))
    names = [code for code in codes if isinstance(code, str)]
    text = next(iter(texts), "")
    wait_s = next((wait for wait in waits if wait is not None), None)
    return ErrorWords(
        text="; ".join(dict.fromkeys(texts[:4])),
        code=next((name for name in names if name not in texts), ""),
        codes=frozenset(name.lower() for name in names),
        status=_status(codes, names, text),
        wait_s=wait_in_words(text) if wait_s is None else wait_s,
    )


def _status(codes: list[object], names: list[str], text: str) -> int | None:
    for code in codes:
        number = int(code) if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3 else code
        if isinstance(number, int) and not isinstance(number, bool) and 400 <= number < 600:
            return number
    named = next((STATUS_OF_CODE[name.lower()] for name in names if name.lower() in STATUS_OF_CODE), None)
    return named or next((status for words, status in STATUS_OF_WORDS if words.search(text)), None)


def _parts(body: object, depth: int) -> Iterator[str | Mapping[str, Any]]:
    """Yield the objects and texts in which an error may be described, the outermost error first."""
    if depth == 0:
        return
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for one in body[:8]:
            yield from _parts(one, depth - 1)
    elif isinstance(body, Mapping):
        inner = body.get("error")
        if isinstance(inner, Mapping | list):
            yield from _parts(inner, depth - 1)
            yield body
        else:
            yield body
            if isinstance(inner, str) and inner:
                yield inner
        for name in NESTED[1:]:
            if isinstance(body.get(name), Mapping | list):
                yield from _parts(body[name], depth - 1)
