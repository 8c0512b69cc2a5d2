"""Wait for the pieces of a stream within its limits: for a sign of life, for the first token, for each later piece."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing

from finops_router.call.timeouts import EMPTY_S, Limits
from finops_router.calls import Delta, Reply, Request, Target
from finops_router.errors import NoAnswer, OutOfTime, StreamCut
from finops_router.providers.contract import Alive, Progress, Provider

Piece = Delta | Alive | Progress | Reply
LATE_S = 0.1  # a timer of the event loop that rings this late shows a busy loop, not a silent provider
AGAIN_S = 1.0  # what such a loop gets to read what has come meanwhile


class Listener:
    """Waits for one piece after the other; has one timer for all of them, which is moved when it rings.

    `flows_from_s` is the moment of the first piece of the answer, None before; `longest_pause_s` the longest silence
    since.
    """

    def __init__(self) -> None:
        self.flows_from_s: float | None = None
        self.longest_pause_s = 0.0
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[object] | None = None
        self._due_s = math.inf
        self._has_rung = False

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
                    waits_s = self._loop.time()  # the time that the caller took for the last piece is not the target's
                    if goes_on:
                        silence_s, ends_s = limits.stall_s, min(waits_s + EMPTY_S, limits.total_ends_s)
                    try:
                        piece = await self._next(pieces, min(waits_s + silence_s, ends_s))
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
            if self._timer is not None:
                self._timer.cancel()

    def _note_life(self, waited_from_s: float, goes_on: bool) -> None:
        at_s = self._loop.time()
        if self.flows_from_s is not None:
            self.longest_pause_s = max(self.longest_pause_s, at_s - waited_from_s)
        elif goes_on:
            self.flows_from_s = at_s

    async def _next(self, pieces: AsyncGenerator[Piece, None], due_s: float) -> Piece | None:
        """Return the next piece, None at the end; raises TimeoutError if it is not there at `due_s`.

        As asyncio.timeout does, but its timer is not made anew for each of thousands of pieces.
        """
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("a stream is listened to in a task")
        self._due_s, self._waiting = due_s, task
        if self._timer is None or self._timer.when() > due_s:
            self._set_timer(due_s)
        already = task.cancelling()
        try:
            return await anext(pieces, None)
        except asyncio.CancelledError as err:
            if self._took_back(task) and task.cancelling() <= already:
                raise TimeoutError from err
            raise
        finally:
            self._waiting = None
            self._took_back(task)  # the provider made something else of the cancellation

    def _took_back(self, task: asyncio.Task[object]) -> bool:
        """Take back that the timer cancelled `task`; return whether it had."""
        has_rung, self._has_rung = self._has_rung, False
        if has_rung:
            task.uncancel()
        return has_rung

    def _set_timer(self, at_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at_s, self._ring, at_s) if at_s < math.inf else None

    def _ring(self, set_for_s: float) -> None:
        self._timer, now_s = None, self._loop.time()
        if self._waiting is None:  # the caller has the last piece: the next wait sets the timer
            return
        if now_s - set_for_s > LATE_S:
            self._set_timer(max(self._due_s, now_s + AGAIN_S))
        elif now_s < self._due_s:
            self._set_timer(self._due_s)
        else:
            self._has_rung = True
            self._waiting.cancel()

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
