"""LiteLLM's documented configurations become settings that our reader takes, and what does not is named by line."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from finops_router.settings.reader import parse
from finops_router.settings.router import RouterConfig
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_report.cli import main
from finops_report.errors import ConfigError
from finops_report.migrate.litellm import Migrated, migrated
from finops_report.migrate.toml_text import written
from finops_report.migrate.yaml_lines import Value, read_yaml

# After the quick start of docs.litellm.ai/docs/proxy/configs, with the settings of its other examples.
CONFIG = """\
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-eu
      api_base: https://my-endpoint-europe.openai.azure.com/
      api_key: "os.environ/AZURE_API_KEY_EU"
      rpm: 6
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-ca
      api_base: https://my-endpoint-canada.openai.azure.com/
      api_key: "os.environ/AZURE_API_KEY_CA"
      rpm: 600
      temperature: 0.2
  - model_name: claude
    litellm_params:
      model: bedrock/anthropic.claude-sonnet-4-5
      aws_region_name: us-east-1
  - model_name: vllm-models
    litellm_params:
      model: openai/facebook/opt-125m
      api_base: http://0.0.0.0:4000/v1
      api_key: none
      tpm: 1440
      timeout: 300
      stream_timeout: 60
    model_info:
      version: 2
      max_input_tokens: 8192
      supports_vision: false
      input_cost_per_token: 0.0000001
      output_cost_per_token: 0.0000004
  - model_name: embed
    litellm_params:
      model: text-embedding-3-small
      api_key: sk-a-key-that-stands-in-the-file
    model_info:
      mode: embedding
  - model_name: "*"
    litellm_params:
      model: "*"
litellm_settings:
  num_retries: 3
  request_timeout: 10
  fallbacks: [{"vllm-models": ["gpt-4o"]}]
  context_window_fallbacks: [{"gpt-4o": ["claude"]}]
  drop_params: True
  success_callback: ["langfuse"]
router_settings:
  routing_strategy: simple-shuffle
  model_group_alias: {"gpt-4": "gpt-4o"}
  redis_password: secret-of-redis
general_settings:
  master_key: sk-1234
environment_variables:
  REDIS_HOST: localhost
