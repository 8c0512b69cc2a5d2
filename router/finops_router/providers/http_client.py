"""Keep the HTTP connections to one provider: reused, over TLS and through proxies, with a limit to connecting alone.

aiohttp's client, because it takes a third of the time of the others alone and carries seven times as much at once
(docs/benchmarks.md).
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from yarl import URL

from finops_router.calls import NOTHING_BESIDE, UNKNOWN_USAGE, Partial
from finops_router.errors import ProviderError, StreamCut, Unavailable
from finops_router.providers.http_proxy import proxy_for, without_user
from finops_router.providers.redaction import secrets_in, without_secrets
from finops_router.providers.settings import CONNECT_TIMEOUT_S
from finops_router.redaction import remember
from finops_router.watch import Watch

LOG = logging.getLogger(__name__)
USED_UNKNOWN = Partial(usage=UNKNOWN_USAGE, is_final=True)
KEEP_ALIVE_S = 60.0
STALE_WITHIN_S = 1.0  # a connection that the server had closed shows it at once; later, the server had the request
REST_WITHIN_S = 1.0  # for the last bytes of an answer that is whole, so that its connection can be used again
MOST_BODY_BYTES = 256 * 1024 * 1024
MOST_AT_ONCE_BYTES = 1024 * 1024  # a larger request is handed to the connection piece by piece
ALWAYS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "User-Agent": "finops-report",
}


class HttpAnswer:
    """An answer whose head has come and whose body is on its way; `is_whole`: nothing more of it is needed."""

    def __init__(self, response: aiohttp.ClientResponse, client: HttpClient) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self.is_whole = False
        self._response = response
        self._client = client

    async def next(self) -> bytes:
        """Return the bytes that have come, empty at the end; raises StreamCut if the connection breaks."""
        try:
            return await self._response.content.readany()
        except Exception as err:
            failed = self._client.broken_off(err)
        raise failed

    async def read(self) -> bytes:
        """Return the whole body; raises StreamCut if the connection breaks, or for one without end."""
        found, size = [], 0
        while chunk := await self.next():
            found.append(chunk)
            size += len(chunk)
            if size > MOST_BODY_BYTES:
                raise StreamCut(f"The answer is larger than {MOST_BODY_BYTES} bytes")
        self.is_whole = True
        return found[0] if len(found) == 1 else b"".join(found)

    async def rest(self) -> None:
        """Read what may come after a whole answer, so that the connection can be used again."""
        try:
            async with asyncio.timeout(REST_WITHIN_S):
                while await self._response.content.readany():
                    pass
        except Exception:
            LOG.debug("A connection ended untidily after a whole answer")
        finally:
            self._response.close()  # nothing to close if the end has come: the connection has been given back by then


class HttpClient:
    """The connections to `base_url`; opened by the first call, serves many at once, on the event loop of the caller.

    `headers` go with every request; neither they nor `secrets` are ever part of an error.
    """

    def __init__(
        self, base_url: str, headers: Mapping[str, str], secrets: tuple[str, ...] = (),
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
    ) -> None:  # fmt: skip
        address = without_user(base_url)
        self._base = urlsplit(address.url)
        self._headers = ALWAYS | ({"Authorization": address.authorization} if address.authorization else {})
        self._headers |= headers
        self._proxy = proxy_for(address.url)
        of_addresses = address.secrets + (self._proxy.secrets if self._proxy else ())
        self.secrets = secrets_in(self._headers, *secrets, *of_addresses)
        for secret in self.secrets:
            remember(secret)
        self._proxy_headers = None
        if self._proxy and self._proxy.authorization:
            self._proxy_headers = {"Proxy-Authorization": self._proxy.authorization}
            if self._base.scheme == "http":  # without a tunnel the proxy reads the headers of the request itself
                self._headers |= self._proxy_headers
        self._connect_timeout_s = connect_timeout_s
        self._urls: dict[str, URL] = {}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rests: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        rests, self._rests = self._rests, set()
        for rest in rests:
            rest.cancel()
        await asyncio.gather(*rests, return_exceptions=True)
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    def __del__(self) -> None:
        """Let go of the connections of a provider that nobody has closed, without a word."""
        for session in getattr(self, "_sessions", {}).values():
            connector = session.connector
            session.detach()
            if connector is None or connector.closed:
                continue
            closing = connector.close()
            with suppress(Exception):
                closing.__await__().send(None)  # as far as it gets without its event loop
            closing.close()

    @asynccontextmanager
    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str] = NOTHING_BESIDE
    ) -> AsyncGenerator[HttpAnswer]:
        """Send `body` to `path`, with `headers` beside the usual ones, and give the answer, once its head is there.

        A connection that turns out to have been closed before it was used again is replaced by a fresh one, once.
        Raises Unavailable if there is no connection or no answer, StreamCut for one that is no HTTP.
        """
        response = await self._sent(path, body, {**self._headers, **headers} if headers else self._headers)
        answer = HttpAnswer(response, self)
        try:
            yield answer
        finally:
            if response.content.at_eof():
                response.release()
            elif not answer.is_whole:
                response.close()
            else:
                rest = asyncio.create_task(answer.rest())
                self._rests.add(rest)
                rest.add_done_callback(self._rests.discard)
                rest.add_done_callback(lambda _: response.close())  # even if it was cancelled before it began

    def broken_off(self, err: Exception) -> ProviderError:
        """Return the error of an answer that broke off in `err`."""
        return self._from(StreamCut(f"The answer broke off: {type(err).__name__}"), err)

    async def _sent(self, path: str, body: bytes, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        loop, is_fresh = asyncio.get_running_loop(), False
        while True:
            watch, started_s = Watch(), loop.time()
            trace = SimpleNamespace(was_used=False, watch=watch)
            asked = self._session(is_fresh).post(
                self._url(path),
                data=body if len(body) < MOST_AT_ONCE_BYTES else BytesIO(body),
                headers=headers,  # not the session's: a proxy would get those as well, the key among them
                trace_request_ctx=trace,
                allow_redirects=False,
                proxy=self._proxy.url if self._proxy else None,
                proxy_headers=self._proxy_headers,
            )
            try:
                return await watch.until(started_s + self._connect_timeout_s, asked)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as err:
                failed = self._unanswered(err)
                if trace.was_used and loop.time() - started_s < STALE_WITHIN_S:
                    is_fresh = True
                    continue
            except Exception as err:
                failed = self._unanswered(err)
            finally:
                watch.stop()
            raise failed

    def _unanswered(self, err: Exception) -> ProviderError:
        """Return the error of a request that got no answer: whether its provider may have worked on it."""
        if isinstance(err, TimeoutError):
            return self._from(Unavailable(f"No connection within {self._connect_timeout_s:g} s"), err)
        if isinstance(err, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError | aiohttp.InvalidURL):
            return self._from(Unavailable(f"No connection: {type(err).__name__}"), err)
        if isinstance(err, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
            return self._from(StreamCut(f"The answer is no HTTP: {type(err).__name__}"), err)
        return self._from(Unavailable(f"The connection was lost: {type(err).__name__}", partial=USED_UNKNOWN), err)

    def _from(self, error: ProviderError, err: Exception) -> ProviderError:
        """Return `error` with what the connection said as its cause, without keys or anything that may hold one."""
        error.__cause__ = ConnectionError(without_secrets(f"{type(err).__name__}: {err}", self.secrets))
        return error

    def _url(self, path: str) -> URL:
        if path not in self._urls:
            joined = f"{self._base.path.rstrip('/')}/{path}"
            own, _, query = joined.partition("?")
            queries = "&".join(one for one in (query, self._base.query) if one)
            self._urls[path] = URL(urlunsplit(self._base._replace(path=own, query=queries)))
        return self._urls[path]

    def _session(self, is_fresh: bool) -> aiohttp.ClientSession:
        """Return the session of this event loop; the fresh one uses no connection twice."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._sessions = loop, {}
        if is_fresh not in self._sessions:
            trace = aiohttp.TraceConfig()
            trace.on_connection_reuseconn.append(_was_used)
            trace.on_connection_create_end.append(_is_connected)
            limits = {"force_close": True} if is_fresh else {"keepalive_timeout": KEEP_ALIVE_S}
            trusted = ssl.create_default_context() if self._base.scheme == "https" else True
            self._sessions[is_fresh] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ssl=trusted, **limits),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # a Watch knows a busy event loop
                trace_configs=[trace],
            )
        return self._sessions[is_fresh]


async def _was_used(session: aiohttp.ClientSession, trace: SimpleNamespace, params: Any) -> None:
    trace.trace_request_ctx.was_used = True
    trace.trace_request_ctx.watch.stop()


async def _is_connected(session: aiohttp.ClientSession, trace: SimpleNamespace, params: Any) -> None:
    trace.trace_request_ctx.watch.stop()
