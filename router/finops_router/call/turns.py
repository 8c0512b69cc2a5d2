"""Decide which target has its turn: in their order, and those at their limits as soon as one has room."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from finops_router.call.call import Call, now_s
from finops_router.call.outcomes import AT_LIMIT
from finops_router.call.services import Services
from finops_router.calls import Target
from finops_router.errors import ContextTooLong


class Turns:
    """The targets of one call that are still waiting, that were full, and that were tried.

    `too_long` is the error of the last target whose context window was too small for the request, None if none was.
    """

    def __init__(self, services: Services, call: Call, order: Sequence[Target]) -> None:
        self.too_long: ContextTooLong | None = None
        self._services = services
        self._call = call
        self._order = order
        self._waiting = deque(order)
        self._full: list[Target] = []
        self._tried: set[str] = set()
        self._window_tokens = 0

    async def next(self) -> Target | None:
        """Return the target whose turn it is, None if no one is left; records the ones it skips.

        If only targets at their limits are left, it waits for the first that has room.
        """
        while (target := self._next_free() or await self._next_full()) is not None:
            if self.too_long is None or (target.context_tokens or 0) > self._window_tokens:
                self._tried.add(target.name)
                return target
        return None

    def take(self, target: Target) -> None:
        """Note that `target` is tried out of turn: it gets no other."""
        self._tried.add(target.name)

    def again(self, target: Target) -> None:
        """Give `target` the next turn once more."""
        self._tried.discard(target.name)
        self._waiting.appendleft(target)

    def needs_more_than(self, target: Target, error: ContextTooLong) -> None:
        """Keep to targets with a larger context window than that of `target`, which raised `error`."""
        self.too_long, self._window_tokens = error, target.context_tokens or 0

    def others(self) -> int:
        """Return how many targets are left to try after this turn: they need their share of the time."""
        rested, at_s = self._services.health.is_cooling_down, now_s()
        return sum(target.name not in self._tried and not rested(target, at_s) for target in self._order)

    def rival(self) -> Target | None:
        """Return the first target that was not tried and is free at the moment; None if there is none."""
        return next((target for target in self._order if self._is_free(target)), None)

    def _next_free(self) -> Target | None:
        services, call = self._services, self._call
        while self._waiting:
            target, at_s = self._waiting.popleft(), now_s()
            if target.name in self._tried:
                continue
            if services.health.is_cooling_down(target, at_s):
                services.ledger.skipped(call, target, at_s)
            elif services.limits.wait_s(target, services.tokens(call, target), at_s) > 0:
                services.ledger.skipped(call, target, at_s, AT_LIMIT)
                self._full.append(target)
            else:
                return target
        return None

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

    def _is_free(self, target: Target) -> bool:
        if target.name in self._tried or self._services.health.is_cooling_down(target, now_s()):
            return False
        return self._wait_s(target) == 0

    def _wait_s(self, target: Target) -> float:
        return self._services.limits.wait_s(target, self._services.tokens(self._call, target), now_s())
