"""What routing adds to a call, against LiteLLM's Router; what importing it takes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from finops_router.calls import Delta, Message, Reply, Request, Target, Usage
from finops_router.router import Router
from finops_router.settings.router import Group, RouterConfig
from finops_router.telemetry import TelemetryCollector

from benchmarks.environments import LITELLM, python_with

CALLS, CROWD = 2000, 100
Times = tuple[list[float], float]  # microseconds of each call alone, and of one among a crowd
ANSWER = Reply(model="gpt-4o-mini", usage=Usage(input_tokens=8, output_tokens=2), text="Hello", finish_reason="stop")
TARGETS = (
    Target(provider="openai", model="gpt-4o-mini"),
    Target(provider="anthropic", model="claude-haiku-4-5"),
)


class NoOp:
    """Answers at once: what is left of a call's time is the router's."""

    async def complete(self, target: Target, request: Request) -> Reply:
        return ANSWER

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        yield ANSWER


def request(number: int) -> Request:
    return Request(
        request_id=f"q-{number}", group="chat", estimated_input_tokens=8, team="search",
        messages=(Message(role="user", text="Hi"),), max_output_tokens=50,
    )  # fmt: skip


def config(strategy: str) -> RouterConfig:
    return RouterConfig(groups={"chat": Group(name="chat", strategy=strategy, targets=TARGETS)})


async def ours(strategy: str, db: Path, calls: int = CALLS, crowd: int = CROWD) -> Times:
    """Microseconds of each call alone, and of one among a hundred at once; telemetry into a real journal."""
    with TelemetryCollector(db) as telemetry:
        router = Router(config(strategy), {"openai": NoOp(), "anthropic": NoOp()}, telemetry)
        for number in range(min(calls, 50)):
            await router.complete(request(number))
        alone = []
        for number in range(calls):
            asked = request(number)
            begin = time.perf_counter()
            await router.complete(asked)
            alone.append((time.perf_counter() - begin) * 1e6)
        begin = time.perf_counter()
        for _ in range(calls // crowd):
            await asyncio.gather(*(router.complete(request(number)) for number in range(crowd)))
        return alone, (time.perf_counter() - begin) * 1e6 / (calls // crowd * crowd)


def litellm() -> Times | None:
    """The same of LiteLLM, in an environment of its own: its pins fit nobody else's."""
    python = python_with("litellm", LITELLM)
    if python is None:
        return None
    command = [str(python), str(Path(__file__).with_name("litellm_peer.py")), str(CALLS), str(CROWD)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr[-400:])
        return None
    told = json.loads(done.stdout.splitlines()[-1])
    return told["alone_us"], told["crowd_us"]


def importing() -> tuple[float, float]:
    """Least seconds of five of importing all names of finops_router, and of the libraries that this needs."""

    def least(code: str) -> float:
        timed = f"import time; begin = time.perf_counter(); {code}; print(time.perf_counter() - begin)"
        runs = [
            subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout
            for _ in range(5)
        ]
        return min(float(run) for run in runs)

    return least("import asyncio, msgspec, tomllib, dataclasses, decimal, logging, random"), least(
        "from finops_router import *"  # all its names: alone it imports none
    )


def quantiles(times: list[float]) -> Callable[[float], float]:
    ordered = sorted(times)
    return lambda share: ordered[int(share * (len(ordered) - 1))]


def run(calls: int = CALLS, crowd: int = CROWD, peer: Callable[[], Times | None] = litellm) -> None:
    """Overhead alone and in a crowd beside LiteLLM; import beside its floor."""
    theirs = peer()
    if theirs is None:
        print(f"{LITELLM[0]} cannot be installed or cannot run: skipped")
    print(f"{'':<28}{'p50 us':>10}{'p99 us':>10}{f'{crowd} at once us':>16}{'crowd/alone':>13}")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for strategy in ("cost-first", "performance-first"):
            rows.append(
                (f"ours, {strategy}", *asyncio.run(ours(strategy, Path(folder) / f"{strategy}.duckdb", calls, crowd)))
            )
    if theirs is not None:
        rows.append(("LiteLLM Router, mock", *theirs))
    for name, alone, at_once in rows:
        at = quantiles(alone)
        print(f"{name:<28}{at(0.5):>10.1f}{at(0.99):>10.1f}{at_once:>16.1f}{at_once / at(0.5):>13.2f}")
    if theirs is not None:
        print(f"LiteLLM over ours (p50): {quantiles(theirs[0])(0.5) / quantiles(rows[0][1])(0.5):.0f}x")
    floor_s, import_s = importing()
    print(f"import finops_router {import_s:.3f} s, of which its libraries {floor_s:.3f} s: {import_s / floor_s:.2f}x")
