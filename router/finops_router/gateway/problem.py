"""Say what went wrong for a client: an HTTP status, a few known words, and whether to try again helps."""

from __future__ import annotations

import math

import msgspec

from finops_router.errors import (
    AllTargetsFailed,
    ConfigError,
    ContextTooLong,
    DeadlineExceeded,
    Declined,
    GuardrailBlocked,
    NoAnswer,
    NoTargetFits,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    RouterError,
)

LIMITED = frozenset({"rate_limited", "at_limit"})


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong: `kind` is one of few words, `code` what it is in detail, `retry_after_s` when to come back.

    `is_worth_a_retry`: the same request may be answered if it is sent again; the router itself has tried by then.
    """

    status: int
    kind: str
    message: str
    code: str | None = None
    retry_after_s: float | None = None
    is_worth_a_retry: bool = False

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return what the SDKs of OpenAI and Anthropic read of it, so that they do not repeat what is no use."""
        found = [(b"x-should-retry", b"true" if self.is_worth_a_retry else b"false")]
        if self.retry_after_s is not None:
            found.append((b"retry-after", b"%d" % math.ceil(self.retry_after_s)))
        return found


class Refusal(Exception):  # noqa: N818 -- it is raised to answer a client, as web frameworks' exceptions are
    """A request that the gateway itself does not take; nothing was spent on it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def bad_request(message: str, code: str | None = None, status: int = 400) -> Refusal:
    """Return the refusal of a request that is at fault itself."""
    return Refusal(Problem(status=status, kind="invalid_request", message=message, code=code))


KEPT_OUT = {  # of keys, limits and budgets, by the word of the error
    "key_refused": (401, "authentication", "invalid_api_key"),
    "unknown_host": (421, "permission", "unknown_host"),
    "limit_reached": (429, "rate_limit", "rate_limit_exceeded"),
    "budget_spent": (429, "budget", "budget_spent"),
    "price_unknown": (403, "permission", "price_unknown"),
    "state_lost": (503, "overloaded", "state_lost"),
}
PROBLEMS: tuple[
    tuple[type[RouterError], int, str, str | None], ...
] = (  # the first that fits; no code: the error's own
    (ConfigError, 404, "not_found", "model_not_found"),
    (ContextTooLong, 400, "invalid_request", "context_length_exceeded"),
    (Refused, 400, "invalid_request", "content_filter"),
    (Rejected, 400, "invalid_request", None),
    (GuardrailBlocked, 400, "invalid_request", None),
    (NoTargetFits, 400, "invalid_request", None),
    (DeadlineExceeded, 504, "timeout", None),
    (NoAnswer, 504, "timeout", None),
    (RateLimited, 429, "rate_limit", None),
    (ProviderError, 502, "upstream", None),
    (RouterError, 500, "internal", None),
)


def problem_of(error: RouterError) -> Problem:
    """Return what a client is told of `error`, in which a call has ended."""
    message = f"{error.message}: {error.hint}" if error.hint and not isinstance(error, ProviderError) else error.message
    if isinstance(error, AllTargetsFailed):
        return _all_failed(error, message)
    if error.error_type in KEPT_OUT and not isinstance(error, ProviderError):
        return _not_let_in(error, message)
    _, status, kind, code = next(found for found in PROBLEMS if isinstance(error, found[0]))
    return Problem(status=status, kind=kind, message=message, code=code or error.error_type)


def _not_let_in(error: RouterError, message: str) -> Problem:
    """Return what a client is told that its key, a limit or a budget keeps out."""
    status, kind, code = KEPT_OUT[error.error_type]
    wait_s: float | None = getattr(error, "retry_after_s", None)
    return Problem(
        status=status, kind=kind, message=message, code=code, retry_after_s=wait_s, is_worth_a_retry=wait_s is not None
    )


def _all_failed(error: AllTargetsFailed, message: str) -> Problem:
    """Return what a call came to that nobody answered: whose fault it is if all say the same, else nobody's."""
    types = {attempt.error_type for attempt in error.attempts if attempt.error_type is not None}
    if types and types <= {Declined.error_type}:
        return Problem(status=400, kind="invalid_request", message=message, code="declined")
    if types and types <= LIMITED:
        wait_s = error.retry_after_s
        return Problem(
            status=429, kind="rate_limit", message=message, code="rate_limit_exceeded", retry_after_s=wait_s,
            is_worth_a_retry=wait_s is not None,
        )  # fmt: skip
    if types == {NoAnswer.error_type}:
        return Problem(status=504, kind="timeout", message=message, code=error.error_type)
    return Problem(
        status=503, kind="overloaded", message=message, code=error.error_type, retry_after_s=error.retry_after_s
    )
