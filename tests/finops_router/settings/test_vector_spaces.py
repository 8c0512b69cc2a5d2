"""One group serves one embedding model: others are refused if their names leave no doubt, else named in the log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from finops_router.calls import Target
from finops_router.errors import ConfigError
from finops_router.settings.reader import load
from finops_router.settings.vector_spaces import mixed_models


def targets(*models: str, capabilities: frozenset[str] | None = None) -> list[Target]:
    return [Target(provider=f"p{n}", model=model, capabilities=capabilities) for n, model in enumerate(models)]


@pytest.mark.parametrize(
    "models",
    [
        ("text-embedding-3-small", "text-embedding-3-large"),
        ("text-embedding-3-small", "openai/text-embedding-ada-002"),
        ("text-embedding-3-small", "gemini-embedding-001"),
        ("gemini-embedding-001", "models/gemini-embedding-2"),
        ("amazon.titan-embed-text-v1", "amazon.titan-embed-text-v2:0"),
        ("acme-text-embedding-3-small-eu", "bge-m3"),
        ("mistral-embed", "codestral-embed-2505"),
        ("Qwen/Qwen3-Embedding-8B", "qwen3-embedding-0.6b"),
    ],
)
def test_different_embedding_models_are_found(models: tuple[str, ...]) -> None:
    assert len(mixed_models(targets(*models))) == 2


@pytest.mark.parametrize(
    "models",
    [
        ("text-embedding-3-small", "openai/text-embedding-3-small"),
        ("text-embedding-3-small", "acme-text-embedding-3-small-eu"),
        ("text-embedding-3-small", "Text_Embedding_3_Small"),
        ("bge-m3", "BAAI/bge-m3", "@cf/baai/bge-m3", "bge-m3:latest"),
        ("bge-large-en-v1.5", "databricks-bge-large-en"),
        ("nomic-embed-text", "nomic-ai/nomic-embed-text-v1.5"),
        ("databricks-qwen3-embedding-0-6b", "@cf/qwen/qwen3-embedding-0.6b"),
        ("mistral-embed", "mistral-embed-2312"),
        ("snowflake-arctic-embed", "Snowflake/snowflake-arctic-embed"),
        ("gpt-5-mini", "claude-haiku-4-5", "text-embedding-3-small"),
        ("gpt-5-mini", "claude-haiku-4-5"),
    ],
)
def test_one_model_under_many_names_stays_allowed_without_a_word(
    models: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    assert mixed_models(targets(*models)) == ()
    assert not caplog.records


@pytest.mark.parametrize(
    "models", [("text-embedding-3-small", "prod-embeddings"), ("voyage-3", "voyage-3-large"), ("e5-small", "e5-large")]
)
def test_names_that_may_mean_another_model_are_a_warning(
    models: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "finops_router"):
        assert mixed_models(targets(*models)) == ()
    assert models[0] in caplog.text
    assert models[1] in caplog.text


def test_targets_that_are_never_asked_for_embeddings_do_not_count() -> None:
    models = ("text-embedding-3-small", "text-embedding-3-large")
    assert mixed_models(targets(*models, capabilities=frozenset({"json"}))) == ()


def test_a_group_of_two_embedding_models_is_refused_when_the_settings_are_read(tmp_path: Path) -> None:
    lines = ["[router.groups.vectors]"]
    for model in ("text-embedding-3-small", "text-embedding-3-large"):
        lines += ["[[router.groups.vectors.targets]]", 'provider = "openai"', f'model = "{model}"']
    (tmp_path / "f.toml").write_text("\n".join(lines))
    with pytest.raises(ConfigError, match=r"Different embedding models .*3-small, text-embedding-3-large") as refused:
        load(tmp_path / "f.toml")
    assert "a group of its own" in refused.value.hint
