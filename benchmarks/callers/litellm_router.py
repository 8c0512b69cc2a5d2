"""LiteLLM's Router with its defaults, and the fallbacks that its documentation has for each kind of failure."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import litellm

from benchmarks.callers.calling import PROMPT, Told, serve

litellm.suppress_debug_info = True


class LiteLlmRouter:
    def __init__(self, url: str, models: list[str]) -> None:
        first, *others = models
        known = [
            {
                "model_name": name,
                "litellm_params": {"model": f"openai/{name}", "api_base": f"{url}/v1", "api_key": "none"},
            }
            for name in models
        ]
        fallbacks = [{first: others}]
        self._first = first
        self._router = litellm.Router(model_list=known, fallbacks=fallbacks, context_window_fallbacks=fallbacks)

    async def call(self, streamed: bool) -> Told:
        ask: dict[str, Any] = {"model": self._first, "messages": [{"role": "user", "content": PROMPT}]}
        if not streamed:
            answer = await self._router.acompletion(**ask)
            text, usage = answer.choices[0].message.content or "", answer.usage
        else:
            text, usage = "", None
            async for chunk in await self._router.acompletion(
                **ask, stream=True, stream_options={"include_usage": True}
            ):
                text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
                usage = getattr(chunk, "usage", None) or usage
        return Told(text, usage.prompt_tokens if usage else None, usage.completion_tokens if usage else None)

    async def close(self) -> None:
        self._router.discard()


if __name__ == "__main__":
    serve(f"litellm {version('litellm')} over openai {version('openai')}", LiteLlmRouter)
