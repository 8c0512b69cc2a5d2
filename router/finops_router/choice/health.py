"""Remember how each target has been doing: whether it is cooling down, how fast it answers, how often it fails."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import partial

import msgspec

from finops_router.calls import Reply, Target
from finops_router.choice.averages import Mean, Observed, Speed, unobserved
from finops_router.errors import ProviderError, RateLimited

MOST_JITTER = 1.5  # the cooldown after a 429 without Retry-After is by chance up to this many times as long
MOST_FAILED_SHARE = 0.9  # a target that always fails is expected to take ten times as long, not for ever
LEAST_PAUSE_S = 1.0  # a shorter silence within a stream is not worth remembering
MOST_RETRY_AFTER_S = 6 * 3600.0  # a longer Retry-After is a mistake or an attack; the bound is urllib3's


class HealthRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a target cools down and how long observations count.

    A target cools down after `failures_before_cooldown` failures in a row, first for `cooldown_s`, twice as long each
    time it fails on its return, at most for `cooldown_max_s`. After a 429 it cools down at once: for its Retry-After
    (at most 6 hours), or without one for `rate_limit_cooldown_s`, doubling likewise and by chance up to half as long
    again, so that the processes it refused do not all come back at once. After a cooldown one request probes the
    target; the others go elsewhere until it is answered. What was observed of a target loses half its weight every
    `half_life_s`.
    """

    failures_before_cooldown: int = 3
    cooldown_s: float = 30.0
    cooldown_max_s: float = 300.0
    rate_limit_cooldown_s: float = 5.0
    half_life_s: float = 120.0


class Circuit(msgspec.Struct):
    """Whether one target may be asked; `cooldown_until_s` is in seconds of the event loop's clock.

    It is `opened` from its first cooldown until it answers again, `probed` while one request tries it out.
    """

    failures_in_a_row: int = 0
    cooldown_until_s: float = 0.0
    opened: bool = False
    probed: bool = False


