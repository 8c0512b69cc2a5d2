"""Judge a failure by its cause: what a provider answered, by status, code and words, becomes one of our errors.

Each wire has a table of its own causes, which counts before the causes that all share.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

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
from finops_router.providers.error_words import ErrorWords
from finops_router.providers.redaction import MOST_CHARACTERS, without_secrets
from finops_router.providers.waits import retry_after_s

REQUEST = frozenset({400, 413, 422})  # statuses of what may be wrong with a request
ASKED = REQUEST | {404, 405, 406, 410, 415, 429, 501}


class Cause(NamedTuple):
    """What makes a failure one of `error`: one of `codes` or its `words`, with one of `statuses`.

    `waits`: it counts for answers with a time to wait as well.
    """

    error: type[ProviderError]
    statuses: frozenset[int]
    codes: frozenset[str]
    words: re.Pattern[str]
    waits: bool = True


def cause(
    error: type[ProviderError], statuses: Collection[int], codes: str, words: str, *, waits: bool = True
) -> Cause:
    """Return a Cause; `codes` are separated by spaces, `words` is a pattern, and both are of any case."""
    return Cause(error, frozenset(statuses), frozenset(codes.split()), re.compile(words or r"(?!)", re.I), waits)


SHARED = (  # in this order: the first that fits counts
    cause(  # a request that alone is above what the target grants a minute would wait for ever
        Declined, {400, 413, 429}, "", r"request too large for|\b(tokens per min|TPM)\b.*(reduce|too large)"
    ),
    cause(
        RateLimited,
        {400, 403, 413, 422},
        "rate_limit_exceeded rate_limit_error rate_limited throttlingexception too_many_requests",
        r"too many requests",
    ),
    cause(
        ContextTooLong,
        REQUEST | {500},
        "context_length_exceeded exceed_context_size_error model_context_window_exceeded context_window_exceeded",
        r"context.?length|context.?window|context.?(size|limit)|maximum context"
        r"|(prompt|input|messages?|conversation|request)\b.{0,40}\b(is|are) too (long|large|many tokens)"
        r"|too many (input |prompt )?tokens|exceeds the maximum number of (input )?tokens|maximum (prompt|input) length"
        r"|reduce the length of (the |your )?(messages|prompt|input)|longer than the model|input token count",
    ),
    cause(
        Refused,
        {400, 403, 422, 451},
        "content_filter content_filtered content_policy_violation responsibleaipolicyviolation moderation_blocked "
        "data_inspection_failed policy_violation safety image_safety prompt_blocked",
        r"content_filter|content.(policy|filter|management policy|moderation)|content_policy"
        r"|safety.(system|filter|polic|setting|reason)|for safety|flagged (by|as|for)|was flagged|usage polic"
        r"|moderation|inappropriate content|guardrail",
    ),
    cause(
        QuotaUsedUp,
        {400, 402, 403, 429},
        "insufficient_quota billing_hard_limit_reached billing_not_active billing_error insufficient_balance "
        "insufficient_user_quota exceeded_current_quota_error payment_required quota_exceeded",
        r"credit balance|insufficient.{0,20}(credit|quota|balance|funds)|exceeded your current quota|out of credits"
        r"|(billing|spend(ing)?|usage|budget) (hard )?(limit|cap)|payment required|plan and billing",
        waits=False,
    ),
    cause(
        KeyRefused,
        {400, 401, 403, 404, 422},
        "invalid_api_key incorrect_api_key authentication_error unauthenticated unauthorized invalid_authentication "
        "api_key_invalid api_key_expired permission_denied permission_error access_denied accessdeniedexception "
        "unrecognizedclientexception invalidsignatureexception expiredtokenexception",
        r"api[ _-]?key|unauthori[sz]ed|invalid (authentication|credential|access token|bearer|x-api-key)"
        r"|(authentication|security token|access token).{0,30}(failed|invalid|expired|required)|not authori[sz]ed",
    ),
    cause(
        ModelUnknown,
        {400, 403, 404, 410, 422},
        "model_not_found not_found_error deploymentnotfound model_not_supported invalid_model unknown_model "
        "model_not_available model_decommissioned resourcenotfoundexception model_not_exist",
        r"(invalid|unknown|unsupported|no such|not a valid) model|model (identifier|id|name)?.{0,80}"
        r"(does not exist|not exist|not found|is not supported|is unknown|is invalid|not a valid|decommissioned|retired"
        r"|deprecated|not available|no longer)|models?/\S+ is not found|deployment.{0,60}(does not exist|not found)"
        r"|on-demand throughput",
    ),
    cause(
        Declined,
        ASKED,
        "unsupported_parameter unsupported_value unknown_parameter not_supported unsupported_model_feature "
        "request_too_large extra_forbidden tool_use_failed unimplemented",
        r"not support|n't support|unsupported|not permitted|unrecognized|unexpected keyword"
        r"|unknown (name|parameter|field|argument)|support tool use|extra_forbidden|extra (inputs|fields)"
        r"|not (enabled|available|implemented)|requires --",
    ),
    cause(
        Rejected,
        {400, 422},
        "missing_required_parameter invalid_json json_invalid malformed_request invalid_image invalid_image_url "
        "invalid_base64 empty_array invalid_function_parameters",
        r"malformed|(could not|couldn't|cannot|can't|failed to|unable to) (parse|decode|process|read|download)"
        r"|(invalid|not valid|not a valid) (json|base64|utf-8|image|messages?\b|'messages|role|conversation"
        r"|request body)|\bmessages?\b.{0,60}(empty|at least one|must|should|required|expected)|at least one message"
        r"|contents.{0,9} (not specified|required|empty)|tool_call_ids?\b|tool_use.{0,20}\bids?\b|tool_?result"
        r"|roles? must|(field|parameter)s? (is |are )?required|missing (required|field|a required)|conversation must",
    ),
)
BY_STATUS: Mapping[int, type[ProviderError]] = {
    401: KeyRefused, 402: QuotaUsedUp, 403: KeyRefused, 429: RateLimited, 500: ServerFailed, 502: ServerFailed,
    404: Unavailable, 407: Unavailable, 408: Unavailable, 409: Unavailable, 425: Unavailable, 499: Unavailable,
    501: Declined, 505: Declined,
}  # fmt: skip

HINTS: Mapping[type[ProviderError], str] = {
    KeyRefused: "check the provider's key (api_key_env or api_key_file), and that it may use this model",
    QuotaUsedUp: "add credit at the provider, or raise your limit there",
    ModelUnknown: "check the model's name in finops.toml, and that your account has it",
    Declined: "see the provider's words: the target's capabilities or context_tokens in finops.toml may leave it out",
    ContextTooLong: "give the group a target with a larger window",
}


def failure(
    words: ErrorWords,
    status: int | None,
    headers: Mapping[str, str],
    own: tuple[Cause, ...] = (),
    secrets: Collection[str] = (),
) -> ProviderError:
    """Return the error that an answer with `status` and `words` stands for; None: it came within an answer, with 200.

    `own` is the table of the wire. The error has the provider's words without any of `secrets`, and the time to wait.
    """
    status = words.status if status is None else status
    wait_s = retry_after_s(headers, datetime.now(UTC))
    wait_s = words.wait_s if wait_s is None else wait_s
    kind = _kind(words, status, own, wait_s is not None)
    found = kind(provider_words(words, status, secrets), status, wait_s)
    found.hint = HINTS.get(kind, "")
    return found


def provider_words(words: ErrorWords, status: int | None, secrets: Collection[str] = ()) -> str:
    """Return the provider's words on one line, with its code if they do not name it."""
    text = " ".join(words.text.split()) or f"no reason given, HTTP status {status}"
    code = words.code if words.code and words.code.lower() not in text.lower() else ""
    text = without_secrets(f"{text} ({code})" if code else text, secrets)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def _kind(words: ErrorWords, status: int | None, own: tuple[Cause, ...], must_wait: bool) -> type[ProviderError]:
    if status is None:  # in an answer, with a code that nobody knows
        return ServerFailed
    for known in (*own, *SHARED):
        if status not in known.statuses or (must_wait and not known.waits):
            continue
        if not known.codes.isdisjoint(words.codes) or known.words.search(words.text):
            return known.error
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Declined if 400 <= status < 500 else Unavailable
