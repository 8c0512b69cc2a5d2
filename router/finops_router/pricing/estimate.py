"""Estimate the usage of answers whose provider reports none, or that were given up before their end."""

from __future__ import annotations

import math

from finops_router.calls import UNKNOWN_USAGE, AnyRequest, EmbeddingRequest, Request, Usage

CHARACTERS_PER_TOKEN = 4.0  # of English text
TOKENS_PER_IMAGE = 765  # of 1024 x 1024 pixels at OpenAI; others count 258 (Gemini) to 1,400 (Anthropic)


def tokens_of(characters: int) -> int:
    """Return about how many tokens a text of so many characters has."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def prompt_tokens(request: AnyRequest) -> int:
    """Return about how many tokens the prompt has: as its caller counted it, else by the length of all that is sent."""
    if request.estimated_input_tokens:
        return request.estimated_input_tokens
    return _embedded_tokens(request) if isinstance(request, EmbeddingRequest) else _measured_tokens(request)


def most_prompt_tokens(request: AnyRequest) -> int:
    """Return how many tokens the prompt has at most: one for each byte of its text, and of the JSON around it.

    A token of the models' encodings (byte-pair and its kin) is at least a byte. About four times what is usual.
    """
    if isinstance(request, EmbeddingRequest):
        return sum(len(one.encode()) if isinstance(one, str) else len(one) for one in request.inputs)
    return math.ceil(prompt_tokens(request) * CHARACTERS_PER_TOKEN)


def estimated_usage(request: AnyRequest, output_tokens: int) -> Usage:
    """Return the usage of an answer of `output_tokens` to `request`, marked as estimated.

    It is UNKNOWN_USAGE if nobody knows the prompt: no request has an empty one.
    """
    tokens = prompt_tokens(request)
    return Usage(input_tokens=tokens, output_tokens=output_tokens, source="estimated") if tokens else UNKNOWN_USAGE


def _embedded_tokens(request: EmbeddingRequest) -> int:
    return sum(tokens_of(len(one)) if isinstance(one, str) else len(one) for one in request.inputs)


def _measured_tokens(request: Request) -> int:
    calls = [call for message in request.messages for call in message.tool_calls]
    characters = (
        sum(len(message.text) for message in request.messages)
        + sum(len(call.name) + len(call.arguments) for call in calls)
        + sum(len(tool.name) + len(tool.description) + len(str(tool.parameters)) for tool in request.tools)
        + (0 if request.json_schema is None else len(str(request.json_schema)))
    )
    return tokens_of(characters) + TOKENS_PER_IMAGE * sum(len(message.image_urls) for message in request.messages)
