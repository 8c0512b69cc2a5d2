"""Decide whether a target may be asked: not after too many failures, then by a probe, then by more and more at once."""

from __future__ import annotations

import math
import random
from collections import deque

import msgspec

from finops_router.errors import ProviderError, RateLimited

MOST_JITTER = 1.5  # the cooldown after a 429 without Retry-After is by chance up to this many times as long
MOST_SPACE_S = 30.0  # between the probes of a target that is silent for longer
LATE_PROBE_S = 10.0  # a probe that takes longer holds up no other: its provider may be back since
CLOSED_SLOTS = 8  # a circuit that lets so many tries through at once (after three good ones) is closed


class HealthRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a target cools down and how long observations count.

    A target cools down if more than `failed_share_to_open` of its last `window_requests` tries failed, counting those
    of the last `window_s` and if they are at least `min_requests`; after a 429, and after any failure with a
    Retry-After, at once. It cools down for `cooldown_s`, twice as long each time the probe afterwards fails, at most
    for `cooldown_max_s`. A Retry-After is kept exactly, up to `retry_after_max_s`; a 429 without one counts as
    `rate_limit_cooldown_s`, doubling likewise and by chance up to half as long again, so that the processes it refused
    do not all come back at once. What was observed of a target loses half its weight every `half_life_s`.
    """

    failed_share_to_open: float = 0.8
    window_requests: int = 10
    window_s: float = 60.0
    min_requests: int = 4
    cooldown_s: float = 1.0
    cooldown_max_s: float = 4.0
    rate_limit_cooldown_s: float = 2.0
    retry_after_max_s: float = 300.0
    half_life_s: float = 120.0


class Try(msgspec.Struct):
    """One try of a target: how often its circuit had `opened` when it started, and the tries `before` it.

    `has_failed` is False while it is under way; `is_void`: it ended without showing anything.
    """

    opened: int = 0
    started_s: float = 0.0
    before: tuple[Try, ...] = ()
    has_failed: bool = False
    is_void: bool = False


class Circuit(msgspec.Struct):
    """Whether one target may be asked; every moment is passed in, in seconds of the event loop's clock.

    It is closed while `slots` is 0. It opens for a cooldown; then one try probes it, and each good try doubles the
    `slots` (tries at once) until it is closed. A failed one halves them; at the last one left, which is a probe, it
    opens again. `openings` counts how often it has opened: a try shows nothing of a circuit that has opened since it
    started. One call at a time has `is_awaited` set: it waits out a short Retry-After, which ends at `asked_until_s`.
    """

    rules: HealthRules
    rng: random.Random
    openings: int = 0
    slots: int = 0
    is_awaited: bool = False
    asked_until_s: float = -math.inf
    _cooldown_until_s: float = -math.inf
    _cooldown_s: float = 0.0
    _running: int = 0
    _last_start_s: float = -math.inf
    _failed_probes: int = 0
    _recent: deque[Try] = msgspec.field(default_factory=deque)

    def ready_s(self, now_s: float) -> float:
        """Return when the target may be asked: `now_s` if it may.

        If others try it out, that is as soon as one of them has ended, at the latest when they took too long.
        """
        if self.slots == 0:
            return now_s
        if self.is_tried_out(now_s):
            return max(self._last_start_s + LATE_PROBE_S, now_s)
        return max(self._cooldown_until_s, now_s)

    def is_tried_out(self, now_s: float) -> bool:
        """Return whether so many try it out already that others wait for one of them to end."""
        return self.slots > 0 and self._running >= self.slots and self._cooldown_until_s <= now_s

    def starts(self, now_s: float) -> Try:
        """Return a try that starts now; the caller must call `ended` when it is over."""
        started = Try(self.openings, now_s, tuple(self._recent))
        self._running += 1
        self._last_start_s = now_s
        self._recent.append(started)
        if len(self._recent) >= self.rules.window_requests:
            self._recent.popleft()
        return started

    def ended(self, tried: Try) -> None:
        """Count a try out, however it ended."""
        tried.before = ()
        if tried.opened == self.openings:
            self._running -= 1

    def answered(self, tried: Try, now_s: float) -> None:
        """Take in a good try."""
        if tried.opened != self.openings or self.slots == 0:
            return
        self._failed_probes, self._cooldown_until_s = 0, min(self._cooldown_until_s, now_s)
        self.slots *= 2
        if self.slots >= CLOSED_SLOTS:
            self.slots = 0

    def failed(self, tried: Try, error: ProviderError, now_s: float) -> None:
        """Take in a try that failed; of one that started before the circuit opened only a Retry-After counts."""
        tried.has_failed = True
        asked_s = self._asked_s(error)
        if tried.opened != self.openings:
            if asked_s is not None:
                self._keep_away(now_s + asked_s)
        elif self.slots == 0:
            if asked_s is not None or isinstance(error, RateLimited) or self._fails_too_often(tried, now_s):
                self._open(error, asked_s, now_s)
        elif self.slots == 1 or asked_s is not None:
            self._failed_probes += 1
            self._open(error, asked_s, now_s)
            self._space_probes(tried, now_s)
        else:
            self.slots //= 2

    def showed_nothing(self, tried: Try) -> None:
        """Take in a try that was given up, refused for its content, or cut by the deadline of its call."""
        tried.is_void = True

    def gave_way(self, tried: Try, now_s: float) -> None:
        """Take in a try that lost to another: no failure, but a probe that was late is not repeated at once."""
        tried.is_void = True
        if tried.opened == self.openings and self.slots == 1:
            self._cooldown_until_s = now_s + self._cooldown_s
            self._space_probes(tried, now_s)

    def _space_probes(self, probe: Try, now_s: float) -> None:
        """Let the next probe come no sooner than in the time that this one took: its caller has waited for it."""
        took_s = min(now_s - probe.started_s, MOST_SPACE_S)
        self._cooldown_until_s = max(self._cooldown_until_s, now_s + took_s)

    def _open(self, error: ProviderError, asked_s: float | None, now_s: float) -> None:
        self.openings += 1
        self.slots, self._running = 1, 0
        self._recent.clear()
        self._cooldown_s = self._own_cooldown_s(error) if asked_s is None else asked_s
        if asked_s is not None:
            if self._failed_probes:  # it asks for too little: 0.01 s over and over
                self._cooldown_s = max(asked_s, self._own_cooldown_s(error))
            self._keep_away(now_s + self._cooldown_s)
        self._cooldown_until_s = max(self._cooldown_until_s, now_s + self._cooldown_s)

    def _keep_away(self, until_s: float) -> None:
        self.asked_until_s = max(self.asked_until_s, until_s)
        self._cooldown_until_s = max(self._cooldown_until_s, until_s)

    def _asked_s(self, error: ProviderError) -> float | None:
        """Return the seconds that the target asked to be left alone for, within bounds; None if it did not."""
        asked_s = error.retry_after_s
        if asked_s is None or not asked_s > 0:  # 0 and nan ask for nothing
            return None
        return min(asked_s, self.rules.retry_after_max_s)

    def _own_cooldown_s(self, error: ProviderError) -> float:
        rules, times = self.rules, self._failed_probes
        if isinstance(error, RateLimited):
            cooldown_s = _doubled(rules.rate_limit_cooldown_s, times, rules.cooldown_max_s)
            return cooldown_s * self.rng.uniform(1.0, MOST_JITTER)
        return _doubled(rules.cooldown_s, times, rules.cooldown_max_s)

    def _fails_too_often(self, tried: Try, now_s: float) -> bool:
        """Return whether nearly all of the last tries up to this one failed.

        Those still under way count as good: failures come at once, answers take their time.
        """
        rules = self.rules
        seen = [one for one in (*tried.before, tried) if one.started_s > now_s - rules.window_s and not one.is_void]
        failed = sum(one.has_failed for one in seen)
        return len(seen) >= rules.min_requests and failed > rules.failed_share_to_open * len(seen)


def _doubled(first_s: float, times: int, most_s: float) -> float:
    return min(first_s * 2.0 ** min(times, 32), max(first_s, most_s))
