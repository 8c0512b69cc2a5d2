"""A provider that misbehaves as its models' names say: an OpenAI-compatible server, a process of its own.

`python misbehaving.py '{"outage_s": 60}'` prints its port and serves until it is killed. It is written on bare sockets,
because no framework resets a connection before its headers or falls silent in the middle of a chunk. `GET /ledger` is
what it saw and what it charges for; `POST /reset` forgets that and starts its outage anew.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

WORDS = tuple(f"word{number}" for number in range(60))
ANSWER = " ".join(WORDS)
COMMENT = ": processing\n\n"
INPUT_TOKENS, OUTPUT_TOKENS = 20, 60
TOKENS_PER_TEXT = 7
ERRORS = {  # status, code, message
    "429": (429, "rate_limit_exceeded", "Rate limit reached. Please retry later."),
    "500": (500, None, "The server had an error while processing your request."),
    "503": (503, "overloaded", "The engine is currently overloaded. Please try again later."),
    "too-long": (400, "context_length_exceeded", "This model's maximum context length is 8192 tokens, not 9631."),
    "filtered": (400, "content_policy_violation", "Your request was rejected by our safety system."),
    "no-prefill": (400, "invalid_prefill", "This model does not support assistant message prefill."),
}


@dataclass
class Times:
    """How long each misbehaviour takes, in seconds."""

    retry_after_s: float = 0.4
    long_retry_after_s: float = 1.0
    slow_start_s: float = 3.0
    stall_s: float = 3.0
    silence_s: float = 5.0
    outage_s: float = 2.0
    token_s: float = 0.001


@dataclass
class Asked:
    """One request as the server saw it; `output_tokens` is what it charges for, 0 for one it refused.

    `embedded_tokens` are those of texts that it made vectors of, which it charges for, too. `is_broken_off`: the caller
    can only estimate what it has used.
    """

    model: str
    at_s: float
    stream: bool
    status: int = 0
    output_tokens: int = 0
    embedded_tokens: int = 0
    is_broken_off: bool = False


@dataclass
class Provider:
    times: Times
    ledger: list[Asked] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    started_s: float = field(default_factory=time.monotonic)

    def reset(self) -> None:
        self.ledger.clear()
        self.counts.clear()
        self.started_s = time.monotonic()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) != b"":
                path = head.split(b" ", 2)[1]
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
                if path == b"/ledger":
                    await send_json(writer, 200, [vars(asked) for asked in self.ledger])
                elif path == b"/reset":
                    self.reset()
                    await send_json(writer, 200, {})
                elif b'"model":"echo' in body.replace(b": ", b":"):
                    await self.echo(json.loads(body)["model"], head, writer)
                else:
                    await self.chat(json.loads(body), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def echo(self, model: str, head: bytes, writer: asyncio.StreamWriter) -> None:
        """Refuse the key that came, in words that repeat it; the model's name has the status."""
        self.ledger.append(Asked(model, time.monotonic() - self.started_s, False, int(model.split("-")[1])))
        (line,) = [line for line in head.split(b"\r\n") if line.lower().startswith(b"authorization:")]
        key = line.split(b" ")[-1].decode()
        message = f"We do not know {key}, nor {key[: len(key) // 2 + 6]}.. (sent as {line.decode()})"
        await send_json(writer, self.ledger[-1].status, {"error": {"message": message, "type": key, "code": key}})

    async def chat(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        """Answer one chat completion, or with vectors, or misbehave; raises ConnectionError to close the connection."""
        model = body["model"]
        self.counts[model] += 1
        asked = Asked(model, time.monotonic() - self.started_s, bool(body.get("stream")))
        self.ledger.append(asked)
        last_role = body["messages"][-1]["role"] if "messages" in body else ""
        error, headers = self.refusal(model, self.counts[model], last_role)
        if error:
            asked.status, code, message = ERRORS[error]
            described = {"message": message, "type": "error", "code": code}
            await send_json(writer, asked.status, {"error": described}, headers)
        elif model == "reset-once" and self.counts[model] == 1:
            reset(writer)
        elif model == "silent":
            asked.is_broken_off = True
            await asyncio.sleep(self.times.silence_s)
            raise ConnectionError
        elif "input" in body:
            asked.status = 200
            await self.vectors(asked, body["input"], writer)
        elif asked.stream:
            asked.status = 200
            await self.stream(asked, writer)
        else:
            asked.status = 200
            await self.plain(asked, writer)

    def refusal(self, model: str, count: int, last_role: str) -> tuple[str, dict[str, str]]:
        """Return the key of the error that this model gives now, '' for none, and headers to send with it."""
        times, waits = self.times, {}
        refused = ""
        if model == "limited-once" and count == 1:
            refused, waits = "429", {"Retry-After": f"{times.retry_after_s:g}"}
        elif model == "limited":
            refused = "429"
        elif model == "limited-long" and count == 1:
            refused, waits = "429", {"Retry-After": f"{times.long_retry_after_s:g}"}
        elif model == "failing-once" and count == 1:
            refused = "500"
        elif model == "down" or (model == "outage" and time.monotonic() - self.started_s < times.outage_s):
            refused = "503"
        elif model == "busy" and count == 1:
            refused, waits = "503", {"Retry-After": f"{times.long_retry_after_s:g}"}
        elif model == "three-in-ten" and count % 10 in {2, 5, 8}:
            refused = "503"
        elif model in {"too-long", "filtered"}:
            refused = model
        elif model == "no-prefill" and last_role == "assistant":
            refused = "no-prefill"
        return refused, waits

    async def vectors(self, asked: Asked, texts: list[str], writer: asyncio.StreamWriter) -> None:
        """Send the vector of each text in base64, the last one first; or one too few, or one that holds no number."""
        await asyncio.sleep(self.times.token_s)
        asked.embedded_tokens = TOKENS_PER_TEXT * len(texts)
        vectors = [vector_of(text) for text in texts]
        if asked.model == "no-number":
            vectors[0] = (math.nan, *vectors[0][1:])
        data = [
            {"object": "embedding", "index": place, "embedding": base64.b64encode(struct.pack("<3f", *one)).decode()}
            for place, one in reversed([*enumerate(vectors)])
        ]
        data = data[1:] if asked.model == "too-few" else data
        counts = {"prompt_tokens": asked.embedded_tokens, "total_tokens": asked.embedded_tokens}
        await send_json(writer, 200, {"object": "list", "model": asked.model, "data": data, "usage": counts})

    async def plain(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.model == "slow-start":
            asked.is_broken_off = True
            await asyncio.sleep(self.times.slow_start_s)
        await asyncio.sleep(self.times.token_s * len(WORDS))
        asked.output_tokens = OUTPUT_TOKENS
        body = completion(asked.model, "message", {"role": "assistant", "content": ANSWER}, "stop")
        if asked.model == "in-band-error":
            body = {"error": {"message": ERRORS["429"][2], "type": "error", "code": "rate_limit_exceeded"}}
            asked.output_tokens = 0
        text = json.dumps({**body, "usage": usage()} if "choices" in body else body).encode()
        text = text[:-30] + b"}" * 30 if asked.model == "malformed" else text
        asked.is_broken_off = asked.model in {"cut", "stall", "malformed"}
        writer.write(head(200, {"Content-Length": str(len(text))}))
        if asked.model in {"cut", "stall"}:
            writer.write(text[: len(text) // 2])
            await writer.drain()
            await asyncio.sleep(self.times.stall_s if asked.model == "stall" else 0)
            raise ConnectionError
        writer.write(text)
        await writer.drain()

    async def stream(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.model == "slow-headers":
            asked.is_broken_off = True
            await asyncio.sleep(self.times.slow_start_s)
        writer.write(head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}))
        await writer.drain()
        if asked.model == "slow-start":
            asked.is_broken_off = True
            await asyncio.sleep(self.times.slow_start_s)
        async for event in self.events(asked):
            data = f"data: {event}\n\n".encode() if event != COMMENT else event.encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def without_text(self, asked: Asked) -> AsyncIterator[str]:
        """Yield as many events as an answer has words, and for arguments those that end it."""
        asked.is_broken_off = asked.model == "comments"
        for number in range(len(WORDS)):
            await asyncio.sleep(self.times.token_s)
            yield piece_without_text(asked.model, number)
        if asked.model == "arguments":
            asked.output_tokens = OUTPUT_TOKENS
            yield json.dumps(completion(asked.model, "delta", {}, "tool_calls"))
            yield json.dumps({**completion(asked.model, "delta", {}, None), "choices": [], "usage": usage()})
            yield "[DONE]"

    async def events(self, asked: Asked) -> AsyncIterator[str]:
        model = asked.model
        if model in {"arguments", "comments", "thinking"}:
            async for event in self.without_text(asked):
                yield event
        if model == "arguments":
            return
        for number, word in enumerate(WORDS):
            if model == "in-band-error" and number == 0:
                yield json.dumps({"error": {"message": ERRORS["429"][2], "code": "rate_limit_exceeded"}})
                return
            if (model == "cut" and number == 40) or (model == "stall" and number == 20):
                asked.is_broken_off = True
                await asyncio.sleep(self.times.stall_s if model == "stall" else 0)
                raise ConnectionError
            if model == "malformed" and number == 10:
                asked.is_broken_off = True
                yield '{"choices": [{"delta": {"cont'
            await asyncio.sleep(self.times.token_s)
            asked.output_tokens += 1
            yield json.dumps(completion(model, "delta", {"content": word + " " * (number < 59)}, None))
        yield json.dumps(completion(model, "delta", {}, "stop"))
        yield json.dumps({**completion(model, "delta", {}, None), "choices": [], "usage": usage()})
        if model != "no-done":
            yield "[DONE]"


def vector_of(text: str) -> tuple[float, float, float]:
    return float(len(text)), float(ord(text[0])), float(ord(text[-1]))


def piece_without_text(model: str, number: int) -> str:
    if model == "comments":
        return COMMENT
    call: dict[str, Any] = {"index": 0, "id": "t1", "type": "function", "function": {"name": "look", "arguments": ""}}
    if number:
        call = {"index": 0, "function": {"arguments": {1: '{"a":"', 59: '"}'}.get(number, "x")}}
    delta = {"reasoning_content": "hm "} if model == "thinking" else {"tool_calls": [call]}
    return json.dumps(completion(model, "delta", delta, None))


def completion(model: str, key: str, content: dict[str, Any], finish: str | None) -> dict[str, Any]:
    kind = "chat.completion" + ".chunk" * (key == "delta")
    choice = {"index": 0, key: content, "finish_reason": finish}
    return {"id": "c-1", "object": kind, "created": 1, "model": model, "choices": [choice]}


def usage() -> dict[str, int]:
    total = INPUT_TOKENS + OUTPUT_TOKENS
    return {"prompt_tokens": INPUT_TOKENS, "completion_tokens": OUTPUT_TOKENS, "total_tokens": total}


def head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def send_json(
    writer: asyncio.StreamWriter, status: int, body: object, headers: dict[str, str] | None = None
) -> None:
    text = json.dumps(body).encode()
    kind = {"Content-Type": "application/json", "Content-Length": str(len(text))}
    writer.write(head(status, {**kind, **(headers or {})}) + text)
    await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Abort the connection by RST; raises ConnectionError."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionError


async def main() -> None:
    provider = Provider(Times(**json.loads(sys.argv[1])))
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
