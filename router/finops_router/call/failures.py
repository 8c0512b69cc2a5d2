"""Make the errors that end a call without an answer; each lists its attempts and gives a way out."""

from __future__ import annotations

from finops_router.call.call import Call
from finops_router.errors import AllTargetsFailed, DeadlineExceeded, NoTargetFits


def no_target_fits(call: Call) -> NoTargetFits:
    """Return the error of a call that every target of its group was left out of; the hint has the reasons."""
    reasons = "; ".join(f"{name} {why}" for name, why in call.left_out.items())
    return NoTargetFits(f"No target of {call.request.group} fits this request", reasons, ())


def all_targets_failed(call: Call) -> AllTargetsFailed:
    """Return the error of a call for which no target is left."""
    left_out = "".join(f"; {name} was left out: {why}" for name, why in call.left_out.items())
    return AllTargetsFailed(
        f"No target answered: {call.request.group} ({attempts_summary(call)})",
        f"see the attempts; targets that cool down are tried again afterwards{left_out}",
        call.attempts,
    )


def deadline_exceeded(call: Call) -> DeadlineExceeded:
    """Return the error of a call whose time is over."""
    return DeadlineExceeded(
        f"No answer within {call.deadline_s - call.started_s:g} s: {call.request.group} ({attempts_summary(call)})",
        "raise router.deadline_s, or lower attempt_timeout_s so that more targets get a turn",
        call.attempts,
    )


def attempts_summary(call: Call) -> str:
    """Return in one line what was tried and how it ended."""
    return ", ".join(f"{attempt.target.name}: {attempt.error_type or attempt.outcome}" for attempt in call.attempts)
