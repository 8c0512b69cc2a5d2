"""The sixteen kinds of misconduct of failoverbench's catalogue, S01 to S16, and what is good conduct in each.

Our tests hold the router to it, `python -m benchmarks scenarios` the router and its peers. It needs Python alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.finops_router.scenarios.misbehaving import ANSWER, ERRORS, INPUT_TOKENS, OUTPUT_TOKENS, Times

PLAIN, BUFFERED, LIVE = "plain", "buffered", "live"


class Outcome(NamedTuple):
    """What one call came to for its caller: a text and the usage that it was told, or else the words of the error."""

    text: str
    error: str
    took_s: float
    input_tokens: int | None = None
    output_tokens: int | None = None


class Kind(NamedTuple):
    """One kind of misconduct: the models of the group, who must answer ('': any), how often the first may be asked.

    `waits` is the one of the provider's times that must be waited out; it comes on top of `at_most_s`, and so does the
    caller's own limit of silence if the provider `is_silent`. If it `is_slow`, the answer comes in the end, and a plain
    one may be waited for. If it `is_refused`, the caller gets the provider's words, and nobody else is asked. `calls`
    are spread over one and a half outages.
    """

    name: str
    models: tuple[str, ...]
    answered_by: str
    asked: tuple[int, int]
    waits: str = ""
    at_most_s: float = 4.0
    is_silent: bool = False
    is_slow: bool = False
    is_refused: bool = False
    calls: int = 1

    @property
    def needs_fallback(self) -> bool:
        """Whether the first model alone cannot answer."""
        return self.calls > 1 or self.answered_by in self.models[1:]


@dataclass(frozen=True)
class Pace:
    """The provider's times, and what they leave to the caller.

    `patience_s` is the longest that it waits for a silent target, `probe_s` how long after an outage it may come back;
    an answer may take `ease` times as long, and as many requests, as its kind says.
    """

    times: Times
    ease: float = 1.0
    patience_s: float = 0.0
    probe_s: float = 0.8

    def every_s(self, kind: Kind) -> float:
        """Return the seconds from one call to the next."""
        return 1.5 * self.times.outage_s / kind.calls if kind.calls > 1 else 0.0


KINDS = (
    Kind("S01 429 with Retry-After", ("limited-once", "ok"), "limited-once", (2, 2), "retry_after_s", 1.6),
    Kind("S02 429 without Retry-After, persistent", ("limited", "ok"), "ok", (1, 4)),
    Kind("S03 500 once, then healthy", ("failing-once", "ok"), "failing-once", (2, 2)),
    Kind("S04 503 persistent", ("down", "ok"), "ok", (1, 6)),
    Kind("S05 reset before headers", ("reset-once", "ok"), "", (1, 2)),
    Kind("S06 no response at all", ("silent", "ok"), "ok", (1, 1), is_silent=True),
    Kind("S07 slow first token", ("slow-start", "ok"), "ok", (1, 1), is_silent=True, is_slow=True),
    Kind("S08 stream cut", ("cut", "ok"), "ok", (1, 2)),
    Kind("S09 stream stalls", ("stall", "ok"), "ok", (1, 1), is_silent=True),
    Kind("S10 malformed", ("malformed", "ok"), "ok", (1, 1)),
    Kind("S11 no end mark after a whole answer", ("no-done", "ok"), "no-done", (1, 1), at_most_s=2.0),
    Kind("S12 context too long, fallback of unknown window", ("too-long", "ok"), "ok", (1, 1)),
    Kind("S13 refused for its content", ("filtered", "ok"), "", (1, 1), is_refused=True),
    Kind("S14 cut, and the fallback takes no prefill", ("cut", "no-prefill"), "no-prefill", (1, 2)),
    Kind("S15 an outage, then recovery", ("outage", "ok"), "", (1, 60), calls=60),
    Kind("S16 accounts of a failover", ("down", "ok"), "ok", (1, 6)),
)


def faults(
    kind: Kind, mode: str, pace: Pace, outcomes: Sequence[Outcome], ledger: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """Yield what is not good conduct in `outcomes` and in the provider's `ledger`; nothing if all of it is."""
    first, *others = kind.models
    asked = sum(one["model"] == first for one in ledger)
    if not kind.asked[0] <= asked <= math.ceil(kind.asked[1] * pace.ease):
        yield f"asked {first} {asked} times"
    if kind.is_refused:
        yield from _refusal_faults(outcomes, [one["model"] for one in ledger if one["model"] in others])
        return
    for outcome in outcomes:
        yield from _answer_faults(outcome, kind, pace)
    if kind.calls > 1:
        yield from _recovery_faults(kind, pace, [one for one in ledger if one["model"] == first])
    elif kind.answered_by and not any(outcome.error for outcome in outcomes):
        answered_by = [one["model"] for one in ledger if one["status"] == 200 and not one["is_broken_off"]][-1:]
        may_wait = kind.is_slow and mode == PLAIN and pace.patience_s
        if answered_by != [kind.answered_by] and not may_wait:
            yield f"answered by {answered_by[0] if answered_by else first}"


def _answer_faults(outcome: Outcome, kind: Kind, pace: Pace) -> Iterator[str]:
    if outcome.error:
        yield f"no answer: {outcome.error}"
    elif outcome.text != ANSWER:
        yield f"not the answer: {len(outcome.text.split())} words of {len(ANSWER.split())}"
    least_s = float(getattr(pace.times, kind.waits)) if kind.waits else 0.0
    most_s = kind.at_most_s * pace.ease + least_s + (pace.patience_s if kind.is_silent else 0.0)
    if not least_s <= outcome.took_s <= most_s:
        yield f"after {outcome.took_s:.1f} s"
    counts = kind.name.startswith("S16") and not outcome.error
    if counts and (outcome.input_tokens, outcome.output_tokens) != (INPUT_TOKENS, OUTPUT_TOKENS):
        yield f"counted {outcome.input_tokens} and {outcome.output_tokens} tokens"


def _refusal_faults(outcomes: Sequence[Outcome], asked: Sequence[str]) -> Iterator[str]:
    if asked:
        yield f"asked {', '.join(asked)} after the refusal"
    if not all(ERRORS["filtered"][2] in outcome.error for outcome in outcomes):
        yield "did not pass the provider's words on"


def _recovery_faults(kind: Kind, pace: Pace, ledger: Sequence[dict[str, Any]]) -> Iterator[str]:
    back_s = [one["at_s"] for one in ledger if one["status"] == 200]
    if not back_s or min(back_s) > pace.times.outage_s + pace.probe_s:
        after = f"{min(back_s) - pace.times.outage_s:.1f} s after it" if back_s else "never"
        yield f"back {after}"
    refused = sum(one["status"] == 503 for one in ledger)
    if refused > kind.calls // 3 * pace.ease:
        yield f"asked {refused} times during the outage"
