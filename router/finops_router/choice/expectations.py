"""Estimate what a request would cost at a target, how long it would take, and how long its answer would be."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from finops_router.calls import STANDARD, AnyRequest, EmbeddingRequest, Served, Target, Usage
from finops_router.choice.health import Health
from finops_router.pricing.prices import Prices

LATE_PROBE = 3.0  # times the expected time: late, if too few answers were seen to tell better


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """One moment on both clocks: microseconds since 1970 UTC (prices), seconds of the event loop (health)."""

    epoch_us: int
    loop_s: float


class Outlook(msgspec.Struct, frozen=True):
    """What to expect of targets at one moment, from their prices and from how they did lately."""

    health: Health
    prices: Prices
    now: Now

    def cost_usd(self, request: AnyRequest, target: Target) -> Decimal | None:
        """Return what `target` is expected to charge for `request`, in USD; None if no price is known.

        Counted are the estimated input tokens, at the price of cached ones for the share that came from its cache
        lately, and the length of answer the group gets lately, all at the request's service tier.
        """
        tokens = request.estimated_input_tokens
        usage = Usage(
            output_tokens=round(self.output_tokens(request, target)),
            input_tokens=tokens,
            cache_read_input_tokens=int(tokens * self.health.cached_share(target, self.now.loop_s)),
        )
        served = STANDARD if request.service_tier is None else Served(service_tier=request.service_tier)
        price = self.prices.price(target.provider, target.model, self.now.epoch_us, served)
        return None if price is None else price.cost_usd(usage)

    def ms(self, request: AnyRequest, target: Target) -> float:
        """Return the milliseconds until `target` has answered `request`, counting in its failures.

        (Time to first token + time per output token x expected output tokens) / (1 - share of failures): with that
        share of failures 1 / (1 - share) tries are expected (geometric distribution). Of embeddings, vectors count.
        """
        speed = self.health.speed(target, self.now.loop_s)
        once_ms = speed.expected_ms(self.length(request, target))
        return once_ms / (1.0 - self.health.failed_share(target, self.now.loop_s))

    def output_tokens(self, request: AnyRequest, target: Target) -> float:
        """Return the length of answer to expect, in tokens, at most what the request allows."""
        usual = self.health.output_tokens(request.group, target.expected_output_tokens, self.now.loop_s)
        return usual if request.max_output_tokens is None else min(usual, request.max_output_tokens)

    def length(self, request: AnyRequest, target: Target) -> float:
        """Return the length of answer that its time goes by: in tokens, and of embeddings, which have none, in vectors.

        Their number is known: a large batch is not late because small ones are quick.
        """
        return len(request.inputs) if isinstance(request, EmbeddingRequest) else self.output_tokens(request, target)

    def cooldown_s(self, target: Target) -> float:
        """Return the seconds until `target` may be asked; 0 if it may."""
        return self.health.circuit(target).ready_s(self.now.loop_s) - self.now.loop_s

    def late_probe_ms(self, request: AnyRequest, target: Target) -> float:
        """Return the milliseconds after which a probe of `target` is late: `late_ms`, with a guess if it is None."""
        late_ms = self.late_ms(request, target)
        if late_ms is not None:
            return late_ms
        length = 0.0 if request.stream else self.length(request, target)
        return LATE_PROBE * self.health.speed(target, self.now.loop_s).expected_ms(length)

    def late_ms(self, request: AnyRequest, target: Target) -> float | None:
        """Return the milliseconds after which `target` is late with `request`: 19 of 20 answers take less.

        A streamed answer counts until its first piece, a plain one until its end. None if too few were seen to tell.
        """
        return self.health.late_ms(target, self.length(request, target), request.stream, self.now.loop_s)
