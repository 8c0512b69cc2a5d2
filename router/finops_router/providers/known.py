"""Hold the addresses of the usual providers, and connect the ones that finops.toml names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from urllib.parse import urlsplit

from finops_router.errors import ConfigError
from finops_router.providers.contract import Provider
from finops_router.providers.settings import CONNECT_TIMEOUT_S, ProviderSettings

WIRES: Mapping[str, str] = MappingProxyType(  # protocol -> module
    {
        "openai": "finops_router.providers.openai",
        "responses": "finops_router.providers.responses",
        "anthropic": "finops_router.providers.anthropic",
        "gemini": "finops_router.providers.gemini",
        "bedrock": "finops_router.providers.bedrock",
    }
)
_OPENAI = (  # providers that speak OpenAI's protocol: name, address, environment variable of the key
    ("openai", None, "OPENAI_API_KEY"),
    ("mistral_ai", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    ("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    ("deepseek", "https://api.deepseek.com", "DEEPSEEK_API_KEY"),
    ("together_ai", "https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    ("x_ai", "https://api.x.ai/v1", "XAI_API_KEY"),
    ("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    ("ollama", "http://localhost:11434/v1", None),
    ("vllm", "http://localhost:8000/v1", None),
)
KNOWN: Mapping[str, ProviderSettings] = MappingProxyType(
    {
        name: ProviderSettings(provider=name, wire="openai", base_url=address, api_key_env=key)
        for name, address, key in _OPENAI
    }
    | {
        "anthropic": ProviderSettings(provider="anthropic", wire="anthropic", api_key_env="ANTHROPIC_API_KEY"),
        "gcp.gemini": ProviderSettings(provider="gcp.gemini", wire="gemini", api_key_env="GEMINI_API_KEY"),
        "aws.bedrock": ProviderSettings(provider="aws.bedrock", wire="bedrock"),
        "azure.ai.openai": ProviderSettings(
            provider="azure.ai.openai", wire="openai", api_key_env="AZURE_OPENAI_API_KEY"
        ),
    }
)
NEED_ADDRESS = ("azure.ai.openai",)  # every customer has an address of their own there


def provider_at(address: str) -> str | None:
    """Return the provider whose API is at the host of `address`, None if none is known there."""
    host = urlsplit(address).hostname or ""
    if host.endswith(".openai.azure.com"):
        return "azure.ai.openai"
    return next(
        (name for name, known in KNOWN.items() if known.base_url and urlsplit(known.base_url).hostname == host), None
    )


def connect(name: str, given: ProviderSettings | None, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> Provider:
    """Return the provider `name`, as `given` in finops.toml, otherwise as KNOWN has it, with `connect_timeout_s`.

    Raises ConfigError for a name in neither, a protocol without a module, a missing SDK or key.
    """
    settings = _filled(given, KNOWN.get(name)) if given else KNOWN.get(name)
    if settings is None:
        raise ConfigError(
            f"No such provider: {name}",
            f'describe it as [router.providers."{name}"] with wire and base_url, or use one of: {", ".join(KNOWN)}',
        )
    if given is None:
        settings = replace(settings, connect_timeout_s=connect_timeout_s)
    if name in NEED_ADDRESS and settings.base_url is None:
        raise ConfigError(
            f"No address for {name}",
            f'put base_url = "https://RESOURCE.openai.azure.com/openai/v1/" into [router.providers."{name}"]',
        )
    module = WIRES.get(settings.wire or "openai")
    if module is None:
        raise ConfigError(f"No such wire: {settings.wire}", f"known wires: {', '.join(WIRES)}")
    made: Provider = import_module(module).connect(settings)
    return made


def _filled(given: ProviderSettings, usual: ProviderSettings | None) -> ProviderSettings:
    if usual is None:
        return given
    has_key = given.api_key_env or given.api_key_file
    return replace(
        given,
        wire=given.wire or usual.wire,
        base_url=given.base_url or usual.base_url,
        api_key_env=given.api_key_env if has_key else usual.api_key_env,
    )
