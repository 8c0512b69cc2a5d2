"""Usage that nobody reported is estimated: four letters a token, rounded up, to the prompt as its caller counted it."""

from __future__ import annotations

import pytest
from finops_router.calls import Usage
from finops_router.pricing.estimate import estimated_usage, tokens_of

from tests.finops_router.router_fixture import request


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2), (4000, 1000)])
def test_four_characters_are_a_token_and_a_part_of_one_counts(characters: int, tokens: int) -> None:
    assert tokens_of(characters) == tokens


def test_the_prompt_is_as_long_as_its_caller_counted() -> None:
    assert estimated_usage(request(), 7) == Usage(input_tokens=1000, output_tokens=7, source="estimated")
