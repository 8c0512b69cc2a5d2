"""The usual providers need their key only; everything that leads nowhere is refused with a way out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.providers.known import KNOWN, connect
from finops_router.providers.settings import ProviderSettings


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "No such provider: acme"),
        (ProviderSettings(provider="acme", wire="gopher"), "No such wire: gopher"),
        (ProviderSettings(provider="acme", wire="openai", api_key_env="NO_SUCH_VARIABLE"), "No key for acme"),
        (ProviderSettings(provider="acme", wire="openai", api_key_file=Path("/nowhere")), "cannot be read"),
    ],
)
def test_settings_that_lead_nowhere_are_refused(given: ProviderSettings | None, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        connect("acme", given)


@pytest.mark.parametrize(
    ("name", "wire", "kind"),
    [
        ("anthropic", "", "AnthropicProvider"),
        ("gcp.gemini", "", "GeminiProvider"),
        ("acme", "", "OpenAIProvider"),
        ("acme", "anthropic", "AnthropicProvider"),
    ],
)
def test_a_provider_speaks_its_usual_wire_unless_another_is_named(name: str, wire: str, kind: str) -> None:
    given = ProviderSettings(provider=name, wire=wire, base_url="http://127.0.0.1:9")
    assert type(connect(name, given)).__name__ == kind


def test_azure_needs_an_address() -> None:
    with pytest.raises(ConfigError, match=r"No address for azure\.ai\.openai"):
        connect("azure.ai.openai", None)


def test_the_usual_providers_need_a_key_only() -> None:
    assert {settings.wire for settings in KNOWN.values()} == {"openai", "anthropic", "gemini", "bedrock"}
    assert KNOWN["vllm"].api_key_env is None


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiobotocore.config", None)
    with pytest.raises(ConfigError, match="is not installed") as refused:
        connect("aws.bedrock", None)
    assert refused.value.hint == "pip install 'finops-report[bedrock]'"


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in ("aws.bedrock", "azure.ai.openai")])
def test_all_others_need_no_library_of_their_provider(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("openai", "anthropic", "google.genai", "aiobotocore", "httpx", "httpx2"):
        monkeypatch.setitem(sys.modules, module, None)
    if (variable := KNOWN[name].api_key_env) is not None:
        monkeypatch.setenv(variable, "sk-test-0123456789")
    assert connect(name, None) is not None
