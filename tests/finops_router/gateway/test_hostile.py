"""Clients that mean no good, or cannot do better: slow, oversized, malformed, silent, from a web page."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from finops_router.settings.gateway import GatewayConfig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.finops_router.gateway.conftest import Wall
from tests.finops_router.gateway.running import Running, group, provider, running
from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import openai_answer

LIMITS = GatewayConfig(
    max_body_bytes=10_000, max_header_bytes=2_000, header_timeout_s=0.6, body_timeout_s=0.6, idle_timeout_s=1,
    write_timeout_s=1,
)  # fmt: skip
BODY = json.dumps({"model": "chat", "messages": [{"role": "user", "content": "Hello"}]}).encode()
POST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages", "/v1/messages/count_tokens",
         "/v1beta/models/chat:generateContent", "/v1beta/models/chat:streamGenerateContent")  # fmt: skip


@pytest.fixture(scope="module")
def gateway(wall: Wall) -> Iterator[Running]:
    with running(group(("wall", "ok")) + provider("wall", "openai", wall.url), LIMITS) as found:
        yield found


def connected(gateway: Running) -> socket.socket:
    host, port = gateway.root.removeprefix("http://").split(":")
    found = socket.create_connection((host, int(port)))
    found.settimeout(20)
    return found


def answered(client: socket.socket) -> bytes:
    """All that comes until the gateway closes the connection."""
    found = b""
    try:
        while piece := client.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def sent(gateway: Running, data: bytes) -> bytes:
    with closing(connected(gateway)) as client:
        client.sendall(data)
        return answered(client)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"POST /v1/chat", id="half a line"),
        pytest.param(POST + b"X-Slow: 1\r\n", id="half a head"),
        pytest.param(POST + b"Content-Length: 500\r\n\r\n{", id="half a body"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", id="half a chunk"),
    ],
)
def test_who_does_not_finish_a_request_is_sent_away(gateway: Running, data: bytes) -> None:
    assert status(sent(gateway, data)) == 408


def test_a_byte_now_and_then_is_no_way_to_stay(gateway: Running) -> None:
    with closing(connected(gateway)) as client:
        client.sendall(POST)
        left, over = bytearray(), threading.Event()

        def drip() -> None:
            while not over.wait(0.05):
                try:
                    client.sendall(b"X-A: 1\r\n")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        left += answered(client)
        over.set()
        dripping.join()
    assert status(bytes(left)) == 408


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(POST + b"X: " + b"a" * 3000 + b"\r\n\r\n", 431, id="a large header"),
        pytest.param(POST + b"X: a\r\n" * 700, 431, id="many headers"),
        pytest.param(POST + b"Content-Length: 20000\r\n\r\n" + b" " * 20000, 413, id="a large body"),
        pytest.param(
            POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"1000\r\n" + b" " * 4096 + b"\r\n") * 3 + b"0\r\n\r\n",
            413, id="a large body in chunks",
        ),
        pytest.param(b"NONSENSE\r\n\r\n", 400, id="no HTTP"),
        pytest.param(POST + b"Content-Length: x\r\n\r\n", 400, id="a length that is none"),
        pytest.param(POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="smuggling"),
        pytest.param(b"GET /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, id="another method"),
        pytest.param(b"GET /../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, id="another path"),
        pytest.param(
            POST + b"Origin: https://evil.example\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY, 403, id="a page"
        ),
        pytest.param(b"OPTIONS /v1/chat/completions HTTP/1.1\r\nOrigin: https://e\r\n\r\n", 405, id="a preflight"),
    ],
)  # fmt: skip
def test_what_is_too_much_or_nonsense_is_refused(gateway: Running, wall: Wall, data: bytes, expected: int) -> None:
    wall.reset()
    assert status(sent(gateway, data)) == expected
    assert wall.ledger() == []


def test_a_client_that_reads_nothing_is_cut(upstream: Server) -> None:
    upstream.answers.clear()
    upstream.answers_with(200, openai_answer("stop", content="word " * 4_000_000))
    with (
        running(group(("mine", "m")) + provider("mine", "openai", upstream.url), LIMITS) as gateway,
        closing(connected(gateway)) as client,
    ):
        client.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)
        got = client.recv(1000)
        threading.Event().wait(4)  # longer than it waits for a reader, and the kernel's buffers are full
        got += answered(client)
    assert got.startswith(b"HTTP/1.1 200")
    assert len(got) < 20_000_000


def test_requests_one_after_the_other_on_one_connection(gateway: Running) -> None:
    request = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    found = sent(gateway, request * 2 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    assert found.count(b"HTTP/1.1 200") == 3


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.dictionaries(
    st.sampled_from(("model", "messages", "input", "contents", "stream", "tools", "max_tokens", "n", "stream_options",
                     "system", "generationConfig", "metadata", "text", "tool_choice")),
    JSON | st.sampled_from(("chat", True)) | st.just([{"role": "user", "content": "Hi"}]),
)  # fmt: skip


@pytest.fixture(scope="module")
def open_connection(gateway: Running) -> Iterator[list[Any]]:
    import http.client

    found = http.client.HTTPConnection(gateway.root.removeprefix("http://"), timeout=20)
    yield [found]
    found.close()


@given(st.sampled_from(PATHS), NAMED.map(lambda one: json.dumps(one).encode()) | st.binary(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_makes_the_gateway_fail(open_connection: list[Any], path: str, body: bytes) -> None:
    (client,) = open_connection
    client.request("POST", path, body)
    answer = client.getresponse()
    content = answer.read()
    assert answer.status in (200, 400, 404, 503), content  # the wall hangs up on a request without messages
    if answer.status != 200:
        assert json.loads(content)["error"]["message"]
