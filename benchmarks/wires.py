"""What a call and a streamed chunk take on our wire, beside the official SDK's, and HTTP clients beside each other.

The server is another process on loopback. `python -m benchmarks wires`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_router.calls import Message, Request, Target
from finops_router.providers.known import connect
from finops_router.providers.settings import ProviderSettings
from finops_router.router import Router
from finops_router.settings.router import Group, RouterConfig
from finops_router.telemetry import TelemetryCollector

CHUNKS, CROWD = 500, 32
TARGET = Target(provider="openai", model="gpt-4o-mini")
MESSAGES = [{"role": "user", "content": "Hi"}]
SERVER = """
import asyncio, json
CHUNKS = 500
head = {"id": "c", "created": 1, "model": "gpt-4o-mini"}
plain = json.dumps(head | {"object": "chat.completion", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10}}).encode()
TOP = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n"
PLAIN = TOP % len(plain) + plain
def part(data):
    data = b"data: " + data + b"\\n\\n"
    return b"%x\\r\\n%b\\r\\n" % (len(data), data)
def chunk(stop=None, **delta):
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": stop}
    return part(json.dumps(head | {"object": "chat.completion.chunk", "choices": [choice]}).encode())
usage = json.dumps(head | {"choices": [], "usage": {"prompt_tokens": 8, "completion_tokens": 500}}).encode()
class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""
    def data_received(self, data):
        self.buffer += data
        while b"\\r\\n\\r\\n" in self.buffer:
            top, rest = self.buffer.split(b"\\r\\n\\r\\n", 1)
            lines = top.lower().split(b"\\r\\n")
            length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
            if len(rest) < length:
                return
            body, self.buffer = rest[:length], rest[length:]
            if b'"stream":true' in body.replace(b" ", b""):
                asyncio.ensure_future(self.stream())
            else:
                self.transport.write(PLAIN)
    async def stream(self):
        self.transport.write(
            b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
        for _ in range(CHUNKS):
            if self.transport.is_closing():
                return
            self.transport.write(chunk(content=" word"))
            await asyncio.sleep(0.001)  # each in a packet of its own, as from a model
        self.transport.write(chunk("stop") + part(usage) + part(b"[DONE]") + b"0\\r\\n\\r\\n")
async def main():
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each thing is done: calls in turn, streams read, calls of which 32 are under way at once."""

    pairs: int = 400
    streams: int = 3
    calls: int = 1500


Plain = Callable[[], Awaitable[object]]
Streamed = Callable[[], AsyncGenerator[object, None]]
WHOLE = Effort()


def request(stream: bool = False) -> Request:
    return Request(
        request_id="q", group="chat", estimated_input_tokens=8, messages=(Message(role="user", text="Hi"),),
        max_output_tokens=50, stream=stream,
    )  # fmt: skip


async def cpu_us_a_chunk(streamed: Streamed, streams: int) -> float:
    """Microseconds of processor of this process for each chunk."""
    async with aclosing(streamed()) as warm:
        assert len([piece async for piece in warm]) >= CHUNKS
    begin = time.process_time()
    for _ in range(streams):
        async with aclosing(streamed()) as pieces:
            async for _piece in pieces:
                pass
    return (time.process_time() - begin) * 1e6 / (streams * CHUNKS)


async def medians_us(ways: dict[str, Plain], pairs: int) -> dict[str, tuple[float, float]]:
    """Median microseconds of a call in each of the ways, called in turn, and those of processor."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(pairs):
        for name, plain in ways.items():
            begin, cpu = time.perf_counter(), time.process_time()
            await plain()
            took[name].append(time.perf_counter() - begin)
            worked[name].append(time.process_time() - cpu)
    cold = min(50, pairs // 2)
    return {
        name: (statistics.median(times[cold:]) * 1e6, statistics.mean(worked[name][cold:]) * 1e6)
        for name, times in took.items()
    }


async def beside_the_sdk(port: int, db: Path, effort: Effort) -> None:
    from openai import AsyncOpenAI

    root = f"http://127.0.0.1:{port}/v1"
    client = AsyncOpenAI(api_key="none", base_url=root, max_retries=0, timeout=None)
    provider = connect("vllm", ProviderSettings(provider="vllm", wire="openai", base_url=root))
    only = RouterConfig(groups={"chat": Group(name="chat", strategy="cost-first", targets=(TARGET,))})

    async def sdk_stream() -> AsyncGenerator[object, None]:
        options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        async for chunk in await client.chat.completions.create(
            model="gpt-4o-mini", messages=MESSAGES, stream=True, **options
        ):
            yield chunk

    with TelemetryCollector(db) as telemetry:
        router = Router(only, {"openai": provider}, telemetry)
        found = await medians_us({
            "bare SDK": lambda: client.chat.completions.create(
                model="gpt-4o-mini", messages=MESSAGES, max_completion_tokens=50
            ),
            "our wire": lambda: provider.complete(TARGET, request()),
            "the router over it": lambda: router.complete(request()),
        }, effort.pairs)  # fmt: skip
        bare_us, bare_cpu_us = found["bare SDK"]
        print(f"{'a plain call':<22}{'p50 us':>10}{'over SDK':>10}{'cpu us':>10}{'over SDK':>10}")
        for name, (took, cpu) in found.items():
            print(f"{name:<22}{took:>10.0f}{took / bare_us:>10.2f}{cpu:>10.0f}{cpu / bare_cpu_us:>10.2f}")
        streams: dict[str, Streamed] = {
            "bare SDK": sdk_stream,
            "our wire": lambda: provider.stream(TARGET, request(stream=True)),
            "the router over it": lambda: router.stream(request(stream=True), live=True),
        }
        print(f"\n{'a streamed chunk':<22}{'cpu us':>10}{'over SDK':>10}")
        bare = 0.0
        for name, streamed in streams.items():
            cpu = await cpu_us_a_chunk(streamed, effort.streams)
            bare = bare or cpu
            print(f"{name:<22}{cpu:>10.1f}{cpu / bare:>10.2f}")
        await router.close()
        await client.close()


async def clients(port: int, effort: Effort) -> None:
    """Each HTTP client alone: a call, many at once, and the processor time of a chunk."""
    url, headers = f"http://127.0.0.1:{port}/v1", {"Content-Type": "application/json"}
    asked = json.dumps({"model": "m", "messages": MESSAGES}).encode()
    streamed = json.dumps({"model": "m", "messages": MESSAGES, "stream": True}).encode()
    print(f"\n{'HTTP client':<22}{'p50 us':>10}{'32 at once /s':>15}{'cpu us a chunk':>16}")
    for name in ("aiohttp", "httpx2", "httpx", "niquests"):
        try:
            plain, chunks, close = _client(name, url, headers, asked, streamed)
        except ImportError:
            print(f"{name:<22} not installed")
            continue
        took = (await medians_us({name: plain}, effort.pairs))[name][0]
        gate, begin = asyncio.Semaphore(CROWD), time.perf_counter()

        async def one(gate: asyncio.Semaphore = gate, plain: Plain = plain) -> None:
            async with gate:
                await plain()

        await asyncio.gather(*(one() for _ in range(effort.calls)))
        rate = effort.calls / (time.perf_counter() - begin)
        begin_cpu = time.process_time()
        for _ in range(effort.streams):
            await chunks()
        cpu = (time.process_time() - begin_cpu) * 1e6 / (effort.streams * CHUNKS)
        print(f"{name:<22}{took:>10.0f}{rate:>15.0f}{cpu:>16.1f}")
        await close()


def _client(name: str, url: str, headers: dict[str, str], asked: bytes, streamed: bytes) -> tuple[Any, Any, Any]:
    if name == "aiohttp":
        import aiohttp

        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

        async def plain() -> bytes:
            async with session.post(url, data=asked, headers=headers) as response:
                return await response.read()

        async def chunks() -> None:
            async with session.post(url, data=streamed, headers=headers) as response:
                async for _ in response.content.iter_any():
                    pass

        return plain, chunks, session.close
    if name == "niquests":
        import niquests

        many = niquests.AsyncSession(pool_connections=1000, pool_maxsize=1000)

        async def plain_many() -> Any:
            return (await many.post(url, data=asked, headers=headers)).content

        async def chunks_many() -> None:
            response = await many.post(url, data=streamed, headers=headers, stream=True)
            async for _ in await response.iter_content(-1):
                pass

        return plain_many, chunks_many, many.close
    httpx = __import__(name)
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)
    client = httpx.AsyncClient(timeout=None, limits=limits)

    async def plain_httpx() -> Any:
        return (await client.post(url, content=asked, headers=headers)).content

    async def chunks_httpx() -> None:
        async with client.stream("POST", url, content=streamed, headers=headers) as response:
            async for _ in response.aiter_bytes():
                pass

    return plain_httpx, chunks_httpx, client.aclose


def run(effort: Effort = WHOLE) -> None:
    """A plain call and a streamed chunk beside the SDK, then the clients."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    asyncio.run(beside_the_sdk(port, Path(folder) / "t.duckdb", effort))
                except ImportError as missing:
                    print(f"the SDK is not installed ({missing.name}): skipped")
            asyncio.run(clients(port, effort))
        finally:
            server.terminate()
