"""Keep the time limits of one streamed answer: to its first piece, between pieces, and in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from finops_router.call.call import now_s
from finops_router.calls import Delta, Reply, Request, Target
from finops_router.errors import NoAnswer, StreamCut
from finops_router.providers.contract import Alive, Progress, Provider


async def timed_pieces(
    provider: Provider, target: Target, request: Request, ends_s: float
) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
    """Pass on the stream of `target` until its Reply; `ends_s` is on the event loop's clock.

    Raises NoAnswer if nothing came within the first-token limit, StreamCut if the stream stalled, ran out of time, or
    ended without a Reply; the provider's own errors pass through.
    """
    started = False
    first_by_s = now_s() + (target.first_token_timeout_s or target.attempt_timeout_s)
    async with aclosing(provider.stream(target, request)) as pieces:
        while True:
            due_s = now_s() + target.stall_timeout_s if started else first_by_s
            try:
                async with asyncio.timeout_at(min(due_s, ends_s)):
                    piece = await anext(pieces, None)
            except TimeoutError as err:
                if started:
                    raise StreamCut(f"The answer stalled: {target.name}") from err
                raise NoAnswer(f"No first token in time: {target.name}") from err
            if piece is None:
                raise StreamCut(f"The answer ended without its end mark: {target.name}")
            started = started or isinstance(piece, Delta | Alive | Reply)
            yield piece
            if isinstance(piece, Reply):
                return
