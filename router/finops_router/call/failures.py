"""Make the errors that end a call without an answer: what each target answered, when it is tried again, a way out."""

from __future__ import annotations

from typing import TypeVar

from finops_router.call.call import Call
from finops_router.calls import Attempt
from finops_router.choice.health import Health
from finops_router.errors import AllTargetsFailed, CallFailed, DeadlineExceeded, NoTargetFits

MOST_CHARACTERS = 200  # of a provider's words in the one line of a message; the notes have all of them
Failed = TypeVar("Failed", bound=CallFailed)


def no_target_fits(call: Call) -> NoTargetFits:
    """Return the error of a call that every target of its group was left out of; the hint has the reasons."""
    reasons = "; ".join(f"{name} {why}" for name, why in call.left_out.items())
    return NoTargetFits(f"No target of {call.request.group} fits this request", reasons, ())


def all_targets_failed(call: Call, health: Health, at_s: float) -> AllTargetsFailed:
    """Return the error of a call for which no target is left at `at_s` of the event loop's clock."""
    waits_s = _waits_s(call, health, at_s)
    again = "; ".join(f"{name} is tried again in {wait_s:.1f} s" for name, wait_s in waits_s.items())
    left_out = "".join(f"; {name} was left out: {why}" for name, why in call.left_out.items())
    return _with_words(
        AllTargetsFailed(
            f"No target answered: {call.request.group} ({attempts_summary(call)})",
            (again or "see the attempts; none of the targets cools down, the next call tries them again") + left_out,
            call.attempts,
            min(waits_s.values(), default=None),
        )
    )


def deadline_exceeded(call: Call) -> DeadlineExceeded:
    """Return the error of a call whose time is over."""
    return _with_words(
        DeadlineExceeded(
            f"No answer within {call.deadline_s - call.started_s:g} s: {call.request.group} ({attempts_summary(call)})",
            "raise router.deadline_s, or lower attempt_timeout_s and first_token_timeout_s: more targets get a turn",
            call.attempts,
        )
    )


def attempts_summary(call: Call) -> str:
    """Return in one line what was tried and how it ended."""
    return ", ".join(f"{attempt.target.name}: {_ending(attempt)}" for attempt in call.attempts)


def _ending(attempt: Attempt) -> str:
    """Return how `attempt` ended: our word for it, and the status and words of its provider."""
    ending = attempt.error_type or attempt.outcome
    words = [str(attempt.http_status)] if attempt.http_status is not None else []
    if attempt.message:
        words.append(attempt.message[:MOST_CHARACTERS])
    return f"{ending} ({': '.join(words)})" if words else ending


def _waits_s(call: Call, health: Health, at_s: float) -> dict[str, float]:
    """Return the seconds until each target that was tried or skipped is tried again, without those that are free."""
    targets = {attempt.target.name: attempt.target for attempt in call.attempts}
    waits_s = {name: health.circuit(target).ready_s(at_s) - at_s for name, target in targets.items()}
    return {name: wait_s for name, wait_s in waits_s.items() if wait_s > 0}


def _with_words(error: Failed) -> Failed:
    """Return `error` with a note for each attempt that failed: its provider's own words, whole."""
    for attempt in error.attempts:
        if attempt.message:
            error.add_note(f"{attempt.target.name}: {attempt.message}")
    return error
