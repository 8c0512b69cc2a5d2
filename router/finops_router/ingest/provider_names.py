"""Give providers and models their OpenTelemetry names, whatever the tool that recorded them calls them."""

from __future__ import annotations

import re

from finops_router.pricing.listed import provider_of_model

# How tools call a provider, in lower letters without punctuation -> OpenTelemetry gen_ai.provider.name
NAMES = {
    "azure": "azure.ai.openai",
    "azureopenai": "azure.ai.openai",
    "azaiopenai": "azure.ai.openai",
    "azureaiopenai": "azure.ai.openai",
    "azureai": "azure.ai.inference",
    "azaiinference": "azure.ai.inference",
    "azureaiinference": "azure.ai.inference",
    "aws": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "amazonbedrock": "aws.bedrock",
    "awsbedrock": "aws.bedrock",
    "bedrockconverse": "aws.bedrock",
    "vertexai": "gcp.vertex_ai",
    "vertexaibeta": "gcp.vertex_ai",
    "googlevertexai": "gcp.vertex_ai",
    "gcpvertexai": "gcp.vertex_ai",
    "google": "gcp.gemini",
    "gemini": "gcp.gemini",
    "googlegenai": "gcp.gemini",
    "googleaistudio": "gcp.gemini",
    "googlegenerativeai": "gcp.gemini",
    "gcpgemini": "gcp.gemini",
    "gcpgenai": "gcp.gen_ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "xai": "x_ai",
    "moonshot": "moonshot_ai",
    "moonshotai": "moonshot_ai",
    "watsonx": "ibm.watsonx.ai",
    "ibmwatsonxai": "ibm.watsonx.ai",
    "coherechat": "cohere",
    "textcompletionopenai": "openai",
    "openaicompatible": "openai",
    "claude": "anthropic",
    "togetherai": "together",
    "fireworksai": "fireworks",
}
PUNCTUATION = re.compile(r"[^a-z0-9]")


def provider_name(called: str | None, model: str | None = None) -> str | None:
    """Return the OpenTelemetry name of a provider; if it is not named, that of who makes `model`; None if unknown."""
    if called:
        lower = called.strip().lower()
        return NAMES.get(PUNCTUATION.sub("", lower), lower)
    if not model:
        return None
    prefix, slash, rest = model.partition("/")
    if slash and rest and (known := NAMES.get(PUNCTUATION.sub("", prefix.lower()))):
        return known
    return provider_of_model(rest if slash else model) or provider_of_model(model)


def model_name(called: str | None, provider: str | None) -> str | None:
    """Return a model without the name of its provider before it: 'openai/gpt-4o' of OpenAI is 'gpt-4o'."""
    if not called:
        return None
    prefix, slash, rest = called.partition("/")
    is_provider = prefix == "models" or provider_name(prefix) == provider
    return rest if slash and rest and is_provider and provider != "openrouter" else called
