"""Watch over one streamed answer: a first-token limit, a stall limit, and no end without a Reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from finops_router.calls import Delta, Reply, Request, Target
from finops_router.errors import NoAnswer, StreamCut
from finops_router.providers import Provider


async def watched(
    provider: Provider, target: Target, request: Request, ends_s: float
) -> AsyncGenerator[Delta | Reply, None]:
    """Pass on the stream of `target` until its Reply; `ends_s` is on the event loop's clock.

    Raises NoAnswer where nothing came within the first-token limit, StreamCut where the stream stalled,
    ran out of time, or ended without a Reply; the provider's own errors pass through.
    """
    loop, began = asyncio.get_running_loop(), False
    async with aclosing(provider.stream(target, request)) as pieces:
        while True:
            limit_s = target.stall_timeout_s if began else target.first_token_timeout_s or target.attempt_timeout_s
            try:
                async with asyncio.timeout_at(min(loop.time() + limit_s, ends_s)):
                    piece = await anext(pieces, None)
            except TimeoutError as err:
                if began:
                    raise StreamCut(f"The answer stalled: {target.name}") from err
                raise NoAnswer(f"No first token in time: {target.name}") from err
            if piece is None:
                raise StreamCut(f"The answer ended without its end mark: {target.name}")
            began = True
            yield piece
            if isinstance(piece, Reply):
                return
