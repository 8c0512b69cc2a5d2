"""A healthy provider of very many streams at once: an OpenAI-compatible server, a process of its own.

`python many_streams.py '{"streams": 200, "chunks": 60, "every_s": 1.0}'` prints its port and serves until it is
killed. `GET /seen` is how many streams it began, ended and saw cut, and how many there were at once.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

INPUT_TOKENS = 20
BACKLOG = 8192
COMMENT = b": processing\n\n"


@dataclass
class Seen:
    began: int = 0
    ended: int = 0
    cut: int = 0
    at_once: int = 0
    most_at_once: int = 0
    longest_pause_s: float = 0.0  # between two pieces of a stream: this process may be late as well


def text_of(chunks: int) -> str:
    """Return the text of an answer in so many chunks."""
    return "".join(f"word{number} " for number in range(chunks))


def event(delta: dict[str, Any], finish: str | None = None, **rest: object) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "many", "choices": [choice], **rest}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


class Server:
    """Sends every stream `chunks` chunks, one each `every_s` seconds, from a moment of its own.

    None ends before all `streams` have begun, so that they are all open at once; till then it has comments.
    """

    def __init__(self, streams: int, chunks: int, every_s: float) -> None:
        self._streams, self._every_s = streams, every_s
        self._chunks = [event({"content": f"word{number} "}) for number in range(chunks)]
        usage = {
            "prompt_tokens": INPUT_TOKENS, "completion_tokens": chunks, "total_tokens": INPUT_TOKENS + chunks,
        }  # fmt: skip
        self._end = event({}, "stop") + event({}, choices=[], usage=usage) + b"data: [DONE]\n\n"
        self._seen = Seen()

    async def chat(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        seen = self._seen
        seen.began += 1
        seen.at_once += 1
        seen.most_at_once = max(seen.most_at_once, seen.at_once)
        try:
            await response.prepare(request)
            await asyncio.sleep(random.random() * self._every_s)
            await self._stream(response)
        except ConnectionError:
            seen.cut += 1
            raise
        finally:
            seen.at_once -= 1
        seen.ended += 1
        return response

    async def _stream(self, response: web.StreamResponse) -> None:
        loop = asyncio.get_running_loop()
        due_s = sent_s = loop.time()
        number = 0
        while number < len(self._chunks) or self._seen.began < self._streams:
            await response.write(self._chunks[number] if number < len(self._chunks) else COMMENT)
            self._seen.longest_pause_s = max(self._seen.longest_pause_s, loop.time() - sent_s)
            sent_s, due_s, number = loop.time(), due_s + self._every_s, number + 1
            await asyncio.sleep(max(due_s - loop.time(), 0))
        await response.write(self._end)
        await response.write_eof()

    async def seen(self, _request: web.Request) -> web.Response:
        return web.json_response(asdict(self._seen))


async def main() -> None:
    open_files_at_most()
    server = Server(**json.loads(sys.argv[1]))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_get("/seen", server.seen)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=BACKLOG)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def open_files_at_most() -> int:
    """Let this process open as many files as it may; return how many that is."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


if __name__ == "__main__":
    asyncio.run(main())
