"""finops.toml: the example loads, and every complaint names file, key and the way out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.calls import Target
from finops_router.demo.trace import read_text
from finops_router.errors import ConfigError
from finops_router.pricing.rates import Rates, UnitRate
from finops_router.settings.reader import load, parse

ROOT = Path(__file__).parents[3]
GROUP = """
[[router.groups.chat.targets]]
provider = "openai"
model = "gpt-4o-mini"
"""


def test_the_example_loads_and_shows_the_defaults() -> None:
    example, bare = load(ROOT / "finops.example.toml"), parse(GROUP, "bare")
    assert (example.deadline_s, example.retry_wait_s) == (bare.deadline_s, bare.retry_wait_s)
    assert example.health == bare.health
    assert {group.strategy for group in example.groups.values()} == {"cost-first", "performance-first"}
    assert example.prices
    chat, bare_chat = example.groups["chat"], bare.groups["chat"]
    assert (chat.strategy_settings, chat.hedge) == (bare_chat.strategy_settings, bare_chat.hedge)
    assert example.teams == {"legal": frozenset({"anthropic", "vllm"})}
    assert chat.targets[0].capabilities == frozenset({"tools", "vision", "json"})
    assert chat.targets[0].max_concurrency == 50
    assert example.groups["vectors"].targets[0].capabilities == frozenset({"embeddings"})


def test_a_target_without_time_limits_has_those_that_follow_what_is_observed() -> None:
    (target,) = parse(GROUP, "bare").groups["chat"].targets
    assert target == Target(provider="openai", model="gpt-4o-mini")
    assert (parse(GROUP, "bare").connect_timeout_s, parse(GROUP, "bare").deadline_s) == (5.0, 600.0)
    limits = (target.attempt_timeout_s, target.first_token_timeout_s, target.stall_timeout_s, target.total_timeout_s)
    assert limits == (None, None, None, None)


def test_the_demo_is_configured_as_a_user_would() -> None:
    assert set(parse(read_text("demo.toml"), "demo.toml").groups) == {"chat", "code", "extract", "triage"}


def test_settings_reach_their_places() -> None:
    config = parse(
        """
        [router]
        deadline_s = 12.5
        attempt_timeout_s = 4
        connect_timeout_s = 2
        stall_timeout_s = 9
        [router.health]
        cooldown_s = 7
        [router.groups.chat]
        strategy = "performance-first"
        expected_output_tokens = 99
        [[router.groups.chat.targets]]
        provider = "openai"
        model = "a"
        expected_ttft_ms = 10
        [[router.groups.chat.targets]]
        provider = "openai"
        model = "b"
        attempt_timeout_s = 2
        first_token_timeout_s = 1.5
        total_timeout_s = 90
        [[router.prices]]
        provider = "vllm"
        model = "own"
        input_usd_per_mtok = 0.1
        valid_from = 2026-10-01
        source = "our GPU"
        """,
        "finops.toml",
    )
    first, second = config.groups["chat"].targets
    assert (config.deadline_s, config.health.cooldown_s, config.groups["chat"].strategy) == (
        12.5,
        7.0,
        "performance-first",
    )
    assert (first.name, first.expected_ttft_ms, first.attempt_timeout_s) == ("openai/a", 10.0, 4.0)
    assert (first.expected_output_tokens, second.attempt_timeout_s) == (99, 2.0)
    assert (config.connect_timeout_s, first.stall_timeout_s, second.stall_timeout_s) == (2, 9, 9)
    assert (first.first_token_timeout_s, second.first_token_timeout_s) == (None, 1.5)
    assert (first.total_timeout_s, second.total_timeout_s) == (None, 90)
    assert config.prices[0].rates.input_usd == Decimal("0.0000001")
    assert config.prices[0].source == "our GPU"


def test_a_price_names_every_unit_and_the_way_of_being_served() -> None:
    config = parse(
        """
        [[router.prices]]
        provider = "anthropic"
        model = "claude-sonnet-4-5"
        speed = "fast"
        inference_region = "us"
        usd_per_unit = { web_searches = 0.008, requests = 0.001, output_image_tokens = 3e-5 }
        [[router.groups.chat.targets]]
        provider = "openai"
        model = "a"
        """,
        "finops.toml",
    )
    (price,) = config.prices
    assert (price.service_tier, price.speed, price.inference_region) == (None, "fast", "us")
    assert price.rates == Rates(
        request_usd=Decimal("0.001"),
        others=(UnitRate("output_image_tokens", Decimal("3e-5")), UnitRate("web_searches", Decimal("0.008"))),
    )


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("router = 3", "Not a table in f.toml, line 1: router", "write it as [router]"),
        ("[router", "Not valid TOML: f.toml", "finops.example.toml"),
        ("", "Missing key in f.toml: router.groups", "[router.groups.chat]"),
        ("[router]\ndeadlin_s = 3", "Unknown key in f.toml, line 2: router.deadlin_s", "did you mean deadline_s?"),
        ("[router]\nzzz = 3" + GROUP, "Unknown key in f.toml, line 2: router.zzz", "known keys: attempt_timeout_s"),
        ("[router]\ndeadline_s = 0" + GROUP, "f.toml, line 2: router.deadline_s = 0", "a number above 0"),
        ("[router]\ndeadline_s = true" + GROUP, "f.toml, line 2: router.deadline_s = True", "a number above 0"),
        ("[router]\ndeadline_s = nan" + GROUP, "f.toml, line 2: router.deadline_s = NaN", "a number above 0"),
        ('[router]\ndeadline_s = "9"' + GROUP, "f.toml, line 2: router.deadline_s = '9'", "a number above 0"),
        (
            "[router.health]\nwindow_requests = 1.5" + GROUP,
            "router.health.window_requests = 1.5",
            "whole",
        ),
        (
            "[router.health]\nwindow_requests = 3" + GROUP,
            "Missing key in f.toml, line 1: router.health.min_requests",
            "at most window_requests (3)",
        ),
        ("[router.health]\nfailed_share_to_shed = 80" + GROUP, "failed_share_to_shed = 80", "from 0 to 1"),
        (
            '[router.groups.chat]\nstrategy = "fixed"\ncompare = 0.05' + GROUP,
            "router.groups.chat.compare = 0.05",
            "it compares cost-first with performance-first",
        ),
        ('[router.groups.chat]\nstrategy = "cheap"' + GROUP, "router.groups.chat.strategy = 'cheap'", "cost-first"),
        (
            "[router.groups.chat]",
            "Missing key in f.toml, line 1: router.groups.chat.targets",
            "[[router.groups.chat.targets]]",
        ),
        ("[router.groups.chat]\ntargets = 3", "router.groups.chat.targets = 3", "[[router.groups.chat.targets]]"),
        (GROUP + "modle = 3", "f.toml, line 5: router.groups.chat.targets[0].modle", "did you mean model?"),
        (GROUP + GROUP, "A target twice in f.toml, line 2", "openai/gpt-4o-mini"),
        (
            "[[router.groups.c.targets]]\nprovider = 'x'",
            "f.toml, line 1: router.groups.c.targets[0].model",
            "in quotes",
        ),
        ("[[router.prices]]\nprovider = 'x'\nmodel = 'y'" + GROUP, "prices[0].input_usd_per_mtok", "at least one"),
        ("[[router.prices]]\ninput_usd_per_mtok = nan" + GROUP, "input_usd_per_mtok = NaN", "0 or more"),
        ("[[router.prices]]\ninput_usd_per_mtok = -1" + GROUP, "input_usd_per_mtok = -1", "0 or more"),
        (
            "[[router.prices]]\nprovider = 'x'\nmodel = 'y'\nusd_per_unit = { web_serches = 1 }" + GROUP,
            "prices[0].usd_per_unit.web_serches",
            "did you mean web_searches?",
        ),
        (
            "[[router.prices]]\nprovider = 'x'\nmodel = 'y'\nusd_per_unit = { web_searches = -1 }" + GROUP,
            "web_searches = -1",
            "0 or more",
        ),
        (
            "[[router.prices]]\nprovider = 'x'\nmodel = 'y'\ninput_usd_per_mtok = 1\nvalid_from = '2026'" + GROUP,
            "valid_from = '2026'",
            "as 2026-10-01",
        ),
    ],
)
def test_complaints(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "f.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_the_line_is_that_of_the_very_target() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("# first line\n[router]\ndeadline_s = 9\n" + GROUP + GROUP.replace("4o", "5") + "weight = -1", "f.toml")
    assert "f.toml, line 12: router.groups.chat.targets[1].weight = -1" in caught.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load(tmp_path / "none.toml")
