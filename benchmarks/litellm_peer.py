"""Run LiteLLM's Router with mock_response and print its times: a process of its own, in an environment of its own."""

from __future__ import annotations

import asyncio
import json
import sys
import time


async def measure(calls: int, crowd: int) -> dict[str, list[float] | float]:
    import litellm

    litellm.suppress_debug_info = True
    model = {"model": "gpt-4o-mini", "api_key": "none", "mock_response": "Hello"}
    names = [{"model_name": "chat", "litellm_params": dict(model)} for _ in range(2)]
    router = litellm.Router(model_list=names)
    ask = {"model": "chat", "messages": [{"role": "user", "content": "Hi"}]}
    for _ in range(50):
        await router.acompletion(**ask)
    alone_us = []
    for _ in range(calls):
        begin = time.perf_counter()
        await router.acompletion(**ask)
        alone_us.append((time.perf_counter() - begin) * 1e6)
    begin = time.perf_counter()
    for _ in range(calls // crowd):
        await asyncio.gather(*(router.acompletion(**ask) for _ in range(crowd)))
    return {"alone_us": alone_us, "crowd_us": (time.perf_counter() - begin) * 1e6 / (calls // crowd * crowd)}


print(json.dumps(asyncio.run(measure(int(sys.argv[1]), int(sys.argv[2])))))
