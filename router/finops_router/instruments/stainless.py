"""Watch the clients of OpenAI's and Anthropic's SDKs, which one generator (Stainless) makes alike.

All methods of all resources go through the client's `request`, so that is where a call begins and ends, with its
retries. Its answers are seen by a hook of the client's HTTP library, as bytes, whatever the SDK makes of them: parsed
objects, streams, raw responses. Both are set on this client alone; its class and other clients stay as they are.
"""

from __future__ import annotations

import inspect
import re
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from finops_router.instruments.watched import Asked, WatchedCall, Watcher
from finops_router.providers.known import provider_at

CALLS = (  # the end of a path -> the operation, by OpenTelemetry's name, and the kind of answer, by genai-prices'
    (re.compile(r"/chat/completions$"), "chat", "chat"),
    (re.compile(r"/responses$"), "chat", "responses"),
    (re.compile(r"/messages$"), "chat", "default"),
    (re.compile(r"/completions$"), "text_completion", "chat"),
    (re.compile(r"/embeddings$"), "embeddings", "embeddings"),
)
KINDS = {  # a part of the name of a client's class -> its provider
    "Azure": "azure.ai.openai",
    "Foundry": "azure.ai.inference",
    "Bedrock": "aws.bedrock",
    "AWS": "aws.bedrock",
    "Vertex": "gcp.vertex_ai",
    "Anthropic": "anthropic",
}
MARK = "_finops_watched"
_call: ContextVar[WatchedCall | None] = ContextVar("finops_watched_call", default=None)


def watch_stainless(client: Any, watcher: Watcher) -> None:
    """Have `client` recorded from now on; a second time changes nothing."""
    if getattr(client, MARK, False):
        return
    setattr(client, MARK, True)
    is_async = inspect.iscoroutinefunction(client.request)
    client.request = (_watched_async if is_async else _watched)(client.request, client, watcher)
    hooks = client._client.event_hooks
    hook = _answered_async if is_async else _answered
    if hook not in hooks["response"]:  # a client of the HTTP library may be shared
        client._client.event_hooks = {**hooks, "response": [*hooks["response"], hook]}
    copy = client.copy

    # What a copy is made with is the SDK's own business.
    def copying(*args: Any, **changes: Any) -> Any:
        made = copy(*args, **changes)
        watch_stainless(made, watcher)
        return made

    client.copy = client.with_options = copying


@contextmanager
def _under_way(call: WatchedCall) -> Iterator[WatchedCall]:
    """Let what the client sends be counted for `call` until the block ends, and end it if the block fails."""
    token = _call.set(call)
    try:
        yield call
    except BaseException as error:
        call.end(error)
        raise
    finally:
        _call.reset(token)


def _watched(request: Callable[..., Any], client: Any, watcher: Watcher) -> Callable[..., Any]:
    def watched(cast_to: Any, options: Any, **how: Any) -> Any:
        asked = _asked(client, watcher, options, how)
        if asked is None:
            return request(cast_to, options, **how)
        with _under_way(watcher.begin(asked)) as call:
            answer = request(cast_to, options, **how)
        call.returned(answer)
        return answer

    return watched


def _watched_async(request: Callable[..., Any], client: Any, watcher: Watcher) -> Callable[..., Any]:
    async def watched(cast_to: Any, options: Any, **how: Any) -> Any:
        asked = _asked(client, watcher, options, how)
        if asked is None:
            return await request(cast_to, options, **how)
        with _under_way(watcher.begin(asked)) as call:
            answer = await request(cast_to, options, **how)
        call.returned(answer)
        return answer

    return watched


def _asked(client: Any, watcher: Watcher, options: Any, how: dict[str, Any]) -> Asked | None:
    """Return what a request asks of a model, None if it asks nothing of one."""
    path = urlsplit(str(options.url)).path
    found = next(((operation, flavor) for ends, operation, flavor in CALLS if ends.search(path)), None)
    body = options.json_data
    if found is None or options.method.lower() != "post" or not isinstance(body, dict):
        return None
    user = body.get("user") or (body.get("metadata") or {}).get("user_id")
    return Asked(
        provider=watcher.provider or _provider(client),
        model=_text(body.get("model")),
        operation=found[0],
        flavor=found[1],
        stream=bool(how.get("stream") or body.get("stream")),
        end_user=_text(user),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _provider(client: Any) -> str:
    names = [kind.__name__ for kind in type(client).__mro__]
    by_class = next((provider for part, provider in KINDS.items() if any(part in name for name in names)), None)
    return by_class or provider_at(str(client.base_url)) or "openai"


def _answered(response: Any) -> None:
    """Have an answer that begins tell its call of each piece of it, and of its end."""
    call = _call.get()
    if call is None:
        return
    call.answered(response)
    kind, this = type(response), weakref.ref(response)  # an answer that held itself would wait for the collector

    def iter_bytes(*args: Any) -> Iterator[bytes]:
        with call.reading():
            for piece in kind.iter_bytes(this(), *args):
                call.came(piece)
                yield piece
                call.is_reading = True

    def close() -> None:
        kind.close(this())
        call.closed()

    response.iter_bytes, response.close = iter_bytes, close


async def _answered_async(response: Any) -> None:
    call = _call.get()
    if call is None:
        return
    call.answered(response)
    kind, this = type(response), weakref.ref(response)

    async def aiter_bytes(*args: Any) -> AsyncIterator[bytes]:
        with call.reading():
            async for piece in kind.aiter_bytes(this(), *args):
                call.came(piece)
                yield piece
                call.is_reading = True

    async def aclose() -> None:
        await kind.aclose(this())
        call.closed()

    response.aiter_bytes, response.aclose = aiter_bytes, aclose
