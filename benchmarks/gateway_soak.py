"""The gateway under a steady load for as long as is asked: the memory of each worker over time, and whether it grows.

`finops-report serve` with telemetry, a key, limits and a hard budget, before a provider on loopback. Most calls are
plain; some are streamed, some left early, some name no model; their end users never end. At the end every answer must
be in the database. `python -m benchmarks gateway_soak` takes an hour; `python -m benchmarks.gateway_soak 1800 50` half
an hour at 50 requests a second.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from typing import NamedTuple

import aiohttp
from finops_router.gateway.keys import Key, KeyStore
from finops_router.gateway.state.opening import open_state

from benchmarks.gateway import ASK, ROUTED, memory_mb, said, started
from benchmarks.wires import SERVER
from tests.finops_report.commands.serving import Gateway, serving

SETTINGS = ROUTED + 'api_key_env = "UPSTREAM_KEY"\n'
STREAMED, LEFT, UNKNOWN = 10, 30, 40  # of each fifty calls, which one is so
MOST_AT_ONCE = 512
TEAMS = 20
SHOWN = 12  # rows of the table


class Effort(NamedTuple):
    """For how long, how many requests a second, by how many workers; how often their memory is looked at."""

    seconds: float = 3600.0
    rate_per_s: float = 50.0
    workers: int = 2
    samples: int = 120


class Sample(NamedTuple):
    """After so many seconds and requests: the resident MB of each worker, and of the process that keeps them; how many
    calls were under way at once since the sample before, at most."""

    at_s: float
    requests: int
    workers_mb: tuple[float, ...]
    keeper_mb: float
    most_at_once: int


class Soaked(NamedTuple):
    """What was seen: `ended` counts calls by how they ended; `recorded` rows are in the database, of `answered` ids."""

    samples: list[Sample]
    ended: Counter[str]
    answered: set[str]
    recorded: set[str]

    def most_mb(self) -> float:
        """Return the most that a worker had."""
        return max(mb for sample in self.samples for mb in sample.workers_mb)

    def growth_mb_per_hour(self) -> tuple[float, ...]:
        """Return how each worker's memory grew over the second half: the slope of least squares."""
        half = self.samples[len(self.samples) // 2 :]
        hours = [sample.at_s / 3600 for sample in half]
        by_worker = zip(*(sample.workers_mb for sample in half), strict=True)
        return tuple(linear_regression(hours, of_one).slope for of_one in by_worker)


class Load:
    """Calls of the gateway at `port`, so many a second whether it keeps up or not; no more than MOST_AT_ONCE."""

    def __init__(self, port: int, key: str) -> None:
        self.ended, self.answered, self.asked = Counter[str](), set[str](), 0
        self.under_way, self._most_at_once = 0, 0
        self._url = f"http://127.0.0.1:{port}/v1/chat/completions"
        self._key = f"Bearer {key}"
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    def most_at_once(self) -> int:
        """Return how many calls were under way at once, at most, since this was asked before."""
        most, self._most_at_once = self._most_at_once, self.under_way
        return most

    async def run(self, effort: Effort) -> None:
        begin_s = time.monotonic()
        total = aiohttp.ClientTimeout(total=120)
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=total) as session,
            asyncio.TaskGroup() as calls,
        ):
            while (due_s := self.asked / effort.rate_per_s) < effort.seconds:
                await asyncio.sleep(max(begin_s + due_s - time.monotonic(), 0))
                await self._room.acquire()
                self.under_way += 1
                self._most_at_once = max(self._most_at_once, self.under_way)
                calls.create_task(self._call(session, self.asked))
                self.asked += 1

    async def _call(self, session: aiohttp.ClientSession, number: int) -> None:
        kind = number % 50
        body = {**ASK, "stream": kind in {STREAMED, LEFT}} | ({"model": "nobody"} if kind == UNKNOWN else {})
        headers = {
            "Authorization": self._key,
            "x-finops-team": f"team {number % TEAMS}",
            "x-finops-end-user": f"user {number}",
        }
        try:
            async with session.post(self._url, json=body, headers=headers) as answer:
                if kind == LEFT:
                    await answer.content.readany()
                    answer.close()
                    self.ended["left"] += 1
                    return
                await answer.read()
                self.ended[f"{answer.status}{' streamed' if kind == STREAMED else ''}"] += 1
                if answer.status == 200:
                    self.answered.add(answer.headers["x-request-id"])
        except (aiohttp.ClientError, TimeoutError) as error:
            self.ended[repr(error)] += 1
        finally:
            self.under_way -= 1
            self._room.release()


async def _watched(gateway: Gateway, load: Load, effort: Effort) -> list[Sample]:
    """Look at the memory of all processes until the load is over."""
    begin_s, samples, workers = time.monotonic(), list[Sample](), gateway.workers()
    running = asyncio.create_task(load.run(effort))
    while not running.done():
        await asyncio.wait((running,), timeout=effort.seconds / effort.samples)
        at_s, of_workers = time.monotonic() - begin_s, tuple(memory_mb(pid) for pid in workers)
        samples.append(Sample(at_s, load.asked, of_workers, memory_mb(gateway.process.pid), load.most_at_once()))
    await running
    return samples


def soaked(place: Path, effort: Effort) -> Soaked:
    """Start a gateway in `place`, load it, stop it, and return what was seen."""
    with started([sys.executable, "-c", SERVER]) as provider:
        state = open_state(None, place / "state")
        key = KeyStore(state, os.urandom).add(Key(id="", name="soak", requests_per_minute=10**9), 1).secret
        state.close()
        settings = SETTINGS.format(upstream=f"http://127.0.0.1:{said(provider)}/v1")
        with serving(place, settings, effort.workers) as gateway:
            load = Load(gateway.port, key)
            samples = asyncio.run(_watched(gateway, load, effort))
            _, recorded = gateway.stopped()
    return Soaked(samples, load.ended, load.answered, set(recorded))


def printed(found: Soaked) -> None:
    """Print memory over time, and what became of the calls."""
    print(
        "| after, minutes | requests | at once since, at most | MB of each worker | MB of the process that keeps them |"
    )
    print("| --- | --- | --- | --- | --- |")
    step = max(len(found.samples) // SHOWN, 1)
    for begin in range(0, len(found.samples), step):
        since = found.samples[begin : begin + step]
        sample, at_once = since[-1], max(one.most_at_once for one in since)
        mb = ", ".join(f"{one:.1f}" for one in sample.workers_mb)
        print(f"| {sample.at_s / 60:.1f} | {sample.requests} | {at_once} | {mb} | {sample.keeper_mb:.1f} |")
    growth = ", ".join(f"{one:+.2f}" for one in found.growth_mb_per_hour())
    print(f"\nMost: {found.most_mb():.1f} MB a worker. Over the second half, MB an hour: {growth}")
    print(f"Ended: {dict(found.ended.most_common())}")
    print(f"Answered and not recorded: {len(found.answered - found.recorded)} of {len(found.answered)}")


def run(effort: Effort = Effort()) -> Soaked:  # noqa: B008 -- a frozen value
    """Load it and print what was seen."""
    with tempfile.TemporaryDirectory() as place:
        found = soaked(Path(place), effort)
    printed(found)
    return found


def main(given: Sequence[str]) -> None:
    """Run for the seconds and at the rate that are given, or as by default."""
    run(Effort(*(float(one) for one in given[:2])))


if __name__ == "__main__":
    main(sys.argv[1:])
