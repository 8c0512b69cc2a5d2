"""One timer for many waits: each ends at its own moment, whoever else cancels, and a busy loop cuts nobody."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest
from finops_router.demo.clock import run_virtual
from finops_router.watch import Watch


def watched(*waits: tuple[float, float]) -> list[str]:
    """What became of sleeps that each had to end in time: (seconds of sleep, seconds allowed)."""

    async def run() -> list[str]:
        watch, loop, became = Watch(), asyncio.get_running_loop(), []
        for sleep_s, allowed_s in waits:
            started_s = loop.time()
            try:
                became.append(await watch.until(started_s + allowed_s, asyncio.sleep(sleep_s, "done")))
            except TimeoutError:
                became.append(f"cut after {loop.time() - started_s:g} s")
        watch.stop()
        return became

    return run_virtual(run())


def test_each_wait_has_its_own_moment() -> None:
    assert watched((1, 30), (29, 30), (31, 30), (2, 1), (1, 2)) == [
        "done", "done", "cut after 30 s", "cut after 1 s", "done",
    ]  # fmt: skip


def test_a_later_moment_is_asked_for_when_the_first_has_come() -> None:
    async def run(sleep_s: float) -> str:
        watch = Watch()
        return await watch.until(60.0, asyncio.sleep(sleep_s, "done"), later=lambda: 240.0)

    assert run_virtual(run(200.0)) == "done"
    with pytest.raises(TimeoutError):
        run_virtual(run(241.0))


@pytest.mark.parametrize("cancelled_after_s", [0.5, 1.0, 1.5])
def test_who_is_cancelled_by_others_stays_cancelled(cancelled_after_s: float) -> None:
    async def wait() -> None:
        watch = Watch()
        try:
            await watch.until(asyncio.get_running_loop().time() + 5.0, asyncio.sleep(9.0))
        finally:
            watch.stop()

    async def run() -> bool:
        task = asyncio.create_task(wait())
        await asyncio.sleep(cancelled_after_s)
        task.cancel()
        await asyncio.wait({task})
        return task.cancelled()

    assert run_virtual(run())


def test_one_that_swallows_its_cancellation_leaves_its_task_as_it_was() -> None:
    async def stubborn() -> str:
        try:
            await asyncio.sleep(9.0)
        except asyncio.CancelledError:
            return "mine"
        return "done"

    async def run() -> tuple[str, int]:
        watch, task = Watch(), asyncio.current_task()
        assert task is not None
        found = await watch.until(asyncio.get_running_loop().time() + 1.0, stubborn())
        await asyncio.sleep(1.0)
        return found, task.cancelling()

    assert run_virtual(run()) == ("mine", 0)


def test_a_busy_loop_cuts_nobody_whose_piece_had_come() -> None:
    async def run() -> str:
        watch, loop = Watch(), asyncio.get_running_loop()
        come: asyncio.Future[str] = loop.create_future()

        async def send() -> str:
            await asyncio.sleep(0)  # as a socket is read one turn of the loop after its bytes are there
            return await come

        loop.call_soon(time.sleep, 0.3)  # longer than the limit: the timer rings late
        loop.call_later(0.32, come.set_result, "piece")
        return await watch.until(loop.time() + 0.1, send())

    assert asyncio.run(run()) == "piece"


def test_what_is_read_in_the_turn_of_the_timer_is_in_time() -> None:
    """The loop is busy until just after the limit: it reads the piece and rings the timer in one turn."""

    async def run() -> bytes:
        watch, loop = Watch(), asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        due_s = loop.time() + 0.4

        def busy() -> None:
            theirs.send(b"piece")
            time.sleep(due_s + 0.01 - loop.time())

        loop.call_later(0.1, busy)
        try:
            return await watch.until(due_s, reader.read(5))
        finally:
            watch.stop()
            writer.close()
            theirs.close()

    assert asyncio.run(run()) == b"piece"
