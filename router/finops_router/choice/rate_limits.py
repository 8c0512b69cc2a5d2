"""Keep within the limits of providers (calls at once, requests and tokens a minute): waiting here beats a 429."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict

import msgspec

from finops_router.calls import Target

MINUTE_S = 60.0


class Bucket(msgspec.Struct):
    """A token bucket: `level` is left at `at_s`; it fills by `per_minute` a minute, up to as much."""

    per_minute: float
    level: float
    at_s: float

    def wait_s(self, amount: float, now_s: float) -> float:
        """Return the seconds to wait for `amount`; more than the bucket holds waits until it is full."""
        lacking = min(amount, self.per_minute) - self._level(now_s)
        return max(lacking * MINUTE_S / self.per_minute, 0.0)

    def take(self, amount: float, now_s: float) -> None:
        """Take `amount`, even more than is left: those that come next wait the longer."""
        self.level, self.at_s = self._level(now_s) - amount, now_s

    def _level(self, now_s: float) -> float:
        return min(self.level + (now_s - self.at_s) * self.per_minute / MINUTE_S, self.per_minute)


class RateLimits:
    """How much of the limits of every target is in use, by name; `now_s` is the event loop's clock."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, dict[asyncio.Future[None], None]] = defaultdict(dict)  # the longest first
        self._running: defaultdict[str, int] = defaultdict(int)
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait_s(self, target: Target, tokens: float, now_s: float) -> float:
        """Return the seconds until `target` has room for `tokens`; infinite while all its calls at once are taken."""
        if target.max_concurrency is target.requests_per_minute is target.tokens_per_minute is None:
            return 0.0
        if target.max_concurrency is not None and self._running[target.name] >= target.max_concurrency:
            return math.inf
        asked = self._asked(target, tokens, now_s)
        return max((bucket.wait_s(amount, now_s) for bucket, amount in asked), default=0.0)

    async def wait_for_room(self, target: Target, tokens: float, until_s: float) -> bool:
        """Wait until `target` has room for `tokens`; return False if it will have none before `until_s`."""
        loop = asyncio.get_running_loop()
        while wait_s := self.wait_s(target, tokens, loop.time()):
            if math.isfinite(wait_s):
                if loop.time() + wait_s >= until_s:
                    return False
                await asyncio.sleep(wait_s)
            elif not await self.call_ended(target, until_s):
                return False
        return True

    async def call_ended(self, target: Target, until_s: float) -> bool:
        """Wait until a call of `target` has ended; return False if none does before `until_s`."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[target.name][ended] = None
        try:
            async with asyncio.timeout_at(until_s):
                await ended
        except TimeoutError:
            return False
        finally:
            del self._waiting[target.name][ended]
        return True

    def starts(self, target: Target, tokens: float, now_s: float) -> None:
        """Count a call of about `tokens`; the caller must call `ended` when it is over."""
        self._running[target.name] += 1
        for bucket, amount in self._asked(target, tokens, now_s):
            bucket.take(amount, now_s)

    def ended(self, target: Target, tokens_over: float, now_s: float) -> None:
        """Count a call out; `tokens_over` is how many more tokens it used than expected (negative: fewer)."""
        self._running[target.name] -= 1
        for waiting in self._waiting[target.name]:
            if not waiting.done():
                waiting.set_result(None)
        if target.tokens_per_minute is not None:
            self._bucket(target, "tokens", target.tokens_per_minute, now_s).take(tokens_over, now_s)

    def _asked(self, target: Target, tokens: float, now_s: float) -> list[tuple[Bucket, float]]:
        asked = []
        if target.requests_per_minute is not None:
            asked.append((self._bucket(target, "requests", target.requests_per_minute, now_s), 1.0))
        if target.tokens_per_minute is not None:
            asked.append((self._bucket(target, "tokens", target.tokens_per_minute, now_s), tokens))
        return asked

    def _bucket(self, target: Target, kind: str, per_minute: int, now_s: float) -> Bucket:
        key = (target.name, kind)
        if key not in self._buckets:
            self._buckets[key] = Bucket(per_minute, per_minute, now_s)
        return self._buckets[key]
