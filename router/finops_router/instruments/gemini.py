"""Watch the clients of Google's SDK (google.genai), sync and async: all of their methods go through four functions.

The SDK reads its answers with two HTTP libraries, so they are seen where it hands on their JSON.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from finops_router.instruments.watched import Asked, WatchedCall, Watcher

CALL = re.compile(r"models/([^/:?]+):(\w+)")
OPERATIONS = {  # of a path's last word -> by OpenTelemetry's name
    "generateContent": "generate_content",
    "streamGenerateContent": "generate_content",
    "embedContent": "embeddings",
    "batchEmbedContents": "embeddings",
}
MARK = "_finops_watched"
Send = Callable[..., Any]


def watch_gemini(client: Any, watcher: Watcher) -> None:
    """Have `client` (a `genai.Client`, with its `aio`) recorded from now on; a second time changes nothing."""
    api = client._api_client
    if getattr(api, MARK, False):
        return
    setattr(api, MARK, True)
    provider = watcher.provider or ("gcp.vertex_ai" if api.vertexai else "gcp.gemini")

    def begin(path: str, stream: bool) -> WatchedCall | None:
        found = CALL.search(path)
        operation = OPERATIONS.get(found[2]) if found else None
        if found is None or operation is None:
            return None
        return watcher.begin(Asked(provider, found[1], operation, stream=stream))

    api.request = _plain(api.request, begin)
    api.async_request = _plain_async(api.async_request, begin)
    api.request_streamed = _streamed(api.request_streamed, begin)
    api.async_request_streamed = _streamed_async(api.async_request_streamed, begin)


Begin = Callable[[str, bool], WatchedCall | None]


def _plain(request: Send, begin: Begin) -> Send:
    def watched(method: str, path: str, *rest: Any, **how: Any) -> Any:
        call = begin(path, False)
        if call is None:
            return request(method, path, *rest, **how)
        with call.lasting():
            answer = request(method, path, *rest, **how)
            call.came(_bytes(answer))
        return answer

    return watched


def _plain_async(request: Send, begin: Begin) -> Send:
    async def watched(method: str, path: str, *rest: Any, **how: Any) -> Any:
        call = begin(path, False)
        if call is None:
            return await request(method, path, *rest, **how)
        with call.lasting():
            answer = await request(method, path, *rest, **how)
            call.came(_bytes(answer))
        return answer

    return watched


def _streamed(request: Send, begin: Begin) -> Send:
    def watched(method: str, path: str, *rest: Any, **how: Any) -> Iterator[Any]:
        call = begin(path, True)
        if call is None:
            yield from request(method, path, *rest, **how)
            return
        with call.lasting():
            for piece in request(method, path, *rest, **how):
                call.came(_bytes(piece))
                yield piece

    return watched


def _streamed_async(request: Send, begin: Begin) -> Send:
    async def watched(method: str, path: str, *rest: Any, **how: Any) -> Any:
        call = begin(path, True)
        if call is None:
            return await request(method, path, *rest, **how)
        try:
            pieces = await request(method, path, *rest, **how)
        except BaseException as error:
            call.end(error)
            raise
        return _passing(pieces, call)

    return watched


async def _passing(pieces: AsyncIterator[Any], call: WatchedCall) -> AsyncIterator[Any]:
    with call.lasting():
        async for piece in pieces:
            call.came(_bytes(piece))
            yield piece


def _bytes(answer: Any) -> bytes:
    """Return the JSON that an answer of the SDK carries, as a line."""
    body = answer.body
    return b"" if body is None else str(body).encode(errors="replace") + b"\n"
