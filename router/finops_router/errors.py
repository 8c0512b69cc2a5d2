"""Name the ways a routed call can end badly.

RouterError                     what could not be done, and a hint what to do next
├── ConfigError                 finops.toml cannot be used; names file, key and the nearest valid key
├── ProviderError               one attempt failed; its class decides what is tried next
│   ├── RateLimited             429: next target; this one cools down, as long as it asked for
│   ├── Unavailable             503, overloaded, no connection: next target
│   │   ├── KeyRefused          the provider does not take our key, or the key may not do this
│   │   ├── QuotaUsedUp         no credit or quota is left there; waiting a moment does not help
│   │   └── ModelUnknown        the provider does not have the model
│   ├── ServerFailed            500: the same target once more, then the next
│   ├── NoAnswer                accepted and silent for longer than this target may be: next target
│   │   └── OutOfTime           the caller's deadline, or the target's share of it, was over first: not its fault
│   ├── StreamCut               an answer that broke off or could not be read: never taken for a whole one
│   ├── Declined                this target does not take this request, another one may: next target
│   └── Rejected                the request is at fault everywhere, no other try helps
│       ├── ContextTooLong      more tokens than this model takes: a target with a larger window
│       └── Refused             the provider's content filter: passed on with its reason
└── CallFailed                  no answer in the end; carries the attempts
    ├── AllTargetsFailed        every target was tried or is cooling down
    ├── NoTargetFits            none can or may take this request: its size, its needs, its bounds, its team
    ├── DeadlineExceeded        the time of the whole call was over first
    └── GuardrailBlocked        a guardrail does not let the request be sent, or its answer be given
"""

# ruff: noqa: N818 -- the leaves are named for what happened, as in httpx: `except RateLimited` reads as a sentence

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from finops_router.redaction import without_secrets

if TYPE_CHECKING:
    from finops_router.calls import Attempt, Partial


class RouterError(Exception):
    """An error a caller can act on: `message` is what went wrong, `hint` what to do; a traceback shows both.

    Keys are taken out of both, whoever wrote them.
    """

    error_type: ClassVar[str] = "router_error"

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = without_secrets(message)
        self.hint = without_secrets(hint)
        super().__init__(self.message)
        if self.hint:
            self.add_note(f"hint: {self.hint}")


class ConfigError(RouterError):
    """finops.toml cannot be used, or a call names what is not in it."""

    error_type = "config"


class ProviderError(RouterError):
    """One attempt failed; `http_status`, `retry_after_s` and `partial` if the provider gave them.

    `partial` is what had come of the answer by then, with the usage that the provider had counted.
    """

    error_type = "provider_error"

    def __init__(
        self,
        message: str,
        http_status: int | None = None,
        retry_after_s: float | None = None,
        partial: Partial | None = None,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        self.partial = partial


class RateLimited(ProviderError):
    """429: too many requests or tokens for this target at the moment."""

    error_type = "rate_limited"


class Unavailable(ProviderError):
    """503, overloaded, no connection, or one of the lasting reasons below."""

    error_type = "unavailable"


class KeyRefused(Unavailable):
    """401, 403, or a 400 that says so: the key is wrong, or may not do this."""

    error_type = "key_refused"


class QuotaUsedUp(Unavailable):
    """402, or a 400, 403 or 429 that says so: no credit or quota is left at this provider."""

    error_type = "quota_used_up"


class ModelUnknown(Unavailable):
    """404, or a 400 that says so: the provider does not have this model, or not for us."""

    error_type = "model_unknown"


class ServerFailed(ProviderError):
    """500: the provider failed on this call; the next one may well succeed."""

    error_type = "server_error"


class NoAnswer(ProviderError):
    """The provider took the call and sent nothing for longer than its limits allow."""

    error_type = "timeout"


class OutOfTime(NoAnswer):
    """The caller's deadline, or this target's share of it, came before an answer: it shows nothing of the target."""

    error_type = "deadline"


class Declined(ProviderError):
    """This target does not take this request: a parameter, tools or a size it does not know, or a 4xx of unknown cause.

    It shows nothing of the target's health.
    """

    error_type = "declined"


class Rejected(ProviderError):
    """The provider refuses this request, and every other one would."""

    error_type = "rejected"


class StreamCut(ProviderError):
    """The answer ended before its end mark, or a piece of it could not be read."""

    error_type = "stream_cut"


class ContextTooLong(Rejected):
    """The request has more tokens than the model's context window."""

    error_type = "context_too_long"


class Refused(Rejected):
    """The provider's content filter refused; the message is the provider's reason."""

    error_type = "content_filter"


class CallFailed(RouterError):
    """A call ended without an answer; `attempts` is what was tried, each with its provider's own words.

    `retry_after_s` are the seconds until the first target that cools down is tried again, None if none does.
    `__cause__` is the error of the newest attempt.
    """

    def __init__(
        self, message: str, hint: str, attempts: tuple[Attempt, ...], retry_after_s: float | None = None
    ) -> None:
        super().__init__(message, hint)
        self.attempts = attempts
        self.retry_after_s = retry_after_s


class AllTargetsFailed(CallFailed):
    """Every target of the group was tried or is cooling down after failures."""

    error_type = "all_targets_failed"


class NoTargetFits(CallFailed):
    """No target of the group can or may take this request; the hint has the reason for each."""

    error_type = "no_target_fits"


class DeadlineExceeded(CallFailed):
    """The deadline of the whole call came before an answer."""

    error_type = "deadline_exceeded"


class GuardrailBlocked(CallFailed):
    """The guardrail `guardrail` did not let it pass at `stage`: 'request', 'target' (both unsent), or 'answer' (paid).

    Neither the message nor the hint has any of the texts.
    """

    error_type = "guardrail_blocked"

    def __init__(self, guardrail: str, stage: str, reason: str) -> None:
        hint = "change the request, or ask whoever keeps [[guardrails]] for an exception"
        super().__init__(f"Blocked by the guardrail {guardrail}: {reason}", hint, ())
        self.guardrail = guardrail
        self.stage = stage
