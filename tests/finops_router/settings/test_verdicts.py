"""The [report.verdicts] part of finops.toml: a company's own limits."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read
from finops_router.settings.verdicts import LIMITS, VerdictConfig

from finops_report.analysis.rules import RULES
from finops_report.analysis.rules.company import company_rules
from finops_report.errors import ConfigError as Contradiction

ROOT = Path(__file__).parents[3]


def verdicts(folder: Path, content: str) -> VerdictConfig:
    path = folder / "finops.toml"
    path.write_text(content, encoding="utf-8")
    return read(path).report.verdicts


def test_the_settings_know_every_bound_of_every_rule_and_no_other() -> None:
    fields = {field.name: dataclasses.fields(getattr(RULES, field.name)) for field in dataclasses.fields(RULES)}
    assert {key: tuple(LIMITS[key]) for key in LIMITS} == {
        key: tuple(field.name for field in bounds) for key, bounds in fields.items()
    }


@pytest.mark.parametrize(("key", "name"), [(key, name) for key in LIMITS for name in LIMITS[key]])
def test_every_bound_can_be_set(tmp_path: Path, key: str, name: str) -> None:
    default = getattr(getattr(RULES, key), name)
    content = "\n".join(f"{one} = {getattr(getattr(RULES, key), one)}" for one in LIMITS[key])
    content = content.replace(f"{name} = {default}", f"{name} = {default * 1.01 if default < 30 else 31}")
    found = verdicts(tmp_path, f"[report.verdicts.{key}]\n{content}\n")
    rule = getattr(company_rules(found.limits, found.off).rules, key)
    assert getattr(rule, name) != default
    assert "(your limit)" in rule.text
    assert "Limits without a mark are defaults." in rule.text


def test_without_settings_all_limits_are_defaults() -> None:
    assert company_rules({}, frozenset()).rules == RULES
    assert all(getattr(RULES, key).text.endswith("These limits are defaults.") for key in LIMITS)


def test_the_example_shows_every_default() -> None:
    limits = read(ROOT / "finops.example.toml").report.verdicts.limits
    assert {key: tuple(bounds) for key, bounds in limits.items()} == LIMITS
    assert company_rules(limits, frozenset()).rules == RULES


def test_a_rule_can_be_turned_off(tmp_path: Path) -> None:
    found = verdicts(tmp_path, '[report.verdicts]\nlatency = "off"\n[report.verdicts.spend]\nbad_rise_ratio = 1\n')
    assert found == VerdictConfig({"spend": {"bad_rise_ratio": 1.0}}, frozenset({"latency"}))


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        ("[report.verdicts.spent]\n", "Unknown key in", "did you mean spend?"),
        ("[report.verdicts.spend]\nbad_rise = 1\n", "line 2: report.verdicts.spend.bad_rise", "bad_rise_ratio"),
        ("[report.verdicts.spend]\nwatch_unpriced_share = 5\n", "watch_unpriced_share = 5", "from 0 to 1"),
        ("[report.verdicts.spend]\nbad_rise_ratio = -1\n", "bad_rise_ratio = -1", "from 0 to"),
        ("[report.verdicts.strategies]\nleast_requests = 1.5\n", "least_requests = 1.5", "whole number"),
        ("[report.verdicts]\nlatency = false\n", "report.verdicts.latency = False", '"off"'),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, content: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        verdicts(tmp_path, content)
    assert message in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("key", "bounds"),
    [
        ("spend", {"watch_rise_ratio": 0.3}),
        ("latency", {"bad_slower_ratio": 2.0}),
        ("resilience", {"good_answered_share": 0.9}),
    ],
)
def test_bounds_that_contradict_each_other_are_refused(key: str, bounds: dict[str, float]) -> None:
    with pytest.raises(Contradiction, match=f"report.verdicts.{key}: "):
        company_rules({key: bounds}, frozenset())
