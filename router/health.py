"""Remember how each target has been doing: whether it rests after failures, and how fast it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from router.calls import Attempt, Target
from router.errors import ProviderError, RateLimited

WEIGHT_OF_NEWEST = 0.2  # of one observation in the running mean: about five answers change the estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRules:
    """When a target rests and how long observations count.

    A target rests after `failures_before_rest` failures in a row, first `rest_s`, twice as long each
    time it fails on its return, at most `rest_max_s`. A 429 rests it at once. What was observed of its
    speed loses half its weight against the configured speed every `half_life_s`.
    """

    failures_before_rest: int = 3
    rest_s: float = 30.0
    rest_max_s: float = 300.0
    half_life_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast a target answers: milliseconds to the first token, and for each output token."""

    ttft_ms: float
    ms_per_output_token: float

    def expected_ms(self, output_tokens: int) -> float:
        """Return the milliseconds an answer of `output_tokens` takes."""
        return self.ttft_ms + self.ms_per_output_token * output_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetHealth:
    """What is known of one target; all times in seconds of the event loop's clock."""

    failures_in_a_row: int = 0
    rests_until_s: float = 0.0
    observed: Speed | None = None
    observed_at_s: float = 0.0


UNKNOWN = TargetHealth()


class Health:
    """The health of every target by name; reads no clock, every moment is handed in as `now_s`."""

    def __init__(self, rules: HealthRules) -> None:
        self._rules = rules
        self._of: dict[str, TargetHealth] = {}

    def is_resting(self, target: Target, now_s: float) -> bool:
        """Say whether `target` is to be left alone at `now_s`."""
        return self._of.get(target.name, UNKNOWN).rests_until_s > now_s

    def rests_until_s(self, target: Target) -> float:
        """Return when `target` may be tried again; in the past where it never rested."""
        return self._of.get(target.name, UNKNOWN).rests_until_s

    def speed(self, target: Target, now_s: float) -> Speed:
        """Return the speed to expect at `now_s`: observed lately, else drawn towards the configured one."""
        known = self._of.get(target.name, UNKNOWN)
        prior = Speed(ttft_ms=target.expected_ttft_ms, ms_per_output_token=target.expected_ms_per_output_token)
        if known.observed is None:
            return prior
        trust = 0.5 ** ((now_s - known.observed_at_s) / self._rules.half_life_s)
        return _between(prior, known.observed, trust)

    def answered(self, attempt: Attempt) -> None:
        """Take in an attempt that brought a reply: failures are forgotten, the speed is updated."""
        assert attempt.reply is not None, "only an answered attempt has a speed"
        expected = self.speed(attempt.target, attempt.ended_s)
        seen = _seen(attempt, expected)
        self._of[attempt.target.name] = TargetHealth(
            observed=_between(expected, seen, WEIGHT_OF_NEWEST), observed_at_s=attempt.ended_s
        )

    def failed(self, target: Target, error: ProviderError, now_s: float) -> None:
        """Take in a failure of `target` and let it rest if the rules say so."""
        known = self._of.get(target.name, UNKNOWN)
        failures = known.failures_in_a_row + 1
        self._of[target.name] = replace(
            known, failures_in_a_row=failures, rests_until_s=max(known.rests_until_s, now_s + self._rest_s(error, failures))
        )

    def _rest_s(self, error: ProviderError, failures: int) -> float:
        rules = self._rules
        beyond = failures - rules.failures_before_rest
        if isinstance(error, RateLimited):
            if error.retry_after_s is not None:
                return error.retry_after_s
            beyond = max(beyond, 0)
        return 0.0 if beyond < 0 else min(rules.rest_s * 2.0 ** min(beyond, 32), rules.rest_max_s)


def _seen(attempt: Attempt, expected: Speed) -> Speed:
    """Read the speed off one answer.

    A streamed answer shows both parts. A plain one shows only their sum, so both parts are taken to be
    off by the factor by which the sum is.
    """
    assert attempt.reply is not None
    tokens = attempt.reply.usage.output_tokens
    latency_ms = (attempt.ended_s - attempt.started_s) * 1000
    ttft_ms = attempt.reply.ttft_ms
    if ttft_ms is None:
        factor = latency_ms / max(expected.expected_ms(tokens), 1e-3)
        return Speed(ttft_ms=expected.ttft_ms * factor, ms_per_output_token=expected.ms_per_output_token * factor)
    return Speed(ttft_ms=ttft_ms, ms_per_output_token=max(latency_ms - ttft_ms, 0.0) / max(tokens, 1))


def _between(start: Speed, end: Speed, share: float) -> Speed:
    return Speed(
        ttft_ms=start.ttft_ms + (end.ttft_ms - start.ttft_ms) * share,
        ms_per_output_token=start.ms_per_output_token
        + (end.ms_per_output_token - start.ms_per_output_token) * share,
    )
