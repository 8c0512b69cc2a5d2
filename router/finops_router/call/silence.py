"""Wait for the pieces of a stream within its limits: for a sign of life, for the first token, for each later piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from finops_router.call.timeouts import EMPTY_S, Limits
from finops_router.calls import Delta, Reply, Request, Target
from finops_router.errors import NoAnswer, OutOfTime, StreamCut
from finops_router.providers.contract import Alive, Progress, Provider
from finops_router.watch import Watch

Piece = Delta | Alive | Progress | Reply


class Listener:
    """Waits for the pieces of one stream.

    `flows_from_s` is the moment of the first piece of the answer, None before; `longest_pause_s` the longest silence
    since. `waits_from_s` is when it began to wait for the newest one.
    """

    def __init__(self) -> None:
        self.flows_from_s: float | None = None
        self.longest_pause_s = 0.0
        self.waits_from_s = asyncio.get_running_loop().time()
        self._loop = asyncio.get_running_loop()
        self._watch = Watch()

    async def pieces(
        self, provider: Provider, target: Target, request: Request, limits: Limits
    ) -> AsyncGenerator[Piece, None]:
        """Pass on the stream of `target` until its Reply.

        Raises NoAnswer if no first token came in time (OutOfTime if it was the deadline's time), StreamCut if an answer
        that flowed fell silent, ran out of its total time, or ended without a Reply; errors of the provider pass.
        """
        silence_s, ends_s = limits.first_sign_s, min(limits.share_ends_s, limits.total_ends_s)
        goes_on = False
        try:
            async with aclosing(provider.stream(target, request)) as pieces:
                while True:
                    # only from now on: the time that the caller took for the last piece is not the target's
                    self.waits_from_s = waits_s = self._loop.time()
                    if goes_on:
                        silence_s, ends_s = limits.stall_s, min(waits_s + EMPTY_S, limits.total_ends_s)
                    try:
                        piece = await self._watch.until(min(waits_s + silence_s, ends_s), anext(pieces, None))
                    except TimeoutError as err:
                        raise self._silent(target, limits, waits_s + silence_s) from err
                    if piece is None:
                        raise StreamCut(f"The answer ended without its end mark: {target.name}")
                    goes_on = isinstance(piece, Delta | Reply) or (isinstance(piece, Alive) and not piece.is_idle)
                    if goes_on or isinstance(piece, Alive):
                        self._note_life(waits_s, goes_on)
                        silence_s = limits.first_token_s if self.flows_from_s is None else limits.stall_s
                    yield piece
                    if isinstance(piece, Reply):
                        return
        finally:
            self._watch.stop()

    def _note_life(self, waited_from_s: float, goes_on: bool) -> None:
        at_s = self._loop.time()
        if self.flows_from_s is not None:
            self.longest_pause_s = max(self.longest_pause_s, at_s - waited_from_s)
        elif goes_on:
            self.flows_from_s = at_s

    def _silent(self, target: Target, limits: Limits, silent_until_s: float) -> NoAnswer | StreamCut:
        """Return the error of a stream that was cut, by the limit that it has met."""
        name = target.name
        if self.flows_from_s is not None:
            if limits.total_ends_s <= silent_until_s:
                return StreamCut(f"The answer took longer than total_timeout_s: {name}")
            return StreamCut(f"The answer stalled: {name}")
        if limits.total_ends_s <= min(silent_until_s, limits.share_ends_s):
            return NoAnswer(f"No first token within total_timeout_s: {name}")
        if limits.share_ends_s < silent_until_s:
            return OutOfTime(f"No first token in the time that the call had for it: {name}")
        return NoAnswer(f"No first token in time: {name}")
