"""Try one target, after a 500 once more."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal

import msgspec

from finops_router.call.attempt import RunningAttempt
from finops_router.call.call import Call, now_s
from finops_router.call.outcomes import AT_LIMIT, OVER_BUDGET
from finops_router.call.prefill import Prefix
from finops_router.call.services import Services
from finops_router.call.turn import Turn
from finops_router.calls import Delta, Request, RoutedReply, Target
from finops_router.errors import ProviderError, Rejected, ServerFailed


class Retry(msgspec.Struct, frozen=True):
    """How often a target is tried; `rng` spreads the wait of about `wait_s` before a second attempt."""

    services: Services
    rng: random.Random
    wait_s: float

    async def run(self, call: Call, turn: Turn, hedge: bool = False) -> AsyncGenerator[Delta | RoutedReply, None]:
        """Try the target of `turn`, after a 500 once more; ends without a Reply if it is the next target's turn.

        Raises Rejected only: every other failure is recorded, known to health, and left to the next target.
        """
        target, request = turn.target, call.request
        for is_retry in (False, True):
            if is_retry and not await self._waited(call, target):
                return
            if not await self._has_room(call, turn) or not await self._is_covered(call, target, hedge):
                return
            attempt, has_sent = RunningAttempt(self.services, call, target, hedge, turn.ends_s), False
            try:
                with attempt:
                    if isinstance(request, Request) and request.stream:
                        async with aclosing(attempt.run_streamed(request)) as deltas:
                            async for delta in deltas:
                                call.has_sent = has_sent = True
                                yield delta
                    else:
                        await attempt.run_plain()
            except Rejected:
                raise
            except ProviderError as err:
                failure = err
            if attempt.reply is not None:
                yield attempt.reply
                return
            if text := attempt.text:
                call.prefix = Prefix(call.prefix.text + text)
            if has_sent or not isinstance(failure, ServerFailed):
                return

    async def _is_covered(self, call: Call, target: Target, hedge: bool) -> bool:
        """Return whether there is money for one more attempt; the first of a call was paid for before it began.

        An attempt that used something of unknown cost counts as if it were still under way.
        """
        funds = self.services.funds
        if funds is None:
            return True
        used = [entry.bill for entry in call.entries if entry.attempt.reply is not None]
        if not (used or call.under_way):
            return True
        costs_usd = [bill.cost_usd for bill in used if bill.cost_usd is not None]
        attempts = call.under_way + len(used) - len(costs_usd) + 1
        if await funds.cover(call.request.request_id, sum(costs_usd, Decimal(0)), attempts):
            return True
        self.services.ledger.skipped(call, target, now_s(), OVER_BUDGET)
        call.is_over_budget = not hedge  # the one that is under way may still use nothing
        return False

    async def _has_room(self, call: Call, turn: Turn) -> bool:
        """Wait for room within the limits of its target; return False if none comes in time or it cools down by then.

        Its turn came because it was free, but a hedged attempt starts a moment later: others may have come between.
        """
        services, target, tokens = self.services, turn.target, self.services.tokens(call, turn.target)
        # mostly there is room: to ask takes less than to await
        is_full = services.limits.wait_s(target, tokens, now_s()) > 0
        if is_full and not await services.limits.wait_for_room(target, tokens, call.deadline_s):
            services.ledger.skipped(call, target, now_s(), AT_LIMIT)
        elif services.health.is_cooling_down(target, now_s()) and not turn.despite_cooldown:
            services.ledger.skipped(call, target, now_s())
        else:
            return True
        return False

    async def _waited(self, call: Call, target: Target) -> bool:
        """Wait a little after a 500; return False at once if the target cools down or no time is left."""
        wait_s = self.wait_s * self.rng.uniform(0.5, 1.0)
        if now_s() + wait_s >= call.deadline_s or self.services.health.is_cooling_down(target, now_s()):
            return False
        await asyncio.sleep(wait_s)
        return True
