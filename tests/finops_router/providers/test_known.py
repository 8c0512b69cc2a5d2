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


def test_azure_needs_an_address() -> None:
    with pytest.raises(ConfigError, match=r"No address for azure\.ai\.openai"):
        connect("azure.ai.openai", None)


def test_the_usual_providers_need_a_key_only() -> None:
    assert {settings.wire for settings in KNOWN.values()} == {"openai", "anthropic", "gemini", "bedrock"}
    assert KNOWN["vllm"].api_key_env is None


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("openai", "openai", "openai"),
        ("anthropic", "anthropic", "anthropic"),
        ("gcp.gemini", "google.genai", "gemini"),
        ("aws.bedrock", "aiobotocore.config", "bedrock"),
    ],
)
def test_a_missing_sdk_is_named_with_its_extra(
    name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match="is not installed") as refused:
        connect(name, None)
    assert refused.value.hint == f"pip install 'finops-report[{extra}]'"
