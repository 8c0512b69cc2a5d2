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
from finops_router.call.wait_out import waited_out
from finops_router.calls import Target
from finops_router.choice.strategies import StrategySettings
from finops_router.errors import ContextTooLong


class Turns:
    """The targets of one call that are still waiting, that were full, and that were tried.

    `too_long` is the error of the last target whose context window was too small for the request, None if none was.
    `rng` spreads the waits before a target is asked once more.
    """

    def __init__(
        self, services: Services, call: Call, order: Sequence[Target], settings: StrategySettings, rng: random.Random
    ) -> None:
        self.too_long: ContextTooLong | None = None
        self._services = services
        self._call = call
        self._order = order
        self._settings = settings
        self._rng = rng
        self._last_resort: LastResort | None = None  # most calls never need it
        self._waiting = deque(order)
        self._full: list[Target] = []
        self._tried: set[str] = set()
        self._window_tokens = 0
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
            if self._fits(target):
                self._had_turn = target
                return self._turn(target)
        if self._last_resort is None:
            self._last_resort = LastResort(self._services, self._call, self._rng)
        return await self._last_resort.next([target for target in self._order if self._fits(target)])

    def take(self, target: Target) -> None:
        """Note that `target` is tried out of turn: it gets no other."""
        self._tried.add(target.name)

    def again(self, target: Target) -> None:
        """Give `target` the next turn once more."""
        self._tried.discard(target.name)
        self._waiting.appendleft(target)

    def needs_more_than(self, target: Target, error: ContextTooLong) -> None:
        """Keep to targets with a larger context window than that of `target`, which raised `error`, or an unknown one.

        Those with a larger one come first.
        """
        self._window_tokens = max(self._window_tokens, target.context_tokens or 0)
        self.too_long = error
        self._waiting = deque(sorted(self._waiting, key=lambda target: target.context_tokens is None))

    def others(self) -> int:
        """Return how many targets are left to try after this turn: they need their share of the time."""
        rests, at_s = self._services.health.is_cooling_down, now_s()
        left = [target for target in self._order if target.name not in self._tried and self._fits(target)]
        return len([target for target in left if not rests(target, at_s)])

    def rival(self) -> Target | None:
        """Return the first target that was not tried and is free at the moment; None if there is none."""
        return next((target for target in self._order if self._is_free(target)), None)

    def _turn(self, target: Target) -> Turn:
        self._tried.add(target.name)
        return Turn(target, fair_end_s(self._services, self._call, target, (*self._waiting, *self._full)))

    def _next_free(self) -> Target | None:
        services, call = self._services, self._call
        while self._waiting:
            target, at_s = self._waiting.popleft(), now_s()
            if target.name in self._tried:
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
        return any(other is not target and self._is_free(other) for other in self._order)

    async def _next_full(self) -> Target | None:
        services, call = self._services, self._call
        while self._full:
            target = min(self._full, key=self._wait_s)
            self._full.remove(target)
            if target.name in self._tried:  # as a rival, once it had room
                continue
            if await services.limits.wait_for_room(target, services.tokens(call, target), call.deadline_s):
                return target
        return None

    def _fits(self, target: Target) -> bool:
        """Return whether the window of `target` may be large enough, as far as others have shown."""
        return self.too_long is None or target.context_tokens is None or target.context_tokens > self._window_tokens

    def _is_free(self, target: Target) -> bool:
        if target.name in self._tried or not self._fits(target):
            return False
        return not self._services.health.is_cooling_down(target, now_s()) and self._wait_s(target) == 0

    def _wait_s(self, target: Target) -> float:
        return self._services.limits.wait_s(target, self._services.tokens(self._call, target), now_s())
