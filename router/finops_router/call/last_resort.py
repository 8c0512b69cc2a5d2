"""Ask again when no other target is left: the one that may be asked soonest, as long as the deadline allows."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Sequence

from finops_router.call.call import Call, now_s
from finops_router.call.services import Services
from finops_router.call.turn import Turn
from finops_router.calls import Attempt, Target

PASSING = frozenset({"rate_limited", "unavailable", "server_error", "timeout", "stream_cut"})  # it may go better again
PASSING_STATUSES = frozenset({408, 409, 425, 429})  # of 4xx: the others stay as they are
MOST_ROUNDS = 4  # tries of this call when no other target is left
MOST_TRIES, MOST_TRIES_ALONE = 2, 4  # of one target by one call, the first ones included; alone: no other is up
MOST_PAID_TRIES = 2  # of those that have used something before they failed: cut, stalled or silent
LONGEST_WAIT_S = 60.0  # for one that asked for more the caller gets an error at once, as from the SDKs
LONGEST_SILENCE_S = 15.0  # of a try of the only target: after a longer one it is not asked again, which takes as long
BACKOFF_S, BACKOFF_MAX_S = 0.5, 8.0  # as the SDKs of OpenAI and Anthropic have it
CALMEST_JITTER = 0.75  # a backoff is by chance down to this part of its length


class LastResort:
    """The targets of one call in case all are tried or cooling down; `rng` spreads the waits."""

    def __init__(self, services: Services, call: Call, rng: random.Random) -> None:
        self._services = services
        self._call = call
        self._rng = rng
        self._until_s = min(call.deadline_s, now_s() + LONGEST_WAIT_S)
        self._tries_before = len(self._tries())
        self._is_over = False
        self._before: dict[str, tuple[int, int]] = {}  # by target: its tries by this call, and openings of its circuit
        self._backoffs_s: dict[tuple[str, int], float] = {}

    async def next(self, fitting: Sequence[Target]) -> Turn | None:
        """Wait for the first of the `fitting` targets that may be asked once more; None if there is none in time.

        Several calls that wait for the same one go in turn: behind its probe, then as many as its circuit lets through.
        """
        while not self._is_over and now_s() < self._until_s:
            again = self._worth_another_try(fitting)
            if not again or len(self._tries()) - self._tries_before >= MOST_ROUNDS:
                return None
            at_s = now_s()
            target = min(again, key=lambda target: self._ready_s(target, at_s))
            ready_s = self._ready_s(target, at_s)
            if ready_s <= at_s:
                return Turn(target)
            circuit = self._services.health.circuit
            busy = next((target for target in again if circuit(target).is_tried_out(at_s)), None)
            if busy is None and ready_s >= self._until_s:
                return self._without_waiting(target)
            await self._wait(busy, min(ready_s, self._until_s))
        return None

    async def _wait(self, busy: Target | None, until_s: float) -> None:
        """Wait until a try of the `busy` target has ended, at most until `until_s`."""
        if busy is None:
            await asyncio.sleep(until_s - now_s())
        else:
            await self._services.limits.call_ended(busy, until_s)

    def _without_waiting(self, target: Target) -> Turn | None:
        """Return the turn of `target`, for whose cooldown there is no time; None if that is no use."""
        self._is_over = True
        if self._tries(target) or self._services.health.circuit(target).asked_until_s > now_s():
            return None
        return Turn(target, despite_cooldown=True)

    def _ready_s(self, target: Target, at_s: float) -> float:
        """Return when `target` may be asked: not before its circuit and this call's own backoff allow it."""
        return max(self._services.health.circuit(target).ready_s(at_s), self._backoff_until_s(target))

    def _backoff_until_s(self, target: Target) -> float:
        tries = self._tries(target)
        if not tries:
            return -math.inf
        key = (target.name, len(tries))
        if key not in self._backoffs_s:
            backoff_s = min(BACKOFF_S * 2.0 ** (len(tries) - 1), BACKOFF_MAX_S)
            self._backoffs_s[key] = backoff_s * self._rng.uniform(CALMEST_JITTER, 1.0)
        return tries[-1].ended_s + self._backoffs_s[key]

    def _worth_another_try(self, fitting: Sequence[Target]) -> list[Target]:
        """Return the targets that may do better than they did.

        One that nobody can stand in for, because the others are down, has more tries. The only one that may do better
        has none after a long silence.
        """
        better = [target for target in fitting if self._may_do_better(target)]
        if len(better) == 1:
            return [target for target in better if self._seen(target) < MOST_TRIES_ALONE and self._was_heard(target)]
        up = [target for target in better if self._services.health.circuit(target).slots == 0]
        return [target for target in better if self._seen(target) < self._most_tries(target, up)]

    def _most_tries(self, target: Target, up: Sequence[Target]) -> int:
        if len(self._tries(target)) < MOST_TRIES and not up:
            return MOST_TRIES_ALONE  # probes that it saw fail, but it has hardly asked itself
        return MOST_TRIES_ALONE if [target] == up and self._was_heard(target) else MOST_TRIES

    def _was_heard(self, target: Target) -> bool:
        tries = self._tries(target)
        return not tries or tries[-1].silent_s <= LONGEST_SILENCE_S

    def _seen(self, target: Target) -> int:
        """Return how often `target` was tried by this call, or by a probe that failed since no other was left.

        Who waits for a probe has seen as much as if it had asked.
        """
        tries, openings = len(self._tries(target)), self._services.health.circuit(target).openings
        tries_before, openings_before = self._before.setdefault(target.name, (tries, openings))
        return tries_before + max(tries - tries_before, openings - openings_before)

    def _may_do_better(self, target: Target) -> bool:
        tries = self._tries(target)
        if not tries:
            return True
        if sum(attempt.reply is not None for attempt in tries) >= MOST_PAID_TRIES:
            return False
        status = tries[-1].http_status
        lasting = status is not None and 400 <= status < 500 and status not in PASSING_STATUSES
        return tries[-1].error_type in PASSING and not lasting

    def _tries(self, target: Target | None = None) -> list[Attempt]:
        """Return the tries of this call, of `target` alone if it is given; a skipped one was none."""
        return [
            entry.attempt
            for entry in self._call.entries
            if entry.attempt.outcome != "skipped" and target in (None, entry.attempt.target)
        ]
