"""Say whether this worker can take calls: it is not told to stop, and what each call needs can be had.

That is its journal, where the call is recorded, the keys, and the state of the budgets. Anybody may ask, so the state
is asked at most once a second, and a state that hangs is waited for by one question alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from finops_router.gateway.exchange import JSON, Exchange

FRESH_S = 1.0  # so long the state's last answer counts
PATIENCE_S = 2.0  # for its answer; load balancers wait for a second or a few


class Readiness:
    """Whether a worker is ready: `can_record` and `can_read_keys` answer at once, `ask_budgets` in its own time."""

    def __init__(
        self,
        can_record: Callable[[], bool],
        can_read_keys: Callable[[], bool],
        ask_budgets: Callable[[], Awaitable[bool]],
        fresh_s: float = FRESH_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.is_draining = False
        self._can_record, self._can_read_keys, self._ask_budgets = can_record, can_read_keys, ask_budgets
        self._fresh_s, self._patience_s = fresh_s, patience_s
        self._asked: asyncio.Future[bool] | None = None
        self._asked_s = 0.0

    def drain(self) -> None:
        """Be ready no more: this worker is told to stop."""
        self.is_draining = True

    async def missing(self) -> tuple[str, ...]:
        """Return the names of what cannot be had now."""
        found = {"journal": self._can_record(), "keys": self._can_read_keys(), "budgets": await self._budgets_answer()}
        return tuple(name for name, is_there in found.items() if not is_there)

    async def _budgets_answer(self) -> bool:
        now_s, asked = asyncio.get_running_loop().time(), self._asked
        if asked is None or (asked.done() and now_s - self._asked_s >= self._fresh_s):
            asked = self._asked = asyncio.ensure_future(self._ask_budgets())
            self._asked_s = now_s
        done, _ = await asyncio.wait((asked,), timeout=self._patience_s)
        return bool(done) and asked.result()

    async def answer(self, exchange: Exchange) -> None:
        """Answer /readyz: 200, or 503 with the names of what is missing and nothing else."""
        said: dict[str, object] = {"status": "ready"}
        if self.is_draining:
            said = {"status": "draining"}
        elif missing := await self.missing():
            said = {"status": "not ready", "missing": missing}
        await exchange.answer(200 if said["status"] == "ready" else 503, JSON, msgspec.json.encode(said))
