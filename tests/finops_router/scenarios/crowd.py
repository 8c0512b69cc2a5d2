"""Hold very many live streams of one router open at once, and count what went wrong with them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finops_router.calls import Delta, Message, Reply, Request, Restart
from finops_router.errors import RouterError
from finops_router.router import Router
from finops_router.telemetry import TelemetryCollector

from tests.finops_router.scenarios.conduct import finops_toml
from tests.finops_router.scenarios.many_streams import INPUT_TOKENS, open_files_at_most, text_of

LAG_EVERY_S = 0.05


@dataclass
class Crowd:
    """How all streams ended.

    `failed_attempts` counts the attempts at a provider that was healthy all the time, by the words of their errors;
    `wrong` the streams that ended without the whole answer. `most_lag_s` is the longest that the event loop was late.
    """

    provider: dict[str, int]
    replies: int = 0
    chunks: int = 0
    failed_attempts: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    most_lag_s: float = 0.0


def provider(streams: int, chunks: int, every_s: float) -> tuple[subprocess.Popen[str], str]:
    """Start the provider of many streams; return its process and its address."""
    script = str(Path(__file__).with_name("many_streams.py"))
    times = json.dumps({"streams": streams, "chunks": chunks, "every_s": every_s})
    command = [sys.executable, script, times]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, f"http://127.0.0.1:{int(process.stdout.readline())}"


def crowded(place: Path, streams: int, chunks: int, every_s: float, starts_per_s: float) -> Crowd:
    """Open `streams` live streams, so many a second, each of `chunks` chunks, and follow all to their ends.

    All settings are the router's defaults; a stream that it takes for stalled would go to another target. The provider
    needs WALL_KEY in the environment.
    """
    open_files_at_most()
    process, url = provider(streams, chunks, every_s)
    try:
        toml = place / "finops.toml"
        toml.write_text(finops_toml(url, ("many", "other"), settings="", limits=""))
        with TelemetryCollector(place / "telemetry.duckdb") as telemetry:
            found = asyncio.run(_followed(Router.from_toml(toml, telemetry), streams, text_of(chunks), starts_per_s))
        with urllib.request.urlopen(f"{url}/seen") as answer:
            found.provider = json.load(answer)
    finally:
        process.kill()
        process.communicate()
    return found


async def _followed(router: Router, streams: int, text: str, starts_per_s: float) -> Crowd:
    found, loop = Crowd(provider={}), asyncio.get_running_loop()
    lag = asyncio.create_task(_watch_lag(found))
    begin_s, tasks = loop.time(), []
    for number in range(streams):
        tasks.append(asyncio.create_task(_follow(router, number, text, found)))
        if (early_s := begin_s + (number + 1) / starts_per_s - loop.time()) > 0:
            await asyncio.sleep(early_s)  # all that are due start in one turn of a busy loop
    await asyncio.gather(*tasks)
    lag.cancel()
    await router.close()
    return found


async def _watch_lag(found: Crowd) -> None:
    loop = asyncio.get_running_loop()
    while True:
        before_s = loop.time()
        await asyncio.sleep(LAG_EVERY_S)
        found.most_lag_s = max(found.most_lag_s, loop.time() - before_s - LAG_EVERY_S)


async def _follow(router: Router, number: int, text: str, found: Crowd) -> None:
    request = Request(
        request_id=f"q-{number}", group="chat", messages=(Message(role="user", text="Say it."),),
        estimated_input_tokens=INPUT_TOKENS,
    )  # fmt: skip
    came, attempts = list[str](), list[Any]()
    try:
        async for piece in router.stream(request, live=True):
            if isinstance(piece, Delta):
                came.append(piece.text)
            elif isinstance(piece, Restart):
                came.clear()
            elif isinstance(piece, Reply):
                found.replies += 1
                attempts.extend(piece.attempts)
    except RouterError as err:
        found.wrong[f"{type(err).__name__}: {err}"] += 1
        attempts.extend(getattr(err, "attempts", ()))
    found.chunks += len(came)
    if attempts and "".join(came) != text:
        found.wrong["not the whole answer"] += 1
    found.failed_attempts.update(f"{one.error_type}: {one.message}" for one in attempts if one.outcome != "ok")
