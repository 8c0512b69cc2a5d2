"""Guardrails hold at the gateway as in the router: nothing goes out unmasked because its wire is the target's."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.finops_router.gateway.running import group, provider, running
from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import OPENAI, openai_answer

MAIL = "ada@example.com"
REDACT = '[[guardrails]]\nname = "mail"\nkind = "personal"\naction = "redact"\n'
BLOCK = '[[guardrails]]\nname = "mail"\nkind = "personal"\naction = "block"\n'
TARGETS = '[[guardrails]]\nname = "who"\nkind = "targets"\nproviders = ["mine"]\n'


def asked(gateway: str, **more: Any) -> Any:
    client = openai.OpenAI(base_url=gateway, api_key="x", max_retries=0)
    return client.chat.completions.create(model="chat", messages=[{"role": "user", "content": f"I am {MAIL}"}], **more)


@pytest.mark.parametrize("is_streamed", [False, True])
def test_what_is_masked_is_masked_both_ways(upstream: Server, is_streamed: bool) -> None:
    upstream.answers.clear()
    upstream.bodies.clear()
    said = f"You are {MAIL}, and so on"
    if is_streamed:
        chunk = {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": said}, "finish_reason": None}]}
        last = {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        OPENAI.streams(upstream, chunk, last, then=b"data: [DONE]\n\n")
    else:
        upstream.answers_with(200, openai_answer("stop", content=said, tool_calls=None))
    with running(REDACT + group(("mine", "m")) + provider("mine", "openai", upstream.url)) as gateway:
        found = asked(gateway.v1, stream=is_streamed)
        text = (
            "".join(chunk.choices[0].delta.content or "" for chunk in found if chunk.choices)
            if is_streamed
            else found.choices[0].message.content
        )
        with pytest.raises(openai.BadRequestError, match="cannot look into logprobs"):
            asked(gateway.v1, logprobs=True)
    assert MAIL not in text
    assert text.endswith("and so on")
    assert len(upstream.bodies) == 1
    assert MAIL not in json.dumps(upstream.bodies)


def test_what_is_blocked_is_an_error_of_the_client(upstream: Server) -> None:
    upstream.bodies.clear()
    with running(BLOCK + group(("mine", "m")) + provider("mine", "openai", upstream.url)) as gateway:
        with pytest.raises(openai.BadRequestError) as refused:
            asked(gateway.v1)
        (event,) = gateway.records.guardrails
    assert MAIL not in str(refused.value)
    assert (event.guardrail, event.action) == ("mail", "blocked")
    assert upstream.bodies == []


def test_who_looks_at_targets_alone_leaves_native_streams_whole(upstream: Server) -> None:
    upstream.answers.clear()
    OPENAI.streams(upstream, *OPENAI.stream, then=b"data: [DONE]\n\n")
    with running(TARGETS + group(("mine", "m")) + provider("mine", "openai", upstream.url)) as gateway:
        chunks = list(asked(gateway.v1, stream=True, logprobs=True))
    arguments = [
        call.function.arguments for one in chunks if one.choices for call in one.choices[0].delta.tool_calls or ()
    ]
    assert "".join(arguments) == '{"a": 1}'
