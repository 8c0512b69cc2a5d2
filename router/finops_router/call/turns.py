"""Decide which target has its turn: in their order, those at their limits as soon as one has room, then once more."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence

from finops_router.call.call import Call, now_s
from finops_router.call.fair_share import fair_end_s
from finops_router.call.last_resort import LastResort
from finops_router.call.outcomes import AT_LIMIT
from finops_router.call.services import Services
from finops_router.call.turn import Turn
from finops_router.call.untried import Untried
from finops_router.call.wait_out import waited_out
from finops_router.calls import Target
from finops_router.choice.strategies import StrategySettings
from finops_router.errors import ContextTooLong


class Turns:
    """The targets of one call that are still waiting, that were full, and that are `untried`.

    `rng` spreads the waits before a target is asked once more.
    """

    def __init__(
        self, services: Services, call: Call, order: Sequence[Target], settings: StrategySettings, rng: random.Random
    ) -> None:
        self.untried = Untried(order, services.health)
        self._services = services
        self._call = call
        self._settings = settings
        self._rng = rng
        self._last_resort: LastResort | None = None  # most calls never need it
        self._waiting = deque(order)
        self._full: list[Target] = []
        self._had_turn: Target | None = None

    async def next(self) -> Turn | None:
        """Return the turn of the next target, None if no one is left; records the ones it skips.

        The one that just had its turn gets another if it is worth the short wait that it asked for. If only targets
        at their limits are left, the call waits for the first that has room; if none are, for the first that may be
        asked once more.
        """
        if (had_turn := self._had_turn) is not None:
            self._had_turn = None
            if await waited_out(self._services, self._call, self._settings, had_turn, self.rival()):
                return self._turn(had_turn)
        while (target := self._next_free() or (await self._next_full() if self._full else None)) is not None:
            if self.untried.fits(target):
                self._had_turn = target
                return self._turn(target)
        if self._last_resort is None:
            self._last_resort = LastResort(self._services, self._call, self._rng)
        return await self._last_resort.next([target for target in self.untried.order if self.untried.fits(target)])

    def take(self, target: Target) -> None:
        """Note that `target` is tried out of turn: it gets no other."""
        self.untried.take(target)

    def again(self, target: Target) -> None:
        """Give `target` the next turn once more."""
        self.untried.give_back(target)
        self._waiting.appendleft(target)

    def needs_more_than(self, target: Target, error: ContextTooLong) -> None:
        """Keep to targets with a larger context window than that of `target`, which raised `error`, or an unknown one.

        Those with a larger one come first.
        """
        self.untried.needs_more_than(target, error)
        self._waiting = deque(sorted(self._waiting, key=lambda target: target.context_tokens is None))

    def rival(self) -> Target | None:
        """Return the first target that was not tried and is free at the moment; None if there is none."""
        return next((target for target in self.untried.order if self._is_free(target)), None)

    def _turn(self, target: Target) -> Turn:
        self.untried.take(target)
        return Turn(target, fair_end_s(self._services, self._call, target, (*self._waiting, *self._full)))

    def _next_free(self) -> Target | None:
        services, call = self._services, self._call
        while self._waiting:
            target, at_s = self._waiting.popleft(), now_s()
            if self.untried.was_tried(target):
                continue
            if services.health.is_cooling_down(target, at_s) or self._is_spared(target, at_s):
                services.ledger.skipped(call, target, at_s)
            elif services.limits.wait_s(target, services.tokens(call, target), at_s) > 0:
                services.ledger.skipped(call, target, at_s, AT_LIMIT)
                self._full.append(target)
            else:
                return target
        return None

    def _is_spared(self, target: Target, at_s: float) -> bool:
        """Return whether another target is asked first, because this one fails often; only if another may be asked."""
        if not self._services.health.spares(target, at_s):
            return False
        return any(other is not target and self._is_free(other) for other in self.untried.order)

    async def _next_full(self) -> Target | None:
        services, call = self._services, self._call
        while self._full:
            target = min(self._full, key=self._wait_s)
            self._full.remove(target)
            if self.untried.was_tried(target):  # as a rival, once it had room
                continue
            if await services.limits.wait_for_room(target, services.tokens(call, target), call.deadline_s):
                return target
        return None

    def _is_free(self, target: Target) -> bool:
        if not self.untried.holds(target):
            return False
        return not self._services.health.is_cooling_down(target, now_s()) and self._wait_s(target) == 0

    def _wait_s(self, target: Target) -> float:
        return self._services.limits.wait_s(target, self._services.tokens(self._call, target), now_s())
