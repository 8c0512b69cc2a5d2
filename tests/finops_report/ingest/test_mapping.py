"""Columns of any table are mapped as the reader says, and proposed by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.errors import ConfigError
from finops_report.ingest.mapping import Mapped, as_options, check_columns, mapping_from, of_our_own, proposed

# columns of real exports: burnlens, Azure's trace, Helicone
BURNLENS = (
    *("timestamp", "provider", "model", "feature", "team", "customer", "repo", "tokens_in", "tokens_out"),
    *("reasoning_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd", "pricing_class", "latency_ms"),
    "status_code",
)


def test_names_that_others_use_are_proposed() -> None:
    assert proposed(BURNLENS) == {
        "timestamp": "timestamp",
        "model": "model",
        "provider": "provider",
        "input_tokens": "tokens_in",
        "output_tokens": "tokens_out",
        "cost_estimated": "cost_usd",
        "latency_ms": "latency_ms",
        "cache_read_input_tokens": "cache_read_tokens",
        "cache_write_input_tokens": "cache_write_tokens",
        "reasoning_output_tokens": "reasoning_tokens",
        "team": "team",
        "project": "feature",
        "end_user": "customer",
        "status": "status_code",
        "service_tier": "pricing_class",
    }


def test_a_column_with_a_slip_is_proposed_and_none_is_proposed_twice() -> None:
    found = proposed(["Timestmp", "Model Name", "Promt Tokens", "Cost (USD)", "weather"])
    assert found == {
        "timestamp": "Timestmp",
        "model": "Model Name",
        "input_tokens": "Promt Tokens",
        "cost_estimated": "Cost (USD)",
    }


def test_a_proposal_can_be_typed_as_it_is_printed() -> None:
    assert as_options({"model": "Model Name", "team": "Team"}) == "--map model='Model Name' --map team=Team"


def test_options_say_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(
        'cached = "beside"\n[columns]\nmodel = "M"\nteam = "T"\n[values]\nproject = "p"\n', encoding="utf-8"
    )
    mapped = mapping_from(["model=Other=Name"], ["environment=prod"], file, {})
    assert mapped == Mapped(
        {"model": "Other=Name", "team": "T"}, {"project": "p", "environment": "prod"}, "beside", "within"
    )
    assert mapping_from([], [], file, {"cached": "within"}).cached == "within"


@pytest.mark.parametrize(
    ("pairs", "message", "hint"),
    [
        (["model"], "No pair after --map: model", "write it as --map model=Model"),
        (["modle=M"], "No column of ours: modle", "did you mean model?"),
    ],
)
def test_options_that_are_none_say_what_would_be(pairs: list[str], message: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        mapping_from(pairs, [], None, {})
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[colums]\n", "Unknown key in .*colums"),
        ('cached = "inside"\n', "Neither within nor beside"),
        ("[columns]\nmodel = 1\n", "No table of texts"),
        ("[columns\n", "The mapping cannot be read"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "m.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        mapping_from([], [], tmp_path / "m.toml", {})


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="No such column in f: Modle") as caught:
        check_columns(Mapped({"timestamp": "At", "model": "Modle"}), ["At", "Model"], "f")
    assert caught.value.hint == "did you mean Model?"


def test_what_no_request_can_be_without_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="No column of f is mapped to timestamp") as caught:
        check_columns(Mapped({"model": "Model"}), ["Created At", "Model"], "f")
    assert "--map timestamp='Created At'" in caught.value.hint
    check_columns(Mapped({"timestamp": "At"}, {"model": "gpt-4o"}), ["At"], "f")


def test_our_own_nine_columns_need_no_mapping() -> None:
    own = [
        *("timestamp", "request_id", "strategy", "provider", "model"),
        *("input_tokens", "output_tokens", "cost_estimated", "latency_ms"),
    ]
    assert of_our_own(own[1:]) is None
    found = of_our_own([*own, "Team", "weather"])
    assert found is not None
    assert found.columns == {**{name: name for name in own}, "team": "Team"}