class Health:
    """The health of every target by name; reads no clock, every moment is passed in as `now_s`.

    `rng` spreads the cooldowns after a 429 without Retry-After.
    """

    def __init__(self, rules: HealthRules, rng: random.Random) -> None:
        self._rules = rules
        self._rng = rng
        self._circuits: defaultdict[str, Circuit] = defaultdict(Circuit)
        self._seen: defaultdict[str, Observed] = defaultdict(partial(unobserved, rules.half_life_s))
        self._lengths: defaultdict[str, Mean] = defaultdict(partial(Mean, rules.half_life_s))

    def is_cooling_down(self, target: Target, now_s: float) -> bool:
        """Return whether to leave `target` alone at `now_s`: it cools down, or another request is its probe."""
        circuit = self._circuits[target.name]
        return circuit.cooldown_until_s > now_s or (circuit.opened and circuit.probed)

    def cooldown_until_s(self, target: Target) -> float:
        """Return when `target` may be tried again; in the past if it never cooled down."""
        return self._circuits[target.name].cooldown_until_s

    def starts(self, target: Target) -> bool:
        """Note that a try of `target` starts.

        Return True if this try is the probe after a cooldown; the caller must then call `probe_ended`.
        """
        circuit = self._circuits[target.name]
        if circuit.opened and not circuit.probed:
            circuit.probed = True
            return True
        return False

    def probe_ended(self, target: Target) -> None:
        """Let the next request probe, or all come back: that depends on what the probe has shown."""
        self._circuits[target.name].probed = False

    def speed(self, target: Target, now_s: float) -> Speed:
        """Return the speed to expect at `now_s`: the mean of the configured and the observed one.

        Observations fade, so a target that is no longer asked drifts back to its configured speed and gets
        another chance.
        """
        configured = Speed(ttft_ms=target.expected_ttft_ms, ms_per_output_token=target.expected_ms_per_output_token)
        return self._seen[target.name].speed(configured, now_s)

    def failed_share(self, target: Target, now_s: float) -> float:
        """Return the share of tries to expect to fail, from 0 to 0.9; 0 before any was observed."""
        return min(self._seen[target.name].failed_share.beside(0.0, now_s), MOST_FAILED_SHARE)

    def cached_share(self, target: Target, now_s: float) -> float:
        """Return the share of input tokens to expect from the provider's cache; 0 before any was observed."""
        return self._seen[target.name].cached_share.beside(0.0, now_s)

    def output_tokens(self, group: str, configured: int, now_s: float) -> float:
        """Return the length of answer to expect in `group`: the configured one at first, then the observed."""
        return self._lengths[group].beside(configured, now_s)

    def late_ms(self, target: Target, output_tokens: float, streamed: bool, now_s: float) -> float | None:
        """Return the milliseconds within which 95 % of the answers of `target` have started (plain ones: ended).

        None if too few answers were seen to tell.
        """
        factor = self._seen[target.name].late_factor()
        if factor is None:
            return None
        speed = self.speed(target, now_s)
        return factor * (speed.ttft_ms if streamed else speed.expected_ms(output_tokens))

    def pause_s(self, target: Target, now_s: float) -> float:
        """Return how many seconds the streams of `target` fall silent for at the longest; 0 if over a second never."""
        return self._seen[target.name].pause_s.beside(0.0, now_s)

    def paused(self, target: Target, pause_s: float, now_s: float) -> None:
        """Take in the longest silence of a stream of `target` that came to its end."""
        if pause_s > LEAST_PAUSE_S:
            self._seen[target.name].pause_s.take_peak(pause_s, now_s)

    def took_at_least(self, target: Target, waited_ms: float, output_tokens: float | None, now_s: float) -> None:
        """Take in that a plain answer of `output_tokens` (None: a first token) had not come after `waited_ms`.

        It is no failure, but shows that `target` may be slower than expected: the next answer is waited for longer.
        """
        speed = self.speed(target, now_s)
        expected_ms = speed.ttft_ms if output_tokens is None else speed.expected_ms(output_tokens)
        factor = waited_ms / max(expected_ms, 1e-3)
        if factor > 1.0:
            per_token_ms = speed.ms_per_output_token * (1.0 if output_tokens is None else factor)
            seen = Speed(ttft_ms=speed.ttft_ms * factor, ms_per_output_token=per_token_ms)
            self._seen[target.name].took_at_least(seen, now_s)

    def answered(self, target: Target, group: str, reply: Reply, latency_ms: float, now_s: float) -> None:
        """Take in a reply that took `latency_ms`: it ends a row of failures and updates what is expected."""
        circuit = self._circuits[target.name]
        circuit.failures_in_a_row = 0
        if circuit.cooldown_until_s <= now_s:  # else the cooldown stays: this answer may be older than its cause
            circuit.opened = False
        self._seen[target.name].answered(reply, latency_ms, self.speed(target, now_s), now_s)
        self._lengths[group].take(reply.usage.output_tokens, now_s)

    def failed(self, target: Target, error: ProviderError, now_s: float) -> None:
        """Take in a failure of `target`, and start a cooldown if the rules ask for one.

        Failures that come in during a cooldown belong to tries that started before it: they count as one.
        """
        circuit = self._circuits[target.name]
        self._seen[target.name].failed(now_s)
        circuit.failures_in_a_row += circuit.cooldown_until_s <= now_s
        cooldown_s = self._cooldown_s(error, circuit.failures_in_a_row)
        if cooldown_s > 0:
            circuit.opened = True
            circuit.cooldown_until_s = max(circuit.cooldown_until_s, now_s + cooldown_s)

    def _cooldown_s(self, error: ProviderError, failures: int) -> float:
        rules = self._rules
        if isinstance(error, RateLimited):
            if error.retry_after_s is not None:
                return min(error.retry_after_s, MOST_RETRY_AFTER_S)
            cooldown_s = _doubled(rules.rate_limit_cooldown_s, failures - 1, rules.cooldown_max_s)
            return cooldown_s * self._rng.uniform(1.0, MOST_JITTER)
        if failures < rules.failures_before_cooldown:
            return 0.0
        return _doubled(rules.cooldown_s, failures - rules.failures_before_cooldown, rules.cooldown_max_s)


def _doubled(first_s: float, times: int, most_s: float) -> float:
    return min(first_s * 2.0 ** min(times, 32), most_s)
