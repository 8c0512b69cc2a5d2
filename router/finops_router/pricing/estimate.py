"""Estimate the usage of answers whose provider reports none, or that were given up before their end."""

from __future__ import annotations

import math

from finops_router.calls import Request, Usage

CHARACTERS_PER_TOKEN = 4.0  # of English text


def tokens_of(characters: int) -> int:
    """Return about how many tokens a text of so many characters has."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def estimated_usage(request: Request, output_tokens: int) -> Usage:
    """Return the usage of an answer of `output_tokens` to the prompt of `request`, as its caller estimated it."""
    return Usage(input_tokens=request.estimated_input_tokens, output_tokens=output_tokens, source="estimated")
