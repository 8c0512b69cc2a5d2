"""Models are known on both sides, however a cloud's bill names them."""

from __future__ import annotations

import pytest

from finops_report.reconcile.names import same_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "Claude Sonnet 4.5"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "Claude4Sonnet"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt 4o mini 0718", "gpt-4o-mini"),
        ("models/gemini-2.5-pro", "Gemini 2.5 Pro"),
        ("openai/gpt-5-mini", "gpt-5-mini"),
    ],
)
def test_these_are_the_same(one: str, other: str) -> None:
    assert same_names("x", one) == same_names("x", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gpt-4o", "gpt-4o-mini"),
        ("gemini-2.5-pro", "gemini-2.5-flash"),
        ("claude-sonnet-4", "claude-sonnet-4-5"),
        ("o1", "o3"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert same_names("x", one) != same_names("x", other)


def test_providers_have_one_name() -> None:
    assert same_names("azure_openai", "m")[0] == same_names("azure.ai.openai", "m")[0] == "Azure OpenAI"
