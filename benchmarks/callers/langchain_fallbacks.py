"""LangChain's `with_fallbacks` over ChatOpenAI, both with their defaults."""

from __future__ import annotations

from importlib.metadata import version

from langchain_openai import ChatOpenAI

from benchmarks.callers.calling import PROMPT, Told, serve


class LangChain:
    def __init__(self, url: str, models: list[str]) -> None:
        first, *others = (
            ChatOpenAI(model=name, base_url=f"{url}/v1", api_key="none", stream_usage=True) for name in models
        )
        self._chain = first.with_fallbacks(others)

    async def call(self, streamed: bool) -> Told:
        if not streamed:
            message = await self._chain.ainvoke(PROMPT)
        else:
            message = None
            async for chunk in self._chain.astream(PROMPT):
                message = chunk if message is None else message + chunk
        if message is None:
            return Told("", None, None)
        usage = message.usage_metadata or {}
        return Told(str(message.text), usage.get("input_tokens"), usage.get("output_tokens"))

    async def close(self) -> None:
        pass


if __name__ == "__main__":
    names = ("langchain-core", "langchain-openai", "openai")
    serve(", ".join(f"{name} {version(name)}" for name in names), LangChain)
