"""Begin a second try beside a slow first one, and go on with whichever speaks first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from finops_router.call.call import Call
from finops_router.calls import Delta, Reply, Restart

Piece = Delta | Restart | Reply
Pieces = AsyncGenerator[Piece, None]


async def hedged(call: Call, first: Pieces, second: Callable[[], Pieces], wait_s: float) -> Pieces:
    """Yield the pieces of `first`; where it says nothing for `wait_s`, of the one of both that speaks first.

    The other is closed at once and recorded as hedged. Where one ends in silence or fails, the other goes on
    alone; an error is raised where neither has anything else to give, the first one's before the second's.
    """
    racers = [_Racer(first)]
    try:
        await asyncio.wait({racers[0].next}, timeout=wait_s)
        if not racers[0].next.done():
            racers.append(_Racer(second()))
        winner = await _fastest(racers)
        call.drops_loser = True
        for racer in racers:
            if racer is not winner:
                await racer.close()
        call.drops_loser = False
        if winner is not None:
            async with aclosing(winner.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
    finally:
        for racer in racers:
            await racer.close()


class _Racer:
    """A stream whose next piece is being waited for in a task of its own."""

    def __init__(self, source: Pieces) -> None:
        self.source = source
        self.next: asyncio.Task[Piece | None] = asyncio.create_task(_next(source))

    def spoke(self) -> bool:
        """Say whether a piece has come: neither an error nor the end nor a new beginning."""
        done = self.next.done() and not self.next.cancelled() and self.next.exception() is None
        return done and isinstance(self.next.result(), Delta | Reply)

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        piece = await self.next
        while piece is not None:
            yield piece
            piece = await _next(self.source)

    async def close(self) -> None:
        """End the stream; what it still had to say is of no interest any more."""
        self.next.cancel()
        await asyncio.wait({self.next})
        if not self.next.cancelled():
            self.next.exception()  # looked at: a loser's error is recorded with its attempt already
        await self.source.aclose()


async def _fastest(racers: list[_Racer]) -> _Racer | None:
    """Return the first racer that speaks; where none does, the first that has an error to raise, else None."""
    while not any(racer.spoke() for racer in racers):
        running = {racer.next for racer in racers if not racer.next.done()}
        if not running:
            return next((racer for racer in racers if racer.next.exception() is not None), None)
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    return next(racer for racer in racers if racer.spoke())


async def _next(source: Pieces) -> Piece | None:
    return await anext(source, None)
