"""Remember how each target has been doing: whether it rests after failures, how fast and how dear it answers."""

from __future__ import annotations

import random
from collections import defaultdict

import msgspec

from finops_router.calls import Reply, Target
from finops_router.choice.averages import NOTHING, Mean, Observed, Speed
from finops_router.errors import ProviderError, RateLimited

MOST_JITTER = 1.5  # a rest nobody asked for is by chance up to this many times as long
MOST_FAILED_SHARE = 0.9  # a target that always fails is expected to take ten times as long, not for ever


class HealthRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a target rests and how long observations count.

    A target rests after `failures_before_rest` failures in a row, first `rest_s`, twice as long each
    time it fails on its return, at most `rest_max_s`. A 429 rests it at once: as long as it asked for, else
    `rate_limit_rest_s`, doubling likewise and by chance up to half as long again, so that the processes it refused
    do not all come back at once. After a rest one request probes it; the others wait for its answer
    elsewhere. What was observed of it loses half its weight every `half_life_s`.
    """

    failures_before_rest: int = 3
    rest_s: float = 30.0
    rest_max_s: float = 300.0
    rate_limit_rest_s: float = 5.0
    half_life_s: float = 120.0


class Circuit(msgspec.Struct):
    """Whether one target may be asked; `rests_until_s` is in seconds of the event loop's clock.

    `opened` from its first rest until it answers again; `probed` while one request tries it out.
    """

    failures_in_a_row: int = 0
    rests_until_s: float = 0.0
    opened: bool = False
    probed: bool = False


class Health:
    """The health of every target by name; reads no clock, every moment is handed in as `now_s`.

    `rng` spreads the rests after a 429 that does not say how long.
    """

    def __init__(self, rules: HealthRules, rng: random.Random) -> None:
        self._rules = rules
        self._rng = rng
        self._circuits: defaultdict[str, Circuit] = defaultdict(Circuit)
        self._seen: defaultdict[str, Observed] = defaultdict(Observed)
        self._lengths: dict[str, Mean] = {}

    def is_resting(self, target: Target, now_s: float) -> bool:
        """Say whether `target` is to be left alone at `now_s`: it rests, or somebody else is trying it out."""
        circuit = self._circuits[target.name]
        return circuit.rests_until_s > now_s or (circuit.opened and circuit.probed)

    def rests_until_s(self, target: Target) -> float:
        """Return when `target` may be tried again; in the past where it never rested."""
        return self._circuits[target.name].rests_until_s

    def begins(self, target: Target) -> bool:
        """Note that a try of `target` begins; True where it is the probe after a rest: end it by `probe_ended`."""
        circuit = self._circuits[target.name]
        if circuit.opened and not circuit.probed:
            circuit.probed = True
            return True
        return False

    def probe_ended(self, target: Target) -> None:
        """Let the next request probe, or all come back, whatever the probe has shown."""
        self._circuits[target.name].probed = False

    def speed(self, target: Target, now_s: float) -> Speed:
        """Return the speed to expect at `now_s`: the mean of what was configured and what was observed.

        Observations fade, so a target that is asked no more drifts back to its configured speed and gets
        another chance.
        """
        configured = Speed(ttft_ms=target.expected_ttft_ms, ms_per_output_token=target.expected_ms_per_output_token)
        return self._seen[target.name].speed(configured, now_s, self._rules.half_life_s)

    def failed_share(self, target: Target, now_s: float) -> float:
        """Return the share of tries to expect to fail, from 0 to 0.9; 0 unobserved."""
        return min(self._seen[target.name].failed_share.beside(0.0, now_s, self._rules.half_life_s), MOST_FAILED_SHARE)

    def cached_share(self, target: Target, now_s: float) -> float:
        """Return the share of input tokens to expect to be read from the provider's cache; 0 unobserved."""
        return self._seen[target.name].cached_share.beside(0.0, now_s, self._rules.half_life_s)

    def output_tokens(self, group: str, configured: int, now_s: float) -> float:
        """Return the length of answer to expect in `group`: as configured at first, then as observed."""
        return self._lengths.get(group, NOTHING).beside(configured, now_s, self._rules.half_life_s)

    def late_ms(self, target: Target, output_tokens: float, streamed: bool, now_s: float) -> float | None:
        """Return the milliseconds after which 95 % of the answers of `target` have begun (a plain one: ended).

        None where too few answers were seen to tell.
        """
        factor = self._seen[target.name].late_factor()
        if factor is None:
            return None
        speed = self.speed(target, now_s)
        return factor * (speed.ttft_ms if streamed else speed.expected_ms(output_tokens))

    def answered(self, target: Target, group: str, reply: Reply, latency_ms: float, now_s: float) -> None:
        """Take in a reply that took `latency_ms`: failures are forgotten, what is expected is updated."""
        circuit, half_life_s = self._circuits[target.name], self._rules.half_life_s
        circuit.failures_in_a_row = 0
        if circuit.rests_until_s <= now_s:  # else a rest stays: this answer may be older than its cause
            circuit.opened = False
        self._seen[target.name].answered(reply, latency_ms, self.speed(target, now_s), now_s, half_life_s)
        length = self._lengths.get(group, NOTHING)
        self._lengths[group] = length.taking(reply.usage.output_tokens, now_s, half_life_s)

    def failed(self, target: Target, error: ProviderError, now_s: float) -> None:
        """Take in a failure of `target` and let it rest if the rules say so.

        Failures that come in while it rests were under way before: they are one and the same trouble.
        """
        circuit = self._circuits[target.name]
        self._seen[target.name].failed(now_s, self._rules.half_life_s)
        circuit.failures_in_a_row += circuit.rests_until_s <= now_s
        rest_s = self._rest_s(error, circuit.failures_in_a_row)
        if rest_s > 0:
            circuit.opened = True
            circuit.rests_until_s = max(circuit.rests_until_s, now_s + rest_s)

    def _rest_s(self, error: ProviderError, failures: int) -> float:
        rules = self._rules
        if isinstance(error, RateLimited):
            if error.retry_after_s is not None:
                return error.retry_after_s
            rest_s = _doubled(rules.rate_limit_rest_s, failures - 1, rules.rest_max_s)
            return rest_s * self._rng.uniform(1.0, MOST_JITTER)
        if failures < rules.failures_before_rest:
            return 0.0
        return _doubled(rules.rest_s, failures - rules.failures_before_rest, rules.rest_max_s)


def _doubled(first_s: float, times: int, most_s: float) -> float:
    return min(first_s * 2.0 ** min(times, 32), most_s)
