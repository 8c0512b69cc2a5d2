"""Decide whether a target may be asked: by share if it fails often, if it is down not before a probe was answered."""

from __future__ import annotations

import math
import random
from collections import deque

import msgspec

from finops_router.choice.health_rules import HealthRules
from finops_router.choice.shedding import Shedding
from finops_router.errors import ProviderError, RateLimited

MOST_JITTER = 1.5  # the cooldown after a 429 without Retry-After is by chance up to this many times as long
MOST_SPACE_S = 30.0  # between the probes of a target that is silent for longer
LATE_PROBE_S = 10.0  # a probe that takes longer holds up no other: its provider may be back since
CLOSED_SLOTS = 8  # a circuit that lets so many tries through at once (after three good ones) is closed


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

    It is closed while `slots` is 0: a target that fails often is then spared by share, not left alone. It opens for a
    cooldown if nothing is answered any more; then one try at a time probes it until one is answered, and each good
    try doubles the `slots` (tries at once) until it is closed; a failed one halves them. `openings` counts how often it
    has opened: a try shows nothing of a circuit that has opened since it started. One call at a time has `is_awaited`
    set: it waits out a short Retry-After, which ends at `asked_until_s`.
    """

    rules: HealthRules
    rng: random.Random
    openings: int = 0
    slots: int = 0
    is_awaited: bool = False
    asked_until_s: float = -math.inf
    _shedding: Shedding = msgspec.field(default_factory=Shedding)
    _failing_since_s: float = math.inf
    _is_probed: bool = False
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

    def spares(self, now_s: float) -> bool:
        """Return whether to ask another target instead, if there is one; by chance, as often as it has earned.

        A probe is never spared: it is what ends the outage.
        """
        if self._is_probed:
            return False
        share = self._shedding.asked_share(self.rules, now_s)
        return share < 1.0 and self.rng.random() >= share

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
        if tried.opened != self.openings:
            return
        self._failing_since_s = math.inf
        if self._is_probed:  # what failed in the outage says nothing of what comes after it
            self._is_probed, self._shedding = False, Shedding()
        self._shedding.took(self.rules, False, now_s)
        if self.slots == 0:
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
            return
        self._failing_since_s = min(self._failing_since_s, tried.started_s)
        seen = self._seen(tried, now_s)
        self._shedding.took(self.rules, True, now_s)
        self._shedding.failed_in_line(self.rules, seen)
        if self._is_probed:
            self._failed_probes += 1
            self._open(error, asked_s, now_s)
            self._space_probes(tried, now_s)
        elif asked_s is not None or isinstance(error, RateLimited) or self._is_out(seen, now_s):
            self._open(error, asked_s, now_s)
        elif self.slots > 1:
            self.slots //= 2

    def showed_nothing(self, tried: Try) -> None:
        """Take in a try that was given up, refused for its content, or cut by the deadline of its call."""
        tried.is_void = True

    def gave_way(self, tried: Try, now_s: float) -> None:
        """Take in a try that lost to another: no failure, but a probe that was late is not repeated at once."""
        tried.is_void = True
        if tried.opened == self.openings and self._is_probed:
            self._cooldown_until_s = now_s + self._cooldown_s
            self._space_probes(tried, now_s)

    def _space_probes(self, probe: Try, now_s: float) -> None:
        """Let the next probe come no sooner than in the time that this one took: its caller has waited for it."""
        took_s = min(now_s - probe.started_s, MOST_SPACE_S)
        self._cooldown_until_s = max(self._cooldown_until_s, now_s + took_s)

    def _open(self, error: ProviderError, asked_s: float | None, now_s: float) -> None:
        self.openings += 1
        self.slots, self._running, self._is_probed = 1, 0, True
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

    def _seen(self, tried: Try, now_s: float) -> list[bool]:
        """Return of the last tries up to this one whether each failed.

        Those still under way count as good: failures come at once, answers take their time.
        """
        since_s = now_s - self.rules.window_s
        return [one.has_failed for one in (*tried.before, tried) if one.started_s > since_s and not one.is_void]

    def _is_out(self, seen: list[bool], now_s: float) -> bool:
        """Return whether nothing is answered any more: enough tries were `seen`, all failed, and not just now."""
        rules = self.rules
        return len(seen) >= rules.min_requests and all(seen) and now_s - self._failing_since_s >= rules.min_outage_s


def _doubled(first_s: float, times: int, most_s: float) -> float:
    return min(first_s * 2.0 ** min(times, 32), max(first_s, most_s))
