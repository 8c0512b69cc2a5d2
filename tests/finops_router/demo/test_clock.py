"""Virtual time: nothing waits, order is that of real time, a standstill is an error and not a hang."""

from __future__ import annotations

import asyncio

import pytest
from finops_router.demo.clock import run_virtual


def test_a_year_passes_at_once() -> None:
    async def year() -> float:
        await asyncio.sleep(365 * 86_400)
        return asyncio.get_running_loop().time()

    assert run_virtual(year(), 100.0) == pytest.approx(365 * 86_400 + 100.0)


def test_what_is_due_first_happens_first() -> None:
    async def send() -> list[str]:
        seen: list[str] = []

        async def after(delay_s: float, name: str) -> None:
            await asyncio.sleep(delay_s)
            seen.append(f"{name} at {asyncio.get_running_loop().time():g}")

        await asyncio.gather(after(3, "c"), after(1, "a"), after(2, "b"))
        return seen

    assert run_virtual(send()) == ["a at 1", "b at 2", "c at 3"]


def test_a_timeout_comes_in_virtual_time() -> None:
    async def send() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.sleep(31)
        return asyncio.get_running_loop().time()

    assert run_virtual(send()) == pytest.approx(30)


def test_waiting_for_nothing_is_an_error() -> None:
    async def send() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="virtual time stands still"):
        run_virtual(send())
