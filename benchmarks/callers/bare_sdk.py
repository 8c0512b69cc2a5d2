"""The official OpenAI SDK with its defaults: two retries of its own, and nobody else to ask."""

from __future__ import annotations

import openai

from benchmarks.callers.calling import PROMPT, Told, serve


class BareSdk:
    def __init__(self, url: str, models: list[str]) -> None:
        self._model = models[0]
        self._client = openai.AsyncOpenAI(api_key="none", base_url=f"{url}/v1")

    async def call(self, streamed: bool) -> Told:
        create, text, usage = self._client.chat.completions.create, "", None
        if not streamed:
            answer = await create(model=self._model, messages=[{"role": "user", "content": PROMPT}])
            text, usage = answer.choices[0].message.content or "", answer.usage
        else:
            async for chunk in await create(
                model=self._model, messages=[{"role": "user", "content": PROMPT}], stream=True,
                stream_options={"include_usage": True},
            ):  # fmt: skip
                text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
                usage = chunk.usage or usage
        return Told(text, usage.prompt_tokens if usage else None, usage.completion_tokens if usage else None)

    async def close(self) -> None:
        await self._client.close()


if __name__ == "__main__":
    serve(f"openai {openai.__version__}", BareSdk)
