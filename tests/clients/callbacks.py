"""Call a server through LiteLLM or LangChain with our callback and print what it records, in another environment.

Arguments: 'litellm' or 'langchain', and the server's address.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from typing import Any

import msgspec

ASK = [{"role": "user", "content": "the question"}]
KEY = "sk-test-0123456789abcdef"


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    def record(self, record: Any) -> None:
        self.records.append(record)

    record_attempt = record_guardrail = record


def litellm_calls(url: str, kept: Kept) -> None:
    """Plain, streamed and failed, sync and async."""
    import litellm
    from finops_router.instruments.litellm import litellm_callback

    litellm.suppress_debug_info = True
    litellm.callbacks = [litellm_callback(kept, team="search")]
    how: dict[str, Any] = {"model": "openai/gpt-4o-mini", "messages": ASK, "api_key": KEY, "api_base": url}
    how |= {"max_retries": 0, "metadata": {"tags": ["feature:autocomplete"]}}
    litellm.completion(**how)
    list(litellm.completion(stream=True, stream_options={"include_usage": True}, **how))
    with contextlib.suppress(litellm.BadRequestError):
        litellm.completion(**how)

    async def asynchronous() -> None:
        await litellm.acompletion(**how)
        stream = await litellm.acompletion(stream=True, stream_options={"include_usage": True}, **how)
        async for _ in stream:
            pass
        with contextlib.suppress(litellm.BadRequestError):
            await litellm.acompletion(**how)
        await _until(kept, 6)

    asyncio.run(asynchronous())


def langchain_calls(url: str, kept: Kept) -> None:
    """Plain, streamed and failed, sync and async."""
    from finops_router.instruments.langchain import langchain_handler
    from langchain_openai import ChatOpenAI

    handler = langchain_handler(kept, team="search")
    model = ChatOpenAI(
        model="gpt-4o-mini", api_key=KEY, base_url=url, max_retries=0, stream_usage=True, callbacks=[handler]
    )
    model.invoke("the question")
    list(model.stream("the question"))
    with contextlib.suppress(Exception):
        model.invoke("the question")

    async def asynchronous() -> None:
        await model.ainvoke("the question")
        async for _ in model.astream("the question"):
            pass
        with contextlib.suppress(Exception):
            await model.ainvoke("the question")

    asyncio.run(asynchronous())


async def _until(kept: Kept, records: int) -> None:
    """Wait for LiteLLM's own threads and tasks."""
    deadline = time.monotonic() + 30
    while len(kept.records) < records and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)  # for what would be recorded twice


if __name__ == "__main__":
    kept = Kept()
    {"litellm": litellm_calls, "langchain": langchain_calls}[sys.argv[1]](sys.argv[2], kept)
    sys.stdout.buffer.write(msgspec.json.encode(kept.records))
