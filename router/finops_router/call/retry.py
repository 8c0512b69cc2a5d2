"""Try one target, after a 500 once more."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from finops_router.call.attempt import Attempting, Means, now_s
from finops_router.call.call import AT_LIMIT, Call
from finops_router.calls import Delta, Reply, Target
from finops_router.errors import ProviderError, Rejected, ServerFailed


class Trying(msgspec.Struct, frozen=True):
    """How targets are tried; `rng` spreads the wait of about `retry_wait_s` before a second try."""

    means: Means
    rng: random.Random
    retry_wait_s: float

    async def twice(self, call: Call, target: Target, hedge: bool = False) -> AsyncGenerator[Delta | Reply, None]:
        """Try `target`, after a 500 once more; ends without a Reply where the next target should try, or go on.

        Raises Rejected only: every other failure is recorded, known to health, and answered by the next target.
        """
        call.tried.add(target.name)
        for again in (False, True):
            if again and not await self._may_retry(call, target):
                return
            if not await self._may_begin(call, target):
                return
            attempt = Attempting(self.means, call, target, hedge)
            try:
                with attempt:
                    if call.request.stream:
                        async with aclosing(attempt.streamed()) as deltas:
                            async for delta in deltas:
                                yield delta
                    else:
                        await attempt.whole()
            except Rejected:
                raise
            except ProviderError as err:
                failure = err
            if attempt.reply is not None:
                yield attempt.reply
                return
            call.said += attempt.said
            if attempt.said or not isinstance(failure, ServerFailed):
                return

    async def _may_begin(self, call: Call, target: Target) -> bool:
        """Wait for room within the limits of `target`; False where it has none in time or rests by then.

        Whoever chose it looked at both, but a hedged try begins a turn of the event loop later: others may have come.
        """
        if not await self.means.limits.room(target, self.means.tokens(call, target), call.deadline_s):
            self.means.booking.skipped(call, target, now_s(), AT_LIMIT)
        elif self.means.health.is_resting(target, now_s()):
            self.means.booking.skipped(call, target, now_s())
        else:
            return True
        return False

    async def _may_retry(self, call: Call, target: Target) -> bool:
        """Wait a little after a 500; False where the target rests or no time is left for a second try."""
        wait_s = self.retry_wait_s * self.rng.uniform(0.5, 1.0)
        if now_s() + wait_s >= call.deadline_s or self.means.health.is_resting(target, now_s()):
            return False
        await asyncio.sleep(wait_s)
        return True