"""
LETTERS = "abcdefghijklmnopqrstuvwx"
SECRETS = ("sk-a-key", "secret-of-redis", "sk-1234")


def read(made: Migrated) -> RouterConfig:
    return parse(made.text, "finops.toml")


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["migrate", "litellm", *arguments])


def test_the_documented_example_is_read_by_our_reader() -> None:
    config = read(migrated(CONFIG, "config.yaml"))
    assert list(config.groups) == ["gpt-4o", "claude", "vllm-models", "embed", "gpt-4"]
    assert {group.strategy for group in config.groups.values()} == {"weighted"}
    eu, canada, spare = config.groups["gpt-4o"].targets
    assert (eu.provider, eu.model, eu.requests_per_minute, eu.weight) == ("azure.ai.openai", "gpt-4o-eu", 6, 6)
    assert (canada.provider, canada.model, canada.weight) == ("azure.ai.openai-2", "gpt-4o-ca", 600)
    assert (spare.provider, spare.model, spare.weight) == ("aws.bedrock", "anthropic.claude-sonnet-4-5", 0)
    assert config.groups["gpt-4"].targets == config.groups["gpt-4o"].targets
    own, *fallbacks = config.groups["vllm-models"].targets
    assert (own.model, own.tokens_per_minute, own.attempt_timeout_s) == ("facebook/opt-125m", 1440, 300)
    assert (own.first_token_timeout_s, own.context_tokens) == (60, 8192)
    assert own.capabilities == frozenset({"tools", "json"})
    assert [target.model for target in fallbacks] == ["gpt-4o-eu", "gpt-4o-ca"]
    (embed,) = config.groups["embed"].targets
    assert (embed.provider, embed.capabilities) == ("openai-2", frozenset({"embeddings"}))
    assert eu.attempt_timeout_s == 10  # request_timeout holds for all that name none


def test_providers_have_addresses_and_keys_by_name() -> None:
    providers = read(migrated(CONFIG, "config.yaml")).providers
    assert {name: (one.base_url, one.api_key_env, one.region) for name, one in providers.items()} == {
        "azure.ai.openai": ("https://my-endpoint-europe.openai.azure.com/openai/v1/", "AZURE_API_KEY_EU", None),
        "azure.ai.openai-2": ("https://my-endpoint-canada.openai.azure.com/openai/v1/", "AZURE_API_KEY_CA", None),
        "aws.bedrock": (None, None, "us-east-1"),
        "openai": ("http://0.0.0.0:4000/v1", None, None),
        "openai-2": (None, "OPENAI_API_KEY", None),
    }


def test_own_prices_are_carried_over_per_million() -> None:
    (price,) = read(migrated(CONFIG, "config.yaml")).prices
    assert (price.provider, price.model) == ("openai", "facebook/opt-125m")
    assert "input_usd_per_mtok = 0.1\noutput_usd_per_mtok = 0.4" in migrated(CONFIG, "c").text


def test_what_is_not_carried_over_is_named_with_its_line() -> None:
    left = {one.path: one for one in migrated(CONFIG, "config.yaml").left}
    assert {path: one.line for path, one in left.items()} == {
        "model_list[1].litellm_params.model": 10,
        "model_list[1].litellm_params.temperature": 14,
        "model_list[3].model_info.version": 28,
        "model_list[4].litellm_params.model": 35,
        "model_list[4].litellm_params.api_key": 36,
        "model_list[5].litellm_params.model": 41,
        "litellm_settings.num_retries": 43,
        "litellm_settings.context_window_fallbacks": 46,
        "litellm_settings.drop_params": 47,
        "litellm_settings.success_callback": 48,
        "router_settings.redis_password": 52,
        "general_settings": 53,
        "environment_variables": 55,
    }
    assert left["model_list[4].litellm_params.api_key"].why.endswith("put it into OPENAI_API_KEY")
    assert "another address or key" in left["model_list[1].litellm_params.model"].why


def test_no_secret_is_written_or_said() -> None:
    made = migrated(CONFIG, "config.yaml")
    assert not any(secret in made.text or secret in str(made.left) for secret in SECRETS)


def test_the_command_writes_a_new_file_and_replaces_none(tmp_path: Path) -> None:
    source, out = tmp_path / "config.yaml", tmp_path / "finops.toml"
    source.write_text(CONFIG)
    done = run(tmp_path, str(source), "--out", str(out))
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{out}: 5 groups with 7 targets\nnot carried over, or not as it was:\n")
    assert f"  {source}:14: model_list[1].litellm_params.temperature: callers say it\n" in done.output
    before = out.read_bytes()
    again = run(tmp_path, str(source), "--out", str(out))
    assert again.exit_code == 1
    assert again.stderr == f"error: There is a file already: {out}\nhint: give another place with --out\n"
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No model of c.yaml can be carried over"),
        ("model_list: []", "No model of c.yaml can be carried over"),
        ("a: [", "This is no YAML: c.yaml, line 1"),
        ("- a", "No model of c.yaml can be carried over"),
        ("model_list: [{model_name: a, litellm_params: {model: sagemaker/x}}]", "no provider sagemaker is known"),
        ("model_list: [{model_name: a}]", "it has no model_name or no litellm_params"),
        ("a: &a [*a]", "This YAML holds more than 100000 values"),
        (
            "a: &a [1]\n" + "".join(f"{new}: &{new} [{'*' + old},{'*' + old}]\n" for old, new in pairwise(LETTERS)),
            "This YAML holds more than 100000 values",
        ),
        ("a: !!python/object:os.system {}", "No model of c.yaml"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_says_why(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as failed:
        migrated(text, "c.yaml")
    assert failed.value.message.startswith(words) or words in failed.value.message


def one(params: str, more: str = "") -> str:
    return f"model_list: [{{model_name: m, litellm_params: {{{params}}}}}]\n{more}"


@pytest.mark.parametrize(
    ("params", "provider", "model"),
    [
        ("model: gpt-4o", "openai", "gpt-4o"),
        ("model: claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("model: gemini/gemini-2.5-flash", "gcp.gemini", "gemini-2.5-flash"),
        ("model: openrouter/openai/gpt-4o", "openrouter", "openai/gpt-4o"),
        ("model: bedrock/converse/anthropic.claude-v2", "aws.bedrock", "anthropic.claude-v2"),
        ("model: mistral/mistral-large-latest", "mistral_ai", "mistral-large-latest"),
        ("model: xinference/bge, api_base: 'http://gpu:9997/v1'", "xinference", "bge"),
        ("model: my-model, custom_llm_provider: groq", "groq", "my-model"),
        ("model: llama3, api_base: 'http://gpu:8000/v1'", "openai", "llama3"),
    ],
)
def test_models_have_our_providers(params: str, provider: str, model: str) -> None:
    (target,) = read(migrated(one(params), "c.yaml")).groups["m"].targets
    assert (target.provider, target.model) == (provider, model)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("latency-based-routing", "performance-first"),
        ("cost-based-routing", "cost-first"),
        ("least-busy", "weighted"),
        ("usage-based-routing-v2", "weighted"),
    ],
)
def test_strategies(theirs: str, ours: str) -> None:
    made = migrated(one("model: gpt-4o", f"router_settings: {{routing_strategy: {theirs}}}"), "c.yaml")
    assert read(made).groups["m"].strategy == ours
    assert bool(made.left) == (theirs not in {"latency-based-routing", "cost-based-routing"})


def test_credentials_are_followed_and_addresses_of_the_environment_named() -> None:
    text = one(
        "model: azure/gpt-4o, litellm_credential_name: eu",
        "credential_list: [{credential_name: eu, credential_values: "
        "{api_key: os.environ/EU_KEY, api_base: os.environ/EU_BASE}}]",
    )
    made = migrated(text, "c.yaml")
    assert read(made).providers["azure.ai.openai"].api_key_env == "EU_KEY"
    assert [one.why for one in made.left] == [
        "its address is in EU_BASE: write it as base_url of [router.providers.'azure.ai.openai']"
    ]


def test_a_deployment_of_the_same_model_is_one_target_and_vectors_do_not_mix() -> None:
    twice = "model_list:\n" + "".join(
        f"- {{model_name: {name}, litellm_params: {{model: {model}}}, model_info: {{mode: {mode}}}}}\n"
        for name, model, mode in (
            ("a", "gpt-4o", "chat"),
            ("a", "gpt-4o", "chat"),
            ("e", "text-embedding-3-small", "embedding"),
            ("e", "text-embedding-3-large", "embedding"),
        )
    )
    made = migrated(twice + 'litellm_settings: {fallbacks: [{e: [a]}], default_fallbacks: ["nobody"]}', "c.yaml")
    assert {name: len(group.targets) for name, group in read(made).groups.items()} == {"a": 1, "e": 1}
    assert len([one for one in made.left if "vectors" in one.why]) == 2
    assert any(one.why == "there is no group nobody" for one in made.left)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
PARAMS = ("model", "api_key", "api_base", "rpm", "tpm", "weight", "timeout", "region_name", "temperature", "x")
SECTIONS = ("fallbacks", "default_fallbacks", "routing_strategy", "timeout", "model_group_alias", "num_retries", "x")


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(PARAMS), anything, max_size=4),
    st.dictionaries(st.sampled_from(SECTIONS), anything, max_size=3),
    st.dictionaries(words, anything, max_size=2),
)
def test_whatever_stands_in_the_file_is_carried_over_or_named(
    params: dict[str, Any], section: dict[str, Any], more: dict[str, Any]
) -> None:
    good = {"model_name": "good", "litellm_params": {"model": "gpt-4o"}}
    odd = {"model_name": "odd", "litellm_params": {"model": "claude-sonnet-4-5", **params}}
    whole = {**more, "model_list": [good, odd], "router_settings": section, "litellm_settings": section}
    text = yaml.safe_dump(whole, allow_unicode=True)
    made = migrated(text, "c.yaml")
    assert "good" in read(made).groups
    named = {one.path for one in made.left}
    root = read_yaml(text, "c.yaml")
    for name in more:
        if name not in whole or name in ("model_list", "router_settings", "litellm_settings"):
            continue
        value = root.content.get(name)
        assert isinstance(value, Value)
        assert value.content is None or name in named


@given(st.text(max_size=20), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
def test_values_are_written_as_toml_reads_them(text: str, number: int, flag: bool, amount: float) -> None:
    if not text.isprintable() and any(0xD800 <= ord(c) < 0xE000 for c in text):
        return
    line = f"a = {written([text])}\nb = {written(flag)}\nc = {written(amount)}\nd = {written(abs(number) % 2**60)}"
    assert tomllib.loads(line) == {"a": [text], "b": flag, "c": amount, "d": abs(number) % 2**60}
