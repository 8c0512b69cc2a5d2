"""Keep what answers show of a target: decayed means of its speed, its failures and its cache."""

from __future__ import annotations

from collections import deque

import msgspec

from finops_router.calls import RoutedReply

CONFIGURED_WEIGHT = 3.0  # the configured value counts as much as this many answers
MOST_WEIGHT = 20.0  # all earlier answers count at most as much as this many: fewer would follow chance, more lag
PEAK_FACTOR = 3.0  # an answer this many times slower than the mean is believed at once (peak EWMA, as in Finagle)
CUT_WEIGHT = 2  # an answer that was given up counts as this many: it would have taken longer still
LATENESS_KEPT, LATENESS_NEEDED = 100, 20  # answers whose lateness is kept; fewer than needed show no 95th percentile


class Mean(msgspec.Struct, gc=False):
    """A mean that forgets: `value` is worth `weight` observations at `at_s`, half of them `half_life_s` later.

    A `msgspec.Struct` and not a dataclass because every answer updates five of them.
    """

    half_life_s: float
    value: float = 0.0
    weight: float = 0.0
    at_s: float = 0.0

    def take(self, seen: float, now_s: float) -> None:
        """Take in one more observation."""
        weight = self.weight * 0.5 ** ((now_s - self.at_s) / self.half_life_s) + 1.0
        self.value += (seen - self.value) / weight
        self.weight, self.at_s = weight if weight < MOST_WEIGHT else MOST_WEIGHT, now_s  # min() takes longer

    def take_peak(self, seen: float, now_s: float) -> None:
        """Take in one more observation; one far above the mean replaces it."""
        is_peak = seen > PEAK_FACTOR * self.value
        self.take(seen, now_s)
        if is_peak:
            self.value = seen

    def beside(self, configured: float, now_s: float) -> float:
        """Return the mean of the configured value and the observed ones, which fade with time."""
        if not self.weight:
            return configured
        weight = self.weight * float(0.5 ** ((now_s - self.at_s) / self.half_life_s))  # weight_at, without a call
        return configured + (self.value - configured) * weight / (weight + CONFIGURED_WEIGHT)

    def weight_at(self, now_s: float) -> float:
        """Return how many observations the mean is worth at `now_s`."""
        return float(self.weight * 0.5 ** ((now_s - self.at_s) / self.half_life_s))


class Speed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How fast a target answers: milliseconds to the first token, and for each output token."""

    ttft_ms: float
    ms_per_output_token: float

    def expected_ms(self, output_tokens: float) -> float:
        """Return the milliseconds an answer of `output_tokens` takes."""
        return self.ttft_ms + self.ms_per_output_token * output_tokens


def seen_speed(reply: RoutedReply, latency_ms: float, expected: Speed) -> Speed:
    """Return the speed that one answer shows.

    A streamed answer shows both parts. A plain one shows only their sum, so both parts are taken to be
    off by the factor by which the sum is.
    """
    tokens = reply.usage.output_tokens
    if reply.ttft_ms is None:
        factor = latency_ms / max(expected.expected_ms(tokens), 1e-3)
        return Speed(ttft_ms=expected.ttft_ms * factor, ms_per_output_token=expected.ms_per_output_token * factor)
    return Speed(ttft_ms=reply.ttft_ms, ms_per_output_token=max(latency_ms - reply.ttft_ms, 0.0) / max(tokens, 1))


class Observed(msgspec.Struct):
    """All that was seen of one target; `lateness` are the last times to the first piece over the expected ones.

    `pause_s` is the silence within its streams, of those that paused for over a second.
    """

    ttft_ms: Mean
    ms_per_output_token: Mean
    pause_s: Mean
    failed_share: Mean
    cached_share: Mean
    lateness: deque[float]

    def speed(self, configured: Speed, now_s: float) -> Speed:
        """Return the speed to expect at `now_s`, given the `configured` one."""
        return Speed(
            ttft_ms=self.ttft_ms.beside(configured.ttft_ms, now_s),
            ms_per_output_token=self.ms_per_output_token.beside(configured.ms_per_output_token, now_s),
        )

    def answered(self, reply: RoutedReply, latency_ms: float, expected: Speed, now_s: float) -> None:
        """Take in a reply that took `latency_ms`; `expected` was the speed to expect."""
        seen = seen_speed(reply, latency_ms, expected)
        self.ttft_ms.take_peak(seen.ttft_ms, now_s)
        self.ms_per_output_token.take_peak(seen.ms_per_output_token, now_s)
        self.failed_share.take(0.0, now_s)
        if reply.usage.input_tokens > 0:
            self.cached_share.take(reply.usage.cache_read_input_tokens / reply.usage.input_tokens, now_s)
        self.lateness.append(seen.ttft_ms / max(expected.ttft_ms, 1e-3))

    def took_at_least(self, seen: Speed, now_s: float) -> None:
        """Take in that an answer is slower than `seen`: it had not come by then, and nobody waited any longer."""
        for _ in range(CUT_WEIGHT):
            self.ttft_ms.take_peak(seen.ttft_ms, now_s)
            self.ms_per_output_token.take_peak(seen.ms_per_output_token, now_s)

    def failed(self, now_s: float) -> None:
        """Take in a failed try."""
        self.failed_share.take(1.0, now_s)

    def late_factor(self) -> float | None:
        """Return the 95th percentile of lateness; None if too few answers were seen to tell."""
        if len(self.lateness) < LATENESS_NEEDED:
            return None
        return sorted(self.lateness)[int(0.95 * len(self.lateness))]


def unobserved(half_life_s: float) -> Observed:
    """Return what is known of a target before its first answer."""
    return Observed(
        ttft_ms=Mean(half_life_s),
        ms_per_output_token=Mean(half_life_s),
        pause_s=Mean(half_life_s),
        failed_share=Mean(half_life_s),
        cached_share=Mean(half_life_s),
        lateness=deque(maxlen=LATENESS_KEPT),
    )
