"""The simulated provider behaves like one: its times, its cache, its faults, its chance."""

from __future__ import annotations

import asyncio
import random
import statistics
from dataclasses import replace

import pytest
from finops_router.calls import Reply, Target
from finops_router.demo.clock import run_virtual
from finops_router.errors import ProviderError, RateLimited, Rejected, ServerFailed, Unavailable
from finops_router.providers import Provider
from finops_router.providers.simulated import (
    RATE_LIMITED,
    REJECTED,
    SERVER_ERROR,
    SILENT,
    SLOW_START,
    UNAVAILABLE,
    Fault,
    SimulatedModel,
    SimulatedProvider,
    Work,
)

from tests.finops_router.router_fixture import request

TARGET = Target(provider="openai", model="m")
MODEL = SimulatedModel(ttft_ms=400, ms_per_output_token=10, load=0.0)
NOON_S = 43_200.0


def provider(*faults: Fault, model: SimulatedModel = MODEL, seed: int = 7) -> SimulatedProvider:
    return SimulatedProvider(
        {"m": model}, random.Random(seed), faults, lambda _: Work(input_tokens=2_000, output_tokens=50)
    )


def calls(provider: Provider, count: int, start_s: float = 0.0, pause_s: float = 0.0) -> list[tuple[Reply, float]]:
    """Make streamed calls one after the other; each with the milliseconds it took."""

    async def send() -> list[tuple[Reply, float]]:
        loop, made = asyncio.get_running_loop(), []
        for _ in range(count):
            began_s = loop.time()
            made.append((await provider.complete(TARGET, replace(request(), stream=True)), 0.0))
            made[-1] = (made[-1][0], (loop.time() - began_s) * 1000)
            await asyncio.sleep(pause_s)
        return made

    return run_virtual(send(), start_s)


def test_times_are_log_normal_around_their_medians() -> None:
    made = calls(provider(), 2_000)
    ttfts = [reply.ttft_ms or 0.0 for reply, _ in made]
    per_token = [(took_ms - (reply.ttft_ms or 0.0)) / 50 for reply, took_ms in made]

    assert statistics.median(ttfts) == pytest.approx(400, rel=0.05)
    assert statistics.median(per_token) == pytest.approx(10, rel=0.05)
    assert statistics.mean(ttfts) > 1.03 * statistics.median(ttfts)  # skewed, as latencies are


def test_afternoons_are_slower_than_nights() -> None:
    loaded = replace(MODEL, load=0.3)
    night = statistics.median(reply.ttft_ms or 0.0 for reply, _ in calls(provider(model=loaded), 500, 9_000.0))
    day = statistics.median(reply.ttft_ms or 0.0 for reply, _ in calls(provider(model=loaded), 500, 52_000.0))
    assert day > 1.6 * night


def test_a_repeated_prompt_is_read_from_the_cache_for_five_minutes() -> None:
    cached = replace(MODEL, cached_share=0.5, bills_cache_writes=True)
    quick = [reply.usage for reply, _ in calls(provider(model=cached), 2)]
    slow = [reply.usage for reply, _ in calls(provider(model=cached), 2, pause_s=301.0)]

    assert [(usage.cache_write_input_tokens, usage.cache_read_input_tokens) for usage in quick] == [(896, 0), (0, 896)]
    assert [usage.cache_read_input_tokens for usage in slow] == [0, 0]
    assert all(usage.input_tokens == 2_000 for usage in quick)


def test_reasoning_is_part_of_the_output() -> None:
    ((reply, took_ms),) = calls(provider(model=replace(MODEL, reasoning_tokens=40)), 1)
    assert reply.usage.output_tokens == 50 + reply.usage.reasoning_output_tokens
    assert reply.usage.reasoning_output_tokens > 0
    assert took_ms > (reply.ttft_ms or 0.0) > 10 * reply.usage.reasoning_output_tokens


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        (RATE_LIMITED, RateLimited, 429),
        (UNAVAILABLE, Unavailable, 503),
        (SERVER_ERROR, ServerFailed, 500),
        (REJECTED, Rejected, 400),
    ],
)
def test_faults_raise_what_providers_say(kind: str, error: type[ProviderError], status: int) -> None:
    with pytest.raises(error) as caught:
        calls(provider(Fault(kind=kind, retry_after_s=20.0)), 1)
    assert caught.value.http_status == status
    assert caught.value.retry_after_s == (20.0 if kind == RATE_LIMITED else None)


def test_silence_lasts_until_the_caller_gives_up() -> None:
    async def wait() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3_600):
                await provider(Fault(kind=SILENT)).complete(TARGET, request())
        return asyncio.get_running_loop().time()

    assert run_virtual(wait()) == pytest.approx(3_600)


def test_a_slow_start_delays_the_first_token_only() -> None:
    usual, slow = calls(provider(), 200), calls(provider(Fault(kind=SLOW_START, slow_factor=6.0)), 200)
    ratio = statistics.median(r.ttft_ms or 0.0 for r, _ in slow) / statistics.median(r.ttft_ms or 0.0 for r, _ in usual)
    assert ratio == pytest.approx(6.0, rel=0.15)


def test_a_fault_keeps_to_its_window_its_models_and_its_share() -> None:
    elsewhere = Fault(kind=UNAVAILABLE, models=frozenset({"other"}))
    over = Fault(kind=UNAVAILABLE, until_s=NOON_S)
    later = Fault(kind=UNAVAILABLE, from_s=2 * NOON_S)
    assert len(calls(provider(elsewhere, over, later), 20, NOON_S)) == 20
    with pytest.raises(Unavailable):
        calls(provider(Fault(kind=UNAVAILABLE, share=0.5)), 20)


def test_chance_is_the_seeds() -> None:
    assert calls(provider(), 20) == calls(provider(), 20)
    assert calls(provider(), 20) != calls(provider(seed=8), 20)


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(Unavailable) as caught:
        run_virtual(provider().complete(replace(TARGET, model="n"), request()))
    assert caught.value.http_status == 404


def test_without_work_answers_keep_to_what_the_request_allows() -> None:
    guessing = SimulatedProvider({"m": MODEL}, random.Random(1))
    reply = run_virtual(guessing.complete(TARGET, request(max_output_tokens=3)))
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.ttft_ms) == (1000, 3, None)
