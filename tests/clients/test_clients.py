"""The real LiteLLM and LangChain tell our callbacks of each call once, in their own environments (`make clients`)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.environments import python_with
from tests.finops_router.providers.conftest import serving
from tests.finops_router.providers.wires import OPENAI

ROOT = Path(__file__).parents[2]
OURS = ("msgspec>=0.19,<1", "genai-prices>=0.2.3,<0.3", "aiohttp>=3.11,<4")
REQUIREMENTS = {
    # releases 1.82.7 and 1.82.8 of LiteLLM carried malware
    "litellm": ("litellm>=1.106.2,!=1.82.7,!=1.82.8", *OURS),
    "langchain": ("langchain-openai>=1.7,<2", *OURS),
}
pytestmark = pytest.mark.skipif("FINOPS_CLIENTS" not in os.environ, reason="300 MB: make clients")


def recorded(library: str) -> list[dict[str, Any]]:
    """What is recorded of a plain, a streamed and a failed call, first sync, then async."""
    python = python_with(f"client-{library}", REQUIREMENTS[library])
    assert python is not None
    with serving() as server:
        for _ in range(2):
            server.answers_with(200, OPENAI.answer() | {"model": "gpt-4o-mini", "id": "chatcmpl-abcdefgh"})
            OPENAI.streams(server, *OPENAI.stream, then=b"data: [DONE]\n\n")
            server.answers_with(400, OPENAI.error("no"))
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "router"), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        command = [str(python), str(ROOT / "tests/clients/callbacks.py"), library, server.url]
        done = subprocess.run(command, capture_output=True, check=True, env=environment, timeout=300)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("library", REQUIREMENTS)
def test_each_call_is_recorded_once(library: str) -> None:
    found = recorded(library)
    assert [one["status"] for one in found] == ["ok", "ok", "error"] * 2
    for one in found:
        assert (one["provider"], one["team"]) == ("openai", "search")
        if one["status"] == "ok":
            assert (one["input_tokens"], one["output_tokens"], one["cache_read_input_tokens"]) == (1000, 50, 600)
            assert one["cost_estimated"] == 0.000135
        else:
            assert "cost_estimated" not in one
    assert [one["stream"] for one in found] == [False, True, False] * 2
    assert all("ttft_ms" in one for one in found if one["stream"])
    assert "question" not in str(found)
