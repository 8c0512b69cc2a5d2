"""Usage that nobody reported is estimated: four letters a token, rounded up, to the prompt as its caller counted it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from finops_router.calls import UNKNOWN_USAGE, EmbeddingRequest, Message, Request, Tool, ToolCall, Usage
from finops_router.pricing.estimate import TOKENS_PER_IMAGE, estimated_usage, most_prompt_tokens, tokens_of

from tests.finops_router.router_fixture import request

UNCOUNTED = Request(request_id="q", group="chat")


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2), (4000, 1000)])
def test_four_characters_are_a_token_and_a_part_of_one_counts(characters: int, tokens: int) -> None:
    assert tokens_of(characters) == tokens


def test_the_prompt_is_as_long_as_its_caller_counted() -> None:
    assert estimated_usage(request(), 7) == Usage(input_tokens=1000, output_tokens=7, source="estimated")


def test_a_prompt_nobody_counted_is_as_long_as_all_that_is_sent() -> None:
    asked = replace(
        UNCOUNTED,
        messages=(
            Message(role="user", text="x" * 40, image_urls=("data:image/png;base64," + "A" * 4000,)),
            Message(role="assistant", text="", tool_calls=(ToolCall(id="t", name="look", arguments="x" * 36),)),
        ),
        tools=(Tool(name="look", description="x" * 34, parameters={}),),
        json_schema={"type": "object"},
    )
    tokens = 10 + 10 + 10 + len("{'type': 'object'}") / 4 + TOKENS_PER_IMAGE
    assert estimated_usage(asked, 7) == Usage(input_tokens=math.ceil(tokens), output_tokens=7, source="estimated")


def test_a_prompt_nobody_knows_makes_the_usage_unknown() -> None:
    assert estimated_usage(UNCOUNTED, 7) == UNKNOWN_USAGE


def test_a_token_is_a_byte_at_least() -> None:
    assert most_prompt_tokens(request()) == 4000  # as its caller counted, four letters a token
    texts = EmbeddingRequest(request_id="q", group="near", inputs=("Hello", "\u00fc\u4e16", (1, 2, 3)))
    assert most_prompt_tokens(texts) == 5 + 5 + 3
