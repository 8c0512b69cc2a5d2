"""Providers as people know them."""

from __future__ import annotations

import pytest
from finops_router.providers.known import KNOWN
from hypothesis import given
from hypothesis import strategies as st

from finops_report.wording.providers import NAMES, SAME, provider_names


def test_standard_names_become_those_that_people_know_and_others_stay() -> None:
    assert provider_names(["gcp.gemini", "mistral_ai", "acme-gpu"]) == {
        "gcp.gemini": "Google Gemini",
        "mistral_ai": "Mistral",
        "acme-gpu": "acme-gpu",
    }


def test_two_providers_never_have_one_name() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
    assert provider_names(["openai", "OpenAI"]) == {"openai": "openai", "OpenAI": "OpenAI"}
    assert provider_names(["mistral", "mistral_ai"]) == {"mistral": "mistral", "mistral_ai": "mistral_ai"}
    assert provider_names(["x-ai", "xAI", "groq"]) == {"x-ai": "x-ai", "xAI": "xAI", "groq": "Groq"}


@given(st.lists(st.sampled_from([*NAMES, *NAMES.values(), *SAME, "x-ai", "acme-gpu"]), unique=True))
def test_whatever_is_recorded_no_two_names_are_alike(recorded: list[str]) -> None:
    names = provider_names(recorded)
    assert list(names) == recorded
    assert len(set(names.values())) == len(recorded)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("google", "Google"), ("gemini", "Google Gemini"), ("vertex_ai", "Google Vertex AI"), ("azure", "Azure"),
        ("bedrock", "Amazon Bedrock"), ("mistral", "Mistral"), ("xai", "xAI"), ("x-ai", "xAI"),
        ("together", "Together AI"),
        ("fireworks", "Fireworks AI"), ("moonshotai", "Moonshot AI"),
    ],
)  # fmt: skip
def test_short_names_are_those_that_people_know_too(short: str, name: str) -> None:
    assert provider_names([short]) == {short: name}


def test_every_provider_that_the_router_knows_has_a_name() -> None:
    assert not KNOWN.keys() - NAMES.keys()
