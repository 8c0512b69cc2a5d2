"""Which targets of a call are left: not tried yet, their context windows large enough as far as others have shown."""

from __future__ import annotations

from collections.abc import Sequence

from finops_router.call.call import now_s
from finops_router.calls import Target
from finops_router.choice.health import Health
from finops_router.errors import ContextTooLong


class Untried:
    """The targets of one call in their `order`, less those that were tried.

    `too_long` is the error of the last target whose context window was too small for the request, None if none was.
    A call asks it how many others there are, so it must not know the call: two that know each other, and the text of
    the request with them, stay in memory until a garbage collection finds them.
    """

    def __init__(self, order: Sequence[Target], health: Health) -> None:
        self.order = order
        self.too_long: ContextTooLong | None = None
        self._health = health
        self._tried: set[str] = set()
        self._window_tokens = 0

    def take(self, target: Target) -> None:
        """Note that `target` is tried."""
        self._tried.add(target.name)

    def give_back(self, target: Target) -> None:
        """Take `target` for not tried."""
        self._tried.discard(target.name)

    def needs_more_than(self, target: Target, error: ContextTooLong) -> None:
        """Leave out those with no larger context window than that of `target`, which raised `error`."""
        self._window_tokens = max(self._window_tokens, target.context_tokens or 0)
        self.too_long = error

    def holds(self, target: Target) -> bool:
        """Return whether `target` is not tried, and its window may be large enough."""
        return target.name not in self._tried and self.fits(target)

    def was_tried(self, target: Target) -> bool:
        """Return whether `target` is tried."""
        return target.name in self._tried

    def fits(self, target: Target) -> bool:
        """Return whether the window of `target` may be large enough, as far as others have shown."""
        return self.too_long is None or target.context_tokens is None or target.context_tokens > self._window_tokens

    def count(self) -> int:
        """Return how many targets may be asked at the moment."""
        at_s = now_s()
        return sum(self.holds(target) and not self._health.is_cooling_down(target, at_s) for target in self.order)
