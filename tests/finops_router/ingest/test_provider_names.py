"""Providers and models have their OpenTelemetry names, whatever recorded them."""

from __future__ import annotations

import pytest
from finops_router.ingest.provider_names import model_name, provider_name


@pytest.mark.parametrize(
    ("called", "model", "provider", "name"),
    [
        ("openai", "gpt-4o", "openai", "gpt-4o"),
        ("OpenAI", "openai/gpt-4o", "openai", "gpt-4o"),
        ("az.ai.openai", "gpt-4o", "azure.ai.openai", "gpt-4o"),
        ("azure", "azure/my-deployment", "azure.ai.openai", "my-deployment"),
        ("bedrock", "anthropic.claude-v2", "aws.bedrock", "anthropic.claude-v2"),
        ("AWS", "anthropic.claude-v2", "aws.bedrock", "anthropic.claude-v2"),
        ("vertex_ai", "gemini-2.5-pro", "gcp.vertex_ai", "gemini-2.5-pro"),
        ("gemini", "gemini/gemini-2.5-flash", "gcp.gemini", "gemini-2.5-flash"),
        ("google", "models/gemini-2.5-flash", "gcp.gemini", "gemini-2.5-flash"),
        ("mistralai", "mistral-large-latest", "mistral_ai", "mistral-large-latest"),
        ("openrouter", "openai/gpt-4o", "openrouter", "openai/gpt-4o"),
        ("our-gateway", "own/model", "our-gateway", "own/model"),
        (None, "gpt-4o", "openai", "gpt-4o"),
        (None, "claude-sonnet-4-5-20250929", "anthropic", "claude-sonnet-4-5-20250929"),
        (None, "anthropic/claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        (None, "gemini-2.5-flash", "gcp.gemini", "gemini-2.5-flash"),
        (None, "our-own-model", None, "our-own-model"),
    ],
)
def test_names_are_opentelemetrys(called: str | None, model: str, provider: str | None, name: str) -> None:
    found = provider_name(called, model)
    assert (found, model_name(model, found)) == (provider, name)
