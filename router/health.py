"""Remember how each target has been doing: whether it rests after failures, and how fast it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from router.calls import Reply, Target
from router.errors import ProviderError, RateLimited

CONFIGURED_WEIGHT = 3.0  # the configured speed counts as much as this many answers
MOST_WEIGHT = 20.0  # all earlier answers count at most as much as this many: fewer would follow chance, more lag


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRules:
    """When a target rests and how long observations count.

    A target rests after `failures_before_rest` failures in a row, first `rest_s`, twice as long each
    time it fails on its return, at most `rest_max_s`. A 429 rests it at once: as long as it asked for, else
    `rate_limit_rest_s`, doubling likewise. What was observed of its speed loses half its weight every
    `half_life_s`.
    """

    failures_before_rest: int = 3
    rest_s: float = 30.0
    rest_max_s: float = 300.0
    rate_limit_rest_s: float = 5.0
    half_life_s: float = 120.0


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
    """What is known of one target; all times in seconds of the event loop's clock.

    `observed` is the mean speed of its answers, worth `weight` answers at `observed_at_s`.
    """

    failures_in_a_row: int = 0
    rests_until_s: float = 0.0
    observed: Speed | None = None
    weight: float = 0.0
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
        """Return the speed to expect at `now_s`: the mean of what was configured and what was observed.

        Observations fade, so a target that is asked no more drifts back to its configured speed and gets
        another chance.
        """
        known = self._of.get(target.name, UNKNOWN)
        configured = Speed(ttft_ms=target.expected_ttft_ms, ms_per_output_token=target.expected_ms_per_output_token)
        if known.observed is None:
            return configured
        weight = self._faded(known, now_s)
        return _between(configured, known.observed, weight / (weight + CONFIGURED_WEIGHT))

    def answered(self, target: Target, reply: Reply, latency_ms: float, now_s: float) -> None:
        """Take in a reply that took `latency_ms`: failures are forgotten, the observed speed is updated."""
        known = self._of.get(target.name, UNKNOWN)
        seen = _seen(reply, latency_ms, self.speed(target, now_s))
        weight = self._faded(known, now_s)
        self._of[target.name] = replace(
            known,  # a rest stays: this answer may be older than its cause
            failures_in_a_row=0,
            observed=_between(known.observed or seen, seen, 1.0 / (weight + 1.0)),
            weight=min(weight + 1.0, MOST_WEIGHT),
            observed_at_s=now_s,
        )

    def _faded(self, known: TargetHealth, now_s: float) -> float:
        return float(known.weight * 0.5 ** ((now_s - known.observed_at_s) / self._rules.half_life_s))

    def failed(self, target: Target, error: ProviderError, now_s: float) -> None:
        """Take in a failure of `target` and let it rest if the rules say so.

        Failures that come in while it rests were under way before: they are one and the same trouble.
        """
        known = self._of.get(target.name, UNKNOWN)
        failures = known.failures_in_a_row + (known.rests_until_s <= now_s)
        self._of[target.name] = replace(
            known,
            failures_in_a_row=failures,
            rests_until_s=max(known.rests_until_s, now_s + self._rest_s(error, failures)),
        )

    def _rest_s(self, error: ProviderError, failures: int) -> float:
        rules = self._rules
        if isinstance(error, RateLimited):
            if error.retry_after_s is not None:
                return error.retry_after_s
            return _doubled(rules.rate_limit_rest_s, failures - 1, rules.rest_max_s)
        if failures < rules.failures_before_rest:
            return 0.0
        return _doubled(rules.rest_s, failures - rules.failures_before_rest, rules.rest_max_s)


def _doubled(first_s: float, times: int, most_s: float) -> float:
    return min(first_s * 2.0 ** min(times, 32), most_s)


def _seen(reply: Reply, latency_ms: float, expected: Speed) -> Speed:
    """Read the speed off one answer.

    A streamed answer shows both parts. A plain one shows only their sum, so both parts are taken to be
    off by the factor by which the sum is.
    """
    tokens = reply.usage.output_tokens
    if reply.ttft_ms is None:
        factor = latency_ms / max(expected.expected_ms(tokens), 1e-3)
        return Speed(ttft_ms=expected.ttft_ms * factor, ms_per_output_token=expected.ms_per_output_token * factor)
    return Speed(ttft_ms=reply.ttft_ms, ms_per_output_token=max(latency_ms - reply.ttft_ms, 0.0) / max(tokens, 1))


def _between(start: Speed, end: Speed, share: float) -> Speed:
    return Speed(
        ttft_ms=start.ttft_ms + (end.ttft_ms - start.ttft_ms) * share,
        ms_per_output_token=start.ms_per_output_token + (end.ms_per_output_token - start.ms_per_output_token) * share,
    )
