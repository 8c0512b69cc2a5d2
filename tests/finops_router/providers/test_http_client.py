"""The connections to a provider: reused, replaced once if they had gone stale, limited in connecting alone."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
import trustme
from finops_router.calls import UNKNOWN_USAGE
from finops_router.errors import ConfigError, ProviderError, StreamCut, Unavailable
from finops_router.providers.http_client import HttpClient

KEY = "a1b2-c3d4-e5f6-not-of-any-known-shape"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Answer = Callable[["Connection"], Awaitable[None]]


class Connection:
    """One connection as the server sees it; `number` counts them from 0, `asked` is what came on it."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.asked: list[bytes] = []
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """The next request, empty if the client has gone."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        body = await self._reader.readexactly(int(length.partition(b":")[2]))
        self.asked.append(head + body)
        return head + body

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def reset(self) -> None:
        self._writer.transport.abort()


class Listening:
    """A server on loopback; `connections` are all that were made to it."""

    def __init__(self) -> None:
        self.connections: list[Connection] = []
        self.root = ""


@asynccontextmanager
async def server(answer: Answer, context: ssl.SSLContext | None = None) -> AsyncGenerator[Listening, None]:
    found = Listening()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(len(found.connections), reader, writer)
        found.connections.append(connection)
        try:
            await answer(connection)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as listening:
        found.root = f"{'https' if context else 'http'}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield found


async def always(connection: Connection) -> None:
    while await connection.read():
        await connection.send(OK)


async def asked(client: HttpClient, body: bytes = b"{}") -> bytes:
    async with client.post("chat", body) as answer:
        return await answer.read()


def with_client(root: str, headers: dict[str, str] | None = None, connect_timeout_s: float = 10) -> HttpClient:
    return HttpClient(root, headers or {"Authorization": f"Bearer {KEY}"}, (KEY,), connect_timeout_s)


def test_a_connection_is_used_again() -> None:
    async def run() -> None:
        async with server(always) as listening:
            client = with_client(listening.root)
            assert [await asked(client) for _ in range(5)] == [b"ok"] * 5
            assert len(listening.connections) == 1
            await client.close()

    asyncio.run(run())


def test_one_that_the_server_had_closed_is_replaced_once_without_a_failure() -> None:
    async def once(connection: Connection) -> None:
        await connection.read()
        await connection.send(OK)
        await connection.read()
        connection.reset()

    async def run() -> None:
        async with server(once) as listening:
            client = with_client(listening.root)
            assert [await asked(client) for _ in range(3)] == [b"ok"] * 3
            assert [len(connection.asked) for connection in listening.connections] == [2, 1, 1]
            await client.close()

    asyncio.run(run())


def test_a_fresh_connection_that_is_reset_is_a_failure_of_unknown_cost_and_is_asked_once() -> None:
    async def never(connection: Connection) -> None:
        await connection.read()
        connection.reset()

    async def run() -> None:
        async with server(never) as listening:
            client = with_client(listening.root)
            with pytest.raises(Unavailable) as lost:
                await asked(client)
            assert lost.value.partial is not None
            assert lost.value.partial.usage == UNKNOWN_USAGE
            assert len(listening.connections) == 1
            await client.close()

    asyncio.run(run())


def test_one_that_is_reset_after_the_server_has_worked_is_not_asked_again() -> None:
    async def works(connection: Connection) -> None:
        await connection.read()
        await connection.send(OK)
        await connection.read()
        await asyncio.sleep(1.2)
        connection.reset()

    async def run() -> None:
        async with server(works) as listening:
            client = with_client(listening.root)
            await asked(client)
            with pytest.raises(Unavailable):
                await asked(client)
            assert len(listening.connections) == 1
            await client.close()

    asyncio.run(run())


def test_an_address_that_swallows_connections_costs_the_connect_limit_and_nothing_else() -> None:
    async def run() -> None:
        with ExitStack() as open_sockets:
            full = open_sockets.enter_context(socket.socket())
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            for _ in range(4):  # more than its queue takes: the next SYN gets no answer
                waiting = open_sockets.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
            client = with_client(f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout_s=0.3)
            started_s = time.monotonic()
            with pytest.raises(Unavailable, match=r"within 0\.3 s") as failed:
                await asked(client)
            assert time.monotonic() - started_s < 2
            assert failed.value.partial is None  # nothing was sent
            await client.close()

    asyncio.run(run())


def test_a_busy_event_loop_is_no_late_connection() -> None:
    async def run() -> None:
        async with server(always) as listening:
            client = with_client(listening.root, connect_timeout_s=0.1)
            answer = asyncio.create_task(asked(client))
            while not answer.done():  # each turn of the loop takes longer than a connection may
                time.sleep(0.25)
                await asyncio.sleep(0)
            assert await answer == b"ok"
            await client.close()

    asyncio.run(run())


def test_a_slow_answer_has_no_limit_here() -> None:
    async def slow(connection: Connection) -> None:
        await connection.read()
        await asyncio.sleep(0.8)
        await connection.send(OK)

    async def run() -> None:
        async with server(slow) as listening:
            client = with_client(listening.root, connect_timeout_s=0.2)
            assert await asked(client) == b"ok"
            await client.close()

    asyncio.run(run())


def test_an_answer_that_breaks_off_is_cut() -> None:
    async def half(connection: Connection) -> None:
        await connection.read()
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhal")

    async def run() -> None:
        async with server(half) as listening:
            client = with_client(listening.root)
            with pytest.raises(StreamCut):
                await asked(client)
            await client.close()

    asyncio.run(run())


@pytest.mark.parametrize("sent", [b"", b"\0\0\0", b"HTTP/1.1 999999 x\r\n\r\n", b"<html>" * 20 + b"\r\n\r\n"])
def test_what_is_no_http_is_a_failure_of_the_provider(sent: bytes) -> None:
    async def noise(connection: Connection) -> None:
        await connection.read()
        await connection.send(sent)

    async def run() -> None:
        async with server(noise) as listening:
            client = with_client(listening.root)
            with pytest.raises(ProviderError):
                await asked(client)
            await client.close()

    asyncio.run(run())


def test_a_redirect_is_not_followed() -> None:
    async def moved(connection: Connection) -> None:
        await connection.read()
        await connection.send(b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    async def run() -> None:
        async with server(moved) as listening:
            client = with_client(listening.root)
            async with client.post("chat", b"{}") as answer:
                assert answer.status == 307
            await client.close()

    asyncio.run(run())


def test_a_key_that_a_server_echoes_is_in_no_part_of_the_error() -> None:
    async def echo(connection: Connection) -> None:
        await connection.read()
        await connection.send(f"HTTP/1.1 banana {KEY}\r\n\r\n".encode())

    async def run() -> None:
        async with server(echo) as listening:
            client = with_client(listening.root)
            with pytest.raises(ProviderError) as failed:
                await asked(client)
            error: BaseException | None = failed.value
            while error is not None:
                assert KEY not in f"{error!r} {vars(error)}"
                error = error.__cause__ or error.__context__
            await client.close()

    asyncio.run(run())


def test_a_large_request_goes_out_whole() -> None:
    async def run() -> None:
        async with server(always) as listening:
            client = with_client(listening.root)
            await asked(client, b'"' + b"x" * 5_000_000 + b'"')
            assert len(listening.connections[0].asked[0]) > 5_000_000
            await client.close()

    asyncio.run(run())


def test_a_client_serves_one_event_loop_after_the_other_and_may_be_left_open() -> None:
    client: HttpClient | None = None

    async def run() -> None:
        nonlocal client
        async with server(always) as listening:
            client = client or with_client(listening.root)
            if listening.root.rpartition(":")[2] in str(vars(client)):
                await asked(client)

    asyncio.run(run())
    asyncio.run(run())
    del client


def test_a_server_is_known_by_its_certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def run() -> bytes:
        async with server(always, context) as listening:
            client = with_client(listening.root)
            try:
                return await asked(client)
            finally:
                await client.close()

    with pytest.raises(Unavailable, match="Certificate"):
        asyncio.run(run())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert asyncio.run(run()) == b"ok"


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_a_proxy_of_the_environment_is_used_and_signed_in_to(proxies: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with server(always) as listening:
            proxies.setenv("HTTP_PROXY", listening.root.replace("//", "//me:pass%21word@"))
            client = with_client("http://provider.invalid/v1")
            assert await asked(client) == b"ok"
            head = listening.connections[0].asked[0]
            assert head.startswith(b"POST http://provider.invalid/v1/chat HTTP/1.1")
            assert b"Proxy-Authorization: Basic bWU6cGFzcyF3b3Jk" in head
            await client.close()
            proxies.setenv("NO_PROXY", "provider.invalid")
            with pytest.raises(Unavailable):
                await asked(with_client("http://provider.invalid/v1"))

    asyncio.run(run())


def test_a_tunnel_is_asked_for_https(proxies: pytest.MonkeyPatch) -> None:
    async def refuse(connection: Connection) -> None:
        await connection.read()
        await connection.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    async def run() -> None:
        async with server(refuse) as listening:
            proxies.setenv("HTTPS_PROXY", listening.root)
            client = with_client("https://provider.invalid/v1")
            with pytest.raises(Unavailable) as failed:
                await asked(client)
            assert listening.connections[0].asked[0].startswith(b"CONNECT provider.invalid:443 HTTP/1.1")
            assert KEY.encode() not in listening.connections[0].asked[0]
            assert failed.value.partial is None
            await client.close()

    asyncio.run(run())


def test_a_proxy_of_another_kind_is_refused(proxies: pytest.MonkeyPatch) -> None:
    proxies.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(ConfigError, match="socks5"):
        with_client("https://provider.invalid/v1")


@pytest.mark.parametrize(
    ("base_url", "target", "authorization"),
    [
        ("{}", b"/chat", f"Bearer {KEY}"),
        ("{}/v1/", b"/v1/chat", f"Bearer {KEY}"),
        ("{}/v1?api-version=1", b"/v1/chat?api-version=1", f"Bearer {KEY}"),
    ],
)
def test_the_path_comes_after_the_address(base_url: str, target: bytes, authorization: str) -> None:
    async def run() -> None:
        async with server(always) as listening:
            client = with_client(base_url.format(listening.root))
            await asked(client)
            head = listening.connections[0].asked[0]
            assert head.startswith(b"POST " + target + b" HTTP/1.1")
            assert authorization.encode() in head
            await client.close()

    asyncio.run(run())


def test_a_user_in_the_address_signs_in_if_there_is_no_key() -> None:
    async def run() -> None:
        async with server(always) as listening:
            client = HttpClient(listening.root.replace("//", "//me:word@"), {})
            await asked(client)
            assert b"Authorization: Basic bWU6d29yZA==" in listening.connections[0].asked[0]
            await client.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("base_url", "secret"),
    [("http://me:hunter-password@{}", "hunter-password"), ("http://{}/v1?api_token=letters-only", "letters-only")],
)
def test_a_secret_of_the_address_is_known_and_masked(base_url: str, secret: str) -> None:
    async def run() -> None:
        async with server(always) as listening:
            client = HttpClient(base_url.format(listening.root.removeprefix("http://")), {})
            await asked(client)
            assert secret in client.secrets
            assert secret not in str(ProviderError(f"you sent {secret}"))
            await client.close()

    asyncio.run(run())


def test_a_password_of_the_proxy_is_masked_and_other_parameters_stay(proxies: pytest.MonkeyPatch) -> None:
    proxies.setenv("HTTP_PROXY", "http://me:proxy%2Dpassword@127.0.0.1:1")
    client = HttpClient("http://provider.invalid/v1?api-version=2024-10-21", {})
    assert "proxy-password" in client.secrets
    assert str(ProviderError("proxy-password, version 2024-10-21")) == "[secret], version 2024-10-21"


@pytest.mark.parametrize(
    "address",
    ["http://me:hunter@[::1/v1", "htp://me:hunter@host/v1", "http:///v1", "http://me:hunter@host:x/v1", "host"],
)
def test_what_is_no_address_is_refused_without_a_word_of_it(address: str) -> None:
    with pytest.raises(ConfigError, match="An address of a provider or proxy cannot be used") as refused:
        HttpClient(address, {})
    assert "http://" in refused.value.hint
    assert "hunter" not in f"{refused.value} {refused.value.__context__}"
