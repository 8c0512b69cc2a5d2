"""Providers as people know them."""

from __future__ import annotations

from finops_report.wording.providers import NAMES, provider_names


def test_standard_names_become_those_that_people_know_and_others_stay() -> None:
    assert provider_names(["gcp.gemini", "mistral_ai", "acme-gpu"]) == {
        "gcp.gemini": "Google Gemini",
        "mistral_ai": "Mistral",
        "acme-gpu": "acme-gpu",
    }


def test_two_providers_never_have_one_name() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
    assert provider_names(["openai", "OpenAI"]) == {"openai": "openai", "OpenAI": "OpenAI"}
