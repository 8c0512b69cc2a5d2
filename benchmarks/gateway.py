"""What the gateway takes of a processor and of time, beside a bare pass-through by aiohttp in the same run.

Both stand before the same provider, a process on loopback, each is one process, and they are asked in turn, several
times: what counts is the best of each. The gateway has telemetry into a journal, a key and a hard budget.
`python -m benchmarks gateway`; `wrk` makes the load if it is there (apt install wrk), else a loader of our own.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.wires import CHUNKS, SERVER

BARE = """
import asyncio, sys, aiohttp, uvloop
from aiohttp import web
async def main():
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    async def passed_on(request):
        body = await request.read()
        async with session.post(sys.argv[1] + "/chat/completions", data=body,
                                headers={"Content-Type": "application/json"}) as answer:
            if b'"stream":true' not in body:
                return web.Response(body=await answer.read(), content_type="application/json")
            out = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await out.prepare(request)
            async for piece in answer.content.iter_any():
                await out.write(piece)
            await out.write_eof()
            return out
    runner = web.ServerRunner(web.Server(passed_on))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
uvloop.run(main())
"""
ROUTED = """
[[budgets]]
name = "all"
amount = 1000000
period = "month"
enforce = "hard"
[[router.groups.chat.targets]]
provider = "openai"
model = "gpt-4o-mini"
[router.providers.openai]
base_url = "{upstream}"
"""
SETTINGS = '[gateway]\nport = {port}\nfolder = "{folder}"' + ROUTED
ASK = {"model": "chat", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello, how are you today?"}]}
TICKS = os.sysconf("SC_CLK_TCK")


class Effort(NamedTuple):
    """How often both are asked in turn, for how long each time, by how many at once; and how many streams."""

    rounds: int = 6
    seconds: float = 3.0
    crowds: tuple[int, ...] = (1, 32)
    streams: int = 10


class Contender(NamedTuple):
    """A process that answers at `port`; `key` is what it wants to be shown."""

    name: str
    process: subprocess.Popen[str]
    port: int
    key: str = ""

    def cpu_s(self) -> float:
        """Return the processor's seconds that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self) -> float:
        return memory_mb(self.process.pid)


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


class Load(NamedTuple):
    """What one round came to."""

    per_s: float
    p50_ms: float
    cpu_us: float


