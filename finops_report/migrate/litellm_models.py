"""Tell the provider, model, address and key of a deployment in LiteLLM's model_list, by our names."""

from __future__ import annotations

import re
from typing import NamedTuple

ENVIRONMENT = "os.environ/"


class KnownProvider(NamedTuple):
    """A provider of ours: its OpenTelemetry name, the variable of its key, and what its address ends with."""

    name: str
    key_env: str | None
    suffix: str = ""
    needs_address: bool = False


PROVIDERS = {  # by LiteLLM's prefix of a model
    "openai": KnownProvider("openai", "OPENAI_API_KEY"),
    "azure": KnownProvider("azure.ai.openai", "AZURE_OPENAI_API_KEY", "/openai/v1/", needs_address=True),
    "anthropic": KnownProvider("anthropic", "ANTHROPIC_API_KEY"),
    "gemini": KnownProvider("gcp.gemini", "GEMINI_API_KEY"),
    "bedrock": KnownProvider("aws.bedrock", None),
    "mistral": KnownProvider("mistral_ai", "MISTRAL_API_KEY"),
    "groq": KnownProvider("groq", "GROQ_API_KEY"),
    "deepseek": KnownProvider("deepseek", "DEEPSEEK_API_KEY"),
    "together_ai": KnownProvider("together_ai", "TOGETHER_API_KEY"),
    "xai": KnownProvider("x_ai", "XAI_API_KEY"),
    "openrouter": KnownProvider("openrouter", "OPENROUTER_API_KEY"),
    "ollama": KnownProvider("ollama", None, "/v1"),
    "ollama_chat": KnownProvider("ollama", None, "/v1"),
    "hosted_vllm": KnownProvider("vllm", None),
    "vllm": KnownProvider("vllm", None),
}
# Servers that speak OpenAI's wire under an address of their own: the prefix alone says how LiteLLM reaches them.
OPENAI_WIRE = {"custom_openai", "openai_like", "xinference", "lm_studio", "llamafile", "litellm_proxy", "fireworks_ai"}
BARE = (  # models without a prefix, as LiteLLM knows them
    (re.compile(r"(gpt-|chatgpt-|o[1-9]|text-embedding-|ft:gpt|davinci|babbage)"), "openai"),
    (re.compile(r"claude-"), "anthropic"),
    (re.compile(r"gemini-"), "gemini"),
)


class Deployment(NamedTuple):
    """Where a deployment's requests go: None for a provider that is not known here."""

    prefix: str
    model: str
    provider: KnownProvider | None


def deployment_of(called: str, api_base: str, custom: str = "") -> Deployment:
    """Return the provider and model that `called` names, with the address and provider that LiteLLM is given."""
    prefix, slash, rest = called.partition("/")
    if custom:
        prefix, rest = custom, rest if slash and prefix == custom else called
    elif not slash:
        bare = next((name for pattern, name in BARE if pattern.match(called)), "openai" if api_base else "")
        prefix, rest = bare, called
    rest = re.sub(r"^(converse|invoke|responses|chat)/", "", rest)  # how LiteLLM asks, not what
    if prefix in OPENAI_WIRE and api_base:
        return Deployment(prefix, rest, KnownProvider(prefix, None))
    return Deployment(prefix, rest, PROVIDERS.get(prefix))


def variable(value: str) -> str | None:
    """Return the environment variable that a value of LiteLLM's names, None if it is the value itself."""
    return value.removeprefix(ENVIRONMENT).strip() if value.startswith(ENVIRONMENT) else None


def address(api_base: str, provider: KnownProvider) -> str:
    """Return an address as our provider wants it."""
    plain = api_base.rstrip("/")
    if not provider.suffix or plain.endswith(provider.suffix.rstrip("/")):
        return api_base
    return re.sub(r"/openai$", "", plain) + provider.suffix
