"""Start a second attempt beside a late first one, and go on with the one that speaks first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, suppress
from types import coroutine
from typing import Any

from finops_router.call.outcomes import LostRace
from finops_router.calls import Delta, Restart, RoutedReply

Piece = Delta | Restart | RoutedReply
Pieces = AsyncGenerator[Piece, None]


async def hedged(first: Pieces, second: Callable[[], Pieces], late_s: float) -> Pieces:
    """Yield the pieces of `first`; if it has none after `late_s`, of the one of both that speaks first.

    The other gets LostRace raised inside it. If one ends in silence or fails, the other goes on alone; an error is
    raised if neither has anything else to give, that of the first before that of the second.
    """
    racers = [_Racer(first)]
    try:
        await asyncio.wait({racers[0].next}, timeout=late_s)
        if not racers[0].next.done():
            racers.append(_Racer(second()))
        winner = await _fastest(racers)
        for racer in racers:
            if racer is not winner:
                await racer.lose()
        if winner is not None:
            async with aclosing(winner.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
    finally:
        await _close_all(racers)


class _Racer:
    """A stream whose `next` piece is awaited in a task of its own."""

    def __init__(self, source: Pieces) -> None:
        self._source = source
        self._has_lost = False
        self.next: asyncio.Task[Piece | None] = asyncio.create_task(self._next())

    def spoke(self) -> bool:
        """Return whether a piece of an answer has come, not an error, the end or a Restart."""
        done = self.next.done() and not self.next.cancelled() and self.next.exception() is None
        return done and isinstance(self.next.result(), Delta | RoutedReply)

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        piece = await self.next
        while piece is not None:
            yield piece
            piece = await anext(self._source, None)

    async def lose(self) -> None:
        """End the stream by LostRace, raised at the place where it waits."""
        self._has_lost = True
        await self._stop_waiting()
        with suppress(LostRace, StopAsyncIteration):
            await self._source.athrow(LostRace())

    async def close(self) -> None:
        """End the stream."""
        try:
            await self._stop_waiting()
        finally:
            await self._source.aclose()

    async def _stop_waiting(self) -> None:
        """Cancel the wait for the next piece and see it end, even if this is cancelled itself meanwhile."""
        self.next.cancel()
        cancelled: asyncio.CancelledError | None = None
        while not self.next.done():
            try:
                await asyncio.wait({self.next})
            except asyncio.CancelledError as err:
                cancelled = err
                self.next.cancel()  # it is cleaning up: cut that short
        if cancelled is not None:
            raise cancelled
        if not self.next.cancelled():
            self.next.exception()  # looked at: the error is recorded with its attempt already

    async def _next(self) -> Piece | None:
        try:
            return await self._step()
        except StopAsyncIteration:
            return None

    @coroutine
    def _step(self) -> Generator[Any, None, Piece]:
        """Await the next piece; a loser that waits for it is cancelled by LostRace.

        Only a generator that stands at its yield takes `athrow`. One that waits inside is cancelled through its task,
        and the cancellation passes here on its way in.
        """
        step = self._source.__anext__()
        try:
            awaited = step.send(None)
            while True:
                try:
                    yield awaited
                except asyncio.CancelledError as err:
                    awaited = step.throw(LostRace() if self._has_lost else err)
                else:
                    awaited = step.send(None)
        except StopIteration as end:
            piece: Piece = end.value
            return piece


async def _close_all(racers: list[_Racer]) -> None:
    """End all streams, even if this is cancelled meanwhile: what each attempt used is recorded as it ends."""
    cancelled: asyncio.CancelledError | None = None
    for racer in racers:
        try:
            await racer.close()
        except asyncio.CancelledError as err:
            cancelled = err
    if cancelled is not None:
        raise cancelled


async def _fastest(racers: list[_Racer]) -> _Racer | None:
    """Return the first racer that speaks; if none does, the first that has an error to raise, else None."""
    while not any(racer.spoke() for racer in racers):
        running = {racer.next for racer in racers if not racer.next.done()}
        if not running:
            return next((racer for racer in racers if racer.next.exception() is not None), None)
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    return next(racer for racer in racers if racer.spoke())
