"""Remember how each target has been doing: whether it is cooling down, how fast it answers, how often it fails."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import partial

from finops_router.calls import RoutedReply, Target
from finops_router.choice.averages import Mean, Observed, Speed, unobserved
from finops_router.choice.circuit import Circuit, Try
from finops_router.choice.health_rules import HealthRules
from finops_router.errors import ProviderError

LEAST_PAUSE_S = 1.0  # a shorter silence within a stream is not worth remembering
MOST_FAILED_SHARE = 0.9  # a target that always fails is expected to take ten times as long, not for ever


class Health:
    """The health of every target by name; reads no clock, every moment is passed in as `now_s`.

    `rng` spreads the cooldowns after a 429 without Retry-After.
    """

    def __init__(self, rules: HealthRules, rng: random.Random) -> None:
        self._circuits: defaultdict[str, Circuit] = defaultdict(partial(Circuit, rules, rng))
        self._seen: defaultdict[str, Observed] = defaultdict(partial(unobserved, rules.half_life_s))
        self._lengths: defaultdict[str, Mean] = defaultdict(partial(Mean, rules.half_life_s))

    def circuit(self, target: Target) -> Circuit:
        """Return the circuit of `target`: whether and when it may be asked."""
        return self._circuits[target.name]

    def is_cooling_down(self, target: Target, now_s: float) -> bool:
        """Return whether to leave `target` alone at `now_s`: it cools down, or others try it out already."""
        circuit = self._circuits[target.name]
        return circuit.slots > 0 and circuit.ready_s(now_s) > now_s

    def spares(self, target: Target, now_s: float) -> bool:
        """Return whether to ask another instead of `target`, if there is one: it fails often."""
        return self._circuits[target.name].spares(now_s)

    def starts(self, target: Target, now_s: float) -> Try:
        """Return a try of `target` that starts now; the caller must call `ended` when it is over."""
        return self._circuits[target.name].starts(now_s)

    def ended(self, target: Target, tried: Try) -> None:
        """Count a try out, however it ended."""
        self._circuits[target.name].ended(tried)

    def gave_way(self, target: Target, tried: Try, now_s: float) -> None:
        """Take in a try that lost to another one, which shows little of `target`."""
        self._circuits[target.name].gave_way(tried, now_s)

    def showed_nothing(self, target: Target, tried: Try) -> None:
        """Take in a try that shows nothing of `target`: given up, or at fault itself."""
        self._circuits[target.name].showed_nothing(tried)

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

    def answered(
        self, target: Target, tried: Try, group: str, reply: RoutedReply, latency_ms: float, now_s: float
    ) -> None:
        """Take in a reply to the try, which took `latency_ms`."""
        self._circuits[target.name].answered(tried, now_s)
        self._seen[target.name].answered(reply, latency_ms, self.speed(target, now_s), now_s)
        self._lengths[group].take(reply.usage.output_tokens, now_s)

    def failed(self, target: Target, tried: Try, error: ProviderError, now_s: float) -> None:
        """Take in a failure of `target` in this try."""
        self._seen[target.name].failed(now_s)
        self._circuits[target.name].failed(tried, error, now_s)
