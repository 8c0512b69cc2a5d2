"""What every call of a router shares: its providers, its ledger, and what is known of its targets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

import msgspec

from finops_router.call.call import Call, now_s
from finops_router.call.ledger import Ledger
from finops_router.calls import Target
from finops_router.choice.expectations import Now, Outlook
from finops_router.choice.health import Health
from finops_router.choice.rate_limits import RateLimits
from finops_router.providers.contract import Embedder, Provider


class Funds(Protocol):
    """Money for further attempts of calls, whose first one is paid for before they begin."""

    async def cover(self, request_id: str, spent_usd: Decimal, attempts: int) -> bool:
        """Return whether a call that spent `spent_usd` may still pay `attempts`, those under way and the next one."""
        ...


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a router that attempts need; `embedders` are those of the `providers` that make embeddings.

    `wires` are those that each of them takes native requests of. Without `funds` nobody counts the money.
    """

    providers: Mapping[str, Provider]
    embedders: Mapping[str, Embedder] = {}
    wires: Mapping[str, frozenset[str]] = {}
    ledger: Ledger
    health: Health
    limits: RateLimits
    funds: Funds | None = None

    def outlook(self, call: Call) -> Outlook:
        """Return what to expect of targets now; prices are those of the start of `call`."""
        return Outlook(self.health, self.ledger.prices, Now(epoch_us=call.epoch_us, loop_s=now_s()))

    def tokens(self, call: Call, target: Target) -> float:
        """Return how many tokens of its limit `target` is expected to need for `call`; 0 if it has no such limit."""
        if target.tokens_per_minute is None:
            return 0.0
        return call.request.estimated_input_tokens + self.outlook(call).output_tokens(call.request, target)