@contextmanager
def started(
    command: list[str], env: dict[str, str] | None = None, log: IO[str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a command whose first line says that it is ready; with a `log` all of its words go there."""
    process = subprocess.Popen(
        command, stdout=log or subprocess.PIPE, stderr=log, text=True, env={**os.environ, **(env or {})}
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def provider() -> Iterator[Contender]:
    """Start the provider, which answers at once."""
    with started([sys.executable, "-c", SERVER]) as process:
        yield Contender("the provider alone", process, int(said(process)))


@contextmanager
def contenders(place: Path, upstream_port: int) -> Iterator[tuple[Contender, Contender]]:
    """Start both before the provider at `upstream_port`: the bare one and the gateway."""
    from finops_router.gateway.keys import Key, KeyStore
    from finops_router.gateway.state.opening import open_state

    with ExitStack() as stack:
        upstream = f"http://127.0.0.1:{upstream_port}/v1"
        bare = stack.enter_context(started([sys.executable, "-c", BARE, upstream]))
        bare_port = int(said(bare))
        state = open_state(None, place / "state")
        key = KeyStore(state, os.urandom).add(Key(id="", name="bench", requests_per_minute=10**9), 1).secret
        state.close()
        port, toml = free_port(), place / "finops.toml"
        toml.write_text(SETTINGS.format(port=port, folder=place / "state", upstream=upstream))
        command = [sys.executable, "-m", "finops_router.gateway.worker", str(toml), str(place / "t.duckdb")]
        paths = os.pathsep.join(sys.path)
        ours = stack.enter_context(started(command, {"OPENAI_API_KEY": "none", "PYTHONPATH": paths}))
        assert said(ours) == "ready"
        yield Contender("bare pass-through", bare, bare_port), Contender("ours", ours, port, key)


def free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def load(contender: Contender, crowd: int, seconds: float, place: Path) -> Load:
    """Ask for `seconds`, `crowd` at once."""
    cpu_s = contender.cpu_s()
    made = by_wrk if shutil.which("wrk") else by_ourselves
    calls, per_s, p50_ms = made(contender, crowd, seconds, place)
    return Load(per_s, p50_ms, (contender.cpu_s() - cpu_s) * 1e6 / calls)


def by_wrk(contender: Contender, crowd: int, seconds: float, place: Path) -> tuple[int, float, float]:
    script = place / "post.lua"
    script.write_text(
        'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
        f'wrk.headers["Authorization"] = "Bearer {contender.key}"\nwrk.body = {json.dumps(json.dumps(ASK))}\n'
    )
    url = f"http://127.0.0.1:{contender.port}/v1/chat/completions"
    command = ["wrk", "-t1", f"-c{crowd}", f"-d{max(round(seconds), 1)}s", "--latency", "-s", str(script), url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in text, text
    calls, per_s = re.search(r"(\d+) requests in", text), re.search(r"Requests/sec:\s+([\d.]+)", text)
    p50 = re.search(r"50%\s+([\d.]+)(us|ms|s)", text)
    assert calls
    assert per_s
    assert p50
    return int(calls[1]), float(per_s[1]), float(p50[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[p50[2]]


def by_ourselves(contender: Contender, crowd: int, seconds: float, place: Path) -> tuple[int, float, float]:
    return asyncio.run(_asked(contender, crowd, seconds))


async def _asked(contender: Contender, crowd: int, seconds: float) -> tuple[int, float, float]:
    took_ms: list[float] = []
    begin = time.perf_counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", contender.port)
        while time.perf_counter() - begin < seconds:
            at = time.perf_counter()
            writer.write(post(contender, ASK))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = re.search(rb"(?i)content-length: (\d+)", head)
            assert length
            await reader.readexactly(int(length[1]))
            took_ms.append((time.perf_counter() - at) * 1e3)
        writer.close()

    await asyncio.gather(*(one() for _ in range(crowd)))
    return len(took_ms), len(took_ms) / (time.perf_counter() - begin), sorted(took_ms)[len(took_ms) // 2]


def post(contender: Contender, body: dict[str, object]) -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {contender.key}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


async def _streamed(contender: Contender, streams: int) -> None:
    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", contender.port)
        writer.write(post(contender, {**ASK, "stream": True}))
        await _until_end(reader)
        writer.close()

    await asyncio.gather(*(one() for _ in range(streams)))


async def _until_end(reader: asyncio.StreamReader) -> None:
    tail = b""
    while not tail.endswith(b"0\r\n\r\n"):
        piece = await reader.read(65536)
        assert piece, "a stream broke off"
        tail = (tail + piece)[-5:]


def chunk_us(contender: Contender, streams: int) -> float:
    """Return microseconds of its processor for each chunk, `streams` at once."""
    cpu_s = contender.cpu_s()
    asyncio.run(_streamed(contender, streams))
    return (contender.cpu_s() - cpu_s) * 1e6 / (streams * CHUNKS)


def run(effort: Effort = Effort()) -> None:  # noqa: B008 -- a frozen value
    """Print what each takes, and the ratios."""
    with tempfile.TemporaryDirectory() as folder, provider() as asked, contenders(Path(folder), asked.port) as both:
        print(f"load by {'wrk' if shutil.which('wrk') else 'our own loader'}, best of {effort.rounds} rounds\n")
        print("| at once, who | requests a second | p50, ms | processor, us a request | of the bare one |")
        print("| --- | --- | --- | --- | --- |")
        for crowd in effort.crowds:
            rounds = [[load(one, crowd, effort.seconds, Path(folder)) for one in both] for _ in range(effort.rounds)]
            best = [max(one, key=lambda found: found.per_s) for one in zip(*rounds, strict=True)]
            cpu_us = [min(found.cpu_us for found in one) for one in zip(*rounds, strict=True)]
            for one, found, us in zip(both, best, cpu_us, strict=True):
                ratio = f"{found.per_s / best[0].per_s:.2f} by time, {cpu_us[0] / us:.2f} by processor"
                print(f"| {crowd}, {one.name} | {found.per_s:.0f} | {found.p50_ms:.2f} | {us:.0f} | {ratio} |")
        print("\n| streams | processor, us a chunk | memory, MB |\n| --- | --- | --- |")
        for one in both:
            us = min(chunk_us(one, effort.streams) for _ in range(effort.rounds))
            print(f"| {effort.streams} at once, {one.name} | {us:.0f} | {one.memory_mb():.0f} |")
