"""Call providers as people know them; data keep the standard name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from finops_report.wording.formats import NOT_RECORDED

# By OpenTelemetry's gen_ai.provider.name, and the names of providers that it has none for.
NAMES = {
    "ai21": "AI21",
    "anthropic": "Anthropic",
    "aws": "AWS",
    "aws.bedrock": "Amazon Bedrock",
    "azure": "Azure",
    "azure.ai.inference": "Azure AI",
    "azure.ai.openai": "Azure OpenAI",
    "baseten": "Baseten",
    "cerebras": "Cerebras",
    "cloudflare": "Cloudflare",
    "cohere": "Cohere",
    "databricks": "Databricks",
    "deepinfra": "DeepInfra",
    "deepseek": "DeepSeek",
    "fireworks_ai": "Fireworks AI",
    "gcp.gemini": "Google Gemini",
    "gcp.gen_ai": "Google AI",
    "gcp.vertex_ai": "Google Vertex AI",
    "google": "Google",
    "groq": "Groq",
    "huggingface": "Hugging Face",
    "hyperbolic": "Hyperbolic",
    "ibm.watsonx.ai": "IBM watsonx",
    "lm_studio": "LM Studio",
    "meta_llama": "Meta Llama",
    "minimax": "MiniMax",
    "mistral_ai": "Mistral",
    "moonshot_ai": "Moonshot AI",
    "nebius": "Nebius",
    "novita": "Novita AI",
    NOT_RECORDED: "no provider",
    "nvidia_nim": "NVIDIA NIM",
    "ollama": "Ollama",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "perplexity": "Perplexity",
    "replicate": "Replicate",
    "sagemaker": "Amazon SageMaker",
    "sambanova": "SambaNova",
    "together_ai": "Together AI",
    "vllm": "vLLM",
    "voyage": "Voyage AI",
    "x_ai": "xAI",
    "z_ai": "Z.ai",
}
# Short names, and those that other routers, gateways and price lists have for the same provider.
SAME = {
    "azure_ai": "azure.ai.inference",
    "azure_openai": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "fireworks": "fireworks_ai",
    "gemini": "gcp.gemini",
    "google_ai_studio": "gcp.gemini",
    "google_vertex_ai": "gcp.vertex_ai",
    "hugging_face": "huggingface",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "moonshot": "moonshot_ai",
    "moonshotai": "moonshot_ai",
    "nvidia": "nvidia_nim",
    "open_router": "openrouter",
    "together": "together_ai",
    "vertex": "gcp.vertex_ai",
    "vertex_ai": "gcp.vertex_ai",
    "vertexai": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "xai": "x_ai",
    "zai": "z_ai",
}


def provider_names(recorded: Iterable[str]) -> Mapping[str, str]:
    """Return the name for readers of each recorded provider, no two alike.

    One that has none stays as it was recorded. So do those that would be called the same ('mistral' beside
    'mistral_ai'), and one whose name is recorded, too ('openai' beside 'OpenAI').
    """
    found = {provider: _name(provider) for provider in recorded}
    times = Counter(found.values())
    return {provider: provider if times[name] > 1 or name in found else name for provider, name in found.items()}


def _name(provider: str) -> str:
    """Return a provider's name; hyphens are as good as underscores ('x-ai')."""
    key = provider.replace("-", "_")
    return NAMES.get(SAME.get(key, key), provider)
