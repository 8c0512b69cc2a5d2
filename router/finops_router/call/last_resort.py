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
MOST_ROUNDS = 4  # tries of this call, and probes of others that it saw fail
MOST_TRIES, MOST_TRIES_ALONE = 2, 4  # of one target by one call, the first ones included; alone: without another
BACKOFF_S, BACKOFF_MAX_S = 0.5, 8.0  # as the SDKs of OpenAI and Anthropic have it
CALMEST_JITTER = 0.75  # a backoff is by chance down to this part of its length


class LastResort:
    """The targets of one call, `order`, in case all are tried or cooling down; `rng` spreads the waits."""

    def __init__(self, services: Services, call: Call, order: Sequence[Target], rng: random.Random) -> None:
        self._services = services
        self._call = call
        self._most_tries = MOST_TRIES if len(order) > 1 else MOST_TRIES_ALONE
        self._rng = rng
        self._rounds = 0
        self._backoffs_s: dict[tuple[str, int], float] = {}

    async def next(self, fitting: Sequence[Target]) -> Turn | None:
        """Wait for the first of the `fitting` targets that may be asked once more; None if there is none in time.

        Several calls that wait for the same one go in turn: behind its probe, then as many as its circuit lets through.
        """
        services, deadline_s = self._services, self._call.deadline_s
        while self._rounds < MOST_ROUNDS:
            at_s = now_s()
            again = [target for target in fitting if self._may_go_better(target)]
            if not again or at_s >= deadline_s:
                return None
            target = min(again, key=lambda target: self._ready_s(target, at_s))
            circuit, ready_s = services.health.circuit(target), self._ready_s(target, at_s)
            openings = circuit.openings
            if math.isinf(ready_s):
                if not await services.limits.call_ended(target, deadline_s):
                    return None
            elif ready_s >= deadline_s:
                self._rounds = MOST_ROUNDS
                is_no_use = circuit.asked_until_s > at_s or self._tries(target)
                return None if is_no_use else Turn(target, despite_cooldown=True)
            elif ready_s > at_s:
                await asyncio.sleep(ready_s - at_s)
            if self._ready_s(target, now_s()) <= now_s():
                self._rounds += 1
                return Turn(target)
            self._rounds += circuit.openings - openings
        return None

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

    def _may_go_better(self, target: Target) -> bool:
        tries = self._tries(target)
        if not tries:
            return True
        if len(tries) >= self._most_tries:
            return False
        status = tries[-1].http_status
        lasting = status is not None and 400 <= status < 500 and status not in PASSING_STATUSES
        return tries[-1].error_type in PASSING and not lasting

    def _tries(self, target: Target) -> list[Attempt]:
        return [
            entry.attempt
            for entry in self._call.entries
            if entry.attempt.outcome != "skipped" and entry.attempt.target.name == target.name
        ]
