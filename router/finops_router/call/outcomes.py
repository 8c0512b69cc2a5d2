"""Name how an attempt or a call ended, in telemetry's words."""

from __future__ import annotations

import asyncio

from finops_router.errors import GuardrailBlocked, NoAnswer, RouterError

AT_LIMIT = "at_limit"  # the error_type of a skipped target that had no room for the call
OVER_BUDGET = "over_budget"  # the error_type of a target that was not asked because a budget has no room for it
GAVE_UP = (asyncio.CancelledError, GeneratorExit)  # somebody ended it: its task was cancelled or its stream closed


class LostRace(asyncio.CancelledError):
    """Thrown into the slower of two hedged attempts; to everything it runs through it is a cancellation."""


def error_type(error: BaseException) -> str:
    """Return one of few words for `error`: a RouterError's own, or the name of its class."""
    if isinstance(error, LostRace):
        return "hedged"
    if isinstance(error, GAVE_UP):
        return "cancelled"
    return error.error_type if isinstance(error, RouterError) else type(error).__name__


def attempt_outcome(error: BaseException) -> str:
    """Return 'timeout', 'cancelled' or 'error' for an attempt that ended in `error`."""
    return "timeout" if isinstance(error, NoAnswer) else request_status(error)


def request_status(error: BaseException) -> str:
    """Return 'blocked' (by a guardrail), 'cancelled' or 'error' for a call that ended in `error`."""
    if isinstance(error, GuardrailBlocked):
        return "blocked"
    return "cancelled" if isinstance(error, GAVE_UP) else "error"
