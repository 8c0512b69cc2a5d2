"""Decide how long one attempt may be silent: by what its target usually takes, and by who else could answer.

Length is no fault: a plain answer has as long as an answer of its length may need, a stream that flows is never cut.
While somebody else could answer, an attempt that is far later than usual is given up; if nobody is left, giving up
helps nobody, and the limits are those of the most patient caller. The deadline of the call counts only
while nothing flows. Each target gets its share of what is left of it: all of them as much.
"""

from __future__ import annotations

import math

import msgspec

from finops_router.call.call import Call
from finops_router.call.services import Services
from finops_router.calls import EmbeddingRequest, Target
from finops_router.choice.averages import Speed

PATIENCE = 4.0  # an answer that takes this many times as long as usual is taken to be lost
MS_PER_INPUT_TOKEN = 0.2  # of a long prompt, before the first token: the slowest 5,000 a second
LENGTHS = 4.0  # answers of unknown length are waited for as if they were this many times as long as usual
PLAIN_S, PLAIN_ALONE_S = 60.0, 600.0  # the least for a plain answer; the SDKs of OpenAI and Anthropic wait 600 s
FIRST_TOKEN_S = 10.0  # the least for a first token if somebody else could answer
FIRST_SIGN_ALONE_S = 90.0  # for headers if nobody else is left: those come before a model has thought
FIRST_TOKEN_ALONE_S = 300.0  # for the first token after them: a model may think in silence
STALL_S, STALL_ALONE_S = 30.0, 120.0  # the least for the next sign of life of an answer that flows
STALL_MOST_S = 300.0  # also of a target that pauses for long
EMPTY_S = 600.0  # an answer that flowed, and then has nothing but comments, is over


class Limits(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The limits of one streamed attempt: seconds of silence, and moments of the event loop's clock.

    `first_sign_s` is for any sign of life, `first_token_s` for the next one before the first token, `stall_s` after it.
    `share_ends_s` ends the target's share of the call's deadline, and binds until the answer flows; `total_ends_s`
    binds all of it.
    """

    first_sign_s: float
    first_token_s: float
    stall_s: float
    share_ends_s: float
    total_ends_s: float = math.inf


def least_plain_s(target: Target) -> float:
    """Return the least that `plain_s` can be; nothing has to be worked out for answers that come before."""
    least_s = PLAIN_S if target.attempt_timeout_s is None else target.attempt_timeout_s
    return least_s if target.total_timeout_s is None else min(least_s, target.total_timeout_s)


def plain_s(services: Services, call: Call, target: Target, at_s: float) -> float:
    """Return the seconds that a plain answer of `target` may take, by its settings or by its length and speed."""
    total_s = math.inf if target.total_timeout_s is None else target.total_timeout_s
    if target.attempt_timeout_s is not None:
        return min(target.attempt_timeout_s, total_s)
    length = _most_length(services, call, target, at_s)
    needs_s = PATIENCE * (services.health.speed(target, at_s).expected_ms(length) + _prompt_ms(call)) / 1000
    return min(max(needs_s, PLAIN_S if call.others else PLAIN_ALONE_S), total_s)


def _most_length(services: Services, call: Call, target: Target, at_s: float) -> float:
    """Return the length of answer to wait for: the most tokens that are asked for, or of embeddings the vectors."""
    if isinstance(call.request, EmbeddingRequest):
        return len(call.request.inputs)
    if call.request.max_output_tokens is not None:
        return call.request.max_output_tokens
    return LENGTHS * services.health.output_tokens(call.request.group, target.expected_output_tokens, at_s)


def stream_limits(services: Services, call: Call, target: Target, at_s: float, share_ends_s: float) -> Limits:
    """Return the limits of a streamed attempt at `target` that starts at `at_s` and must flow by `share_ends_s`."""
    first_s = target.first_token_timeout_s or target.attempt_timeout_s
    needs_s = _first_token_s(services.health.speed(target, at_s), call) if first_s is None else first_s
    stall_s = target.stall_timeout_s
    if stall_s is None:
        seen_s = PATIENCE * services.health.pause_s(target, at_s)
        stall_s = min(max(seen_s, STALL_S if call.others else STALL_ALONE_S), STALL_MOST_S)
    return Limits(
        first_sign_s=needs_s if first_s or call.others else max(needs_s, FIRST_SIGN_ALONE_S),
        first_token_s=needs_s if first_s or call.others else max(needs_s, FIRST_TOKEN_ALONE_S),
        stall_s=stall_s,
        share_ends_s=share_ends_s,
        total_ends_s=math.inf if target.total_timeout_s is None else at_s + target.total_timeout_s,
    )


def _first_token_s(speed: Speed, call: Call) -> float:
    return max(PATIENCE * (speed.ttft_ms + _prompt_ms(call)) / 1000, FIRST_TOKEN_S)


def _prompt_ms(call: Call) -> float:
    return MS_PER_INPUT_TOKEN * call.request.estimated_input_tokens
