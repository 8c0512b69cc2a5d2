"""Keep what answers show of a target: decayed means of its speed, its failures, its cache, its lengths."""

from __future__ import annotations

from collections import deque

import msgspec

from finops_router.calls import Reply

CONFIGURED_WEIGHT = 3.0  # what was configured counts as much as this many answers
MOST_WEIGHT = 20.0  # all earlier answers count at most as much as this many: fewer would follow chance, more lag
PEAK_FACTOR = 3.0  # an answer this many times slower than the mean is believed at once (peak EWMA, as in Finagle)
LATENESS_KEPT, LATENESS_NEEDED = 100, 20  # answers whose lateness is kept; fewer than needed show no 95th percentile


class Mean(msgspec.Struct, frozen=True, gc=False):
    """A mean that forgets: `value` is worth `weight` observations at `at_s`, half of it a half-life later.

    A `msgspec.Struct` and not a dataclass because every answer makes five of them.
    """

    value: float
    weight: float
    at_s: float

    def taking(self, seen: float, now_s: float, half_life_s: float) -> Mean:
        """Return the mean with one more observation."""
        weight = self.weight_at(now_s, half_life_s)
        return Mean(self.value + (seen - self.value) / (weight + 1.0), min(weight + 1.0, MOST_WEIGHT), now_s)

    def taking_peak(self, seen: float, now_s: float, half_life_s: float) -> Mean:
        """Return the mean with one more observation; one far above it is believed at once."""
        taken = self.taking(seen, now_s, half_life_s)
        return Mean(seen, taken.weight, now_s) if seen > PEAK_FACTOR * self.value else taken

    def beside(self, configured: float, now_s: float, half_life_s: float) -> float:
        """Return the mean of what was configured and what was observed; the observed fades with time."""
        weight = self.weight_at(now_s, half_life_s)
        return configured + (self.value - configured) * weight / (weight + CONFIGURED_WEIGHT)

    def weight_at(self, now_s: float, half_life_s: float) -> float:
        return float(self.weight * 0.5 ** ((now_s - self.at_s) / half_life_s))


NOTHING = Mean(0.0, 0.0, 0.0)


class Speed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How fast a target answers: milliseconds to the first token, and for each output token."""

    ttft_ms: float
    ms_per_output_token: float

    def expected_ms(self, output_tokens: float) -> float:
        """Return the milliseconds an answer of `output_tokens` takes."""
        return self.ttft_ms + self.ms_per_output_token * output_tokens


def seen_speed(reply: Reply, latency_ms: float, expected: Speed) -> Speed:
    """Read the speed off one answer.

    A streamed answer shows both parts. A plain one shows only their sum, so both parts are taken to be
    off by the factor by which the sum is.
    """
    tokens = reply.usage.output_tokens
    if reply.ttft_ms is None:
        factor = latency_ms / max(expected.expected_ms(tokens), 1e-3)
        return Speed(ttft_ms=expected.ttft_ms * factor, ms_per_output_token=expected.ms_per_output_token * factor)
    return Speed(ttft_ms=reply.ttft_ms, ms_per_output_token=max(latency_ms - reply.ttft_ms, 0.0) / max(tokens, 1))


class Observed(msgspec.Struct):
    """All that was seen of one target; `lateness` are the last first-piece times over what was expected."""

    ttft_ms: Mean = NOTHING
    ms_per_output_token: Mean = NOTHING
    failed_share: Mean = NOTHING
    cached_share: Mean = NOTHING
    lateness: deque[float] = msgspec.field(default_factory=lambda: deque(maxlen=LATENESS_KEPT))

    def speed(self, configured: Speed, now_s: float, half_life_s: float) -> Speed:
        return Speed(
            ttft_ms=self.ttft_ms.beside(configured.ttft_ms, now_s, half_life_s),
            ms_per_output_token=self.ms_per_output_token.beside(configured.ms_per_output_token, now_s, half_life_s),
        )

    def answered(self, reply: Reply, latency_ms: float, expected: Speed, now_s: float, half_life_s: float) -> None:
        """Take in a reply that took `latency_ms` where `expected` was the speed to expect."""
        seen = seen_speed(reply, latency_ms, expected)
        self.ttft_ms = self.ttft_ms.taking_peak(seen.ttft_ms, now_s, half_life_s)
        self.ms_per_output_token = self.ms_per_output_token.taking_peak(seen.ms_per_output_token, now_s, half_life_s)
        self.failed_share = self.failed_share.taking(0.0, now_s, half_life_s)
        if reply.usage.input_tokens > 0:
            hit = reply.usage.cache_read_input_tokens / reply.usage.input_tokens
            self.cached_share = self.cached_share.taking(hit, now_s, half_life_s)
        self.lateness.append(seen.ttft_ms / max(expected.ttft_ms, 1e-3))

    def failed(self, now_s: float, half_life_s: float) -> None:
        self.failed_share = self.failed_share.taking(1.0, now_s, half_life_s)

    def late_factor(self) -> float | None:
        """Return the 95th percentile of lateness; None where too few answers were seen to tell."""
        if len(self.lateness) < LATENESS_NEEDED:
            return None
        return sorted(self.lateness)[int(0.95 * len(self.lateness))]
