"""Call providers as people know them; data keep the standard name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from finops_report.wording.formats import NOT_RECORDED

# By OpenTelemetry's gen_ai.provider.name, and the names that routers use beside it.
NAMES = {
    "anthropic": "Anthropic",
    "aws.bedrock": "Amazon Bedrock",
    "azure.ai.inference": "Azure AI",
    "azure.ai.openai": "Azure OpenAI",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "fireworks_ai": "Fireworks AI",
    "gcp.gemini": "Google Gemini",
    "gcp.gen_ai": "Google AI",
    "gcp.vertex_ai": "Google Vertex AI",
    "groq": "Groq",
    "ibm.watsonx.ai": "IBM watsonx",
    "mistral_ai": "Mistral",
    NOT_RECORDED: "no provider",
    "ollama": "Ollama",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "perplexity": "Perplexity",
    "together_ai": "Together AI",
    "vllm": "vLLM",
    "x_ai": "xAI",
}


def provider_names(recorded: Iterable[str]) -> Mapping[str, str]:
    """Return the name for readers of each recorded provider, no two alike.

    One that has none stays as it was recorded, and so does one whose name is recorded, too ('openai' beside 'OpenAI').
    """
    found = dict.fromkeys(recorded, "")
    return {provider: provider if NAMES.get(provider) in found else NAMES.get(provider, provider) for provider in found}
