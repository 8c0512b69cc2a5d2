"""A gateway that is told to stop says so at once, sends new calls elsewhere, and finishes what is under way."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.finops_report.commands.serving import Gateway, serving
from tests.finops_router.gateway.running import group, provider

HELLO = json.dumps({"model": "chat", "messages": [{"role": "user", "content": "Hello"}]})
Slow = tuple[str, threading.Event, threading.Event]


@pytest.fixture
def slow() -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """A provider that answers one call when it is told to: its address, whether it was asked, what it waits for."""
    was_asked, may_answer = threading.Event(), threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    body = json.dumps({
        "id": "c-1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "At last"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }).encode()  # fmt: skip

    def serve() -> None:
        near, _ = listening.accept()
        with near:
            near.recv(65536)
            was_asked.set()
            may_answer.wait(30)
            near.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
            near.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1", was_asked, may_answer
    may_answer.set()
    listening.close()


def answer(gateway: Gateway, method: str, path: str, body: str | None = None) -> tuple[int, Any, Any]:
    client = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    client.request(method, path, body)
    found = client.getresponse()
    content = json.load(found)
    client.close()
    return found.status, content, found.headers


def test_it_says_that_it_drains_and_finishes_what_is_under_way(tmp_path: Path, slow: Slow) -> None:
    url, was_asked, may_answer = slow
    settings = group(("slow", "m")) + provider("slow", "openai", url)
    with serving(tmp_path, settings) as gateway, ThreadPoolExecutor(1) as clients:
        assert answer(gateway, "GET", "/readyz")[:2] == (200, {"status": "ready"})
        under_way = clients.submit(gateway.ask)
        assert was_asked.wait(30)
        gateway.process.send_signal(signal.SIGTERM)
        gateway.until(lambda: answer(gateway, "GET", "/readyz")[:2] == (503, {"status": "draining"}))
        assert answer(gateway, "GET", "/healthz")[:2] == (200, {"status": "ok"})
        status, refused, headers = answer(gateway, "POST", "/v1/chat/completions", HELLO)
        assert (status, refused["error"]["code"]) == (503, "draining")
        assert (headers["x-should-retry"], headers["retry-after"], headers["connection"]) == ("true", "1", "close")
        may_answer.set()
        assert under_way.result()["choices"][0]["message"]["content"] == "At last"
        code, recorded = gateway.stopped()
    assert (code, len(recorded)) == (0, 1)
