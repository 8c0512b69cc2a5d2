"""Every bound of every rule makes both the verdict and the sentence on the page; a new rule is covered by itself."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from finops_report.analysis.rules import RULES, BudgetRule, Rules
from finops_report.analysis.rules.strategies import INTERVAL_CONFIDENCE
from finops_report.analysis.rules.unusual import STRANGE
from finops_report.analysis.totals import Facts, facts
from finops_report.answers.order import answers
from finops_report.page.page import page
from finops_report.report import report
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS
from tests.finops_report.answers.conftest import facts_of
from tests.finops_report.conftest import answers_of

AMPLE = 1e9
KEYS = tuple(field.name for field in dataclasses.fields(RULES))
IN_SECTIONS = ("budgets", "unusual")  # their rules are no question's: test_budgets.py, test_unusual_spend.py


class Change(NamedTuple):
    """A bound of a rule with another value."""

    key: str
    bound: str
    value: float

    @property
    def old(self) -> Any:
        return getattr(RULES, self.key)

    @property
    def new(self) -> Any:
        return dataclasses.replace(self.old, **{self.bound: self.value})

    @property
    def between(self) -> float:
        """A number between the bound's two values."""
        return float(getattr(self.old, self.bound) + self.value) / 2


def bounds(rule: Any) -> dict[str, Any]:
    return dataclasses.asdict(rule)


def others(value: float) -> tuple[float, ...]:
    """Values a little lower and higher than a bound, so little that no other bound is passed."""
    return (value - 1, value + 1) if isinstance(value, int) else (value * 0.98, value * 1.02, value + 1e-9)


def in_sections(rules: Rules) -> dict[str, str]:
    return {key: getattr(rules, key).text for key in IN_SECTIONS}


def judging(rule: Any) -> Any:
    """What judges: a budget's state is its verdict; without a forecast all its bounds decide."""
    return partial(rule.state, forecast_ratio=None) if isinstance(rule, BudgetRule) else rule.verdict


def changes() -> Iterator[Change]:
    """Every bound of every rule, with each of its other values."""
    for key in KEYS:
        for bound, value in bounds(getattr(RULES, key)).items():
            yield from (Change(key, bound, other) for other in others(value))


CHANGES = tuple(pytest.param(change, id=f"{change.key}.{change.bound}={change.value}") for change in changes())


@pytest.fixture(scope="module")
def nothing_recorded(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(tmp_path_factory.mktemp("rules") / "t.duckdb")


@pytest.mark.parametrize("change", CHANGES)
def test_another_bound_is_another_sentence_on_the_page(change: Change, nothing_recorded: Facts) -> None:
    old = {answer.key: answer.rule for answer in answers(nothing_recorded)} | in_sections(RULES)
    rules = dataclasses.replace(RULES, **{change.key: change.new})
    new = {answer.key: answer.rule for answer in answers(nothing_recorded, rules)} | in_sections(rules)
    assert {key for key in old if old[key] != new[key]} == {change.key}


@pytest.mark.parametrize("change", CHANGES)
def test_another_bound_is_another_verdict_between_the_two(change: Change) -> None:
    old, new = judging(change.old), judging(change.new)
    measures = [name for name in inspect.signature(old).parameters if name != "forecast_ratio"]
    tried = (
        dict(zip(measures, values, strict=True))
        for values in itertools.product((change.between, 0.0, 1.0, AMPLE), repeat=len(measures))
        if change.between in values
    )
    assert any(old(**measured) != new(**measured) for measured in tried)


@pytest.mark.parametrize("key", KEYS)
def test_no_number_of_a_rule_is_written_by_hand(key: str) -> None:
    rule = getattr(RULES, key)
    odd = {
        bound: 1201 + i if isinstance(value, int) else 0.0137 + i / 1000
        for i, (bound, value) in enumerate(bounds(rule).items())
    }
    made = dataclasses.replace(rule, **odd)
    allowed = {formats.exact_percent(INTERVAL_CONFIDENCE).removesuffix(" %"), formats.exact(STRANGE)}
    for value in odd.values():
        allowed |= {formats.count(value), formats.exact(value), formats.exact_percent(value).removesuffix(" %")}
    written = set(re.findall(r"(?<!\w)\d[\d.,]*(?<![.,])(?!\w)", made.text))
    assert written <= allowed


@pytest.mark.parametrize("key", KEYS)
def test_no_bound_of_a_verdict_is_written_by_hand(key: str) -> None:
    module = inspect.getmodule(type(getattr(RULES, key)))
    assert module is not None
    functions = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.FunctionDef)]
    constants = [node.value for function in functions for node in ast.walk(function) if isinstance(node, ast.Constant)]
    assert functions
    assert {value for value in constants if isinstance(value, int | float)} <= {0, 1}


def test_each_question_has_the_rule_of_its_key(nothing_recorded: Facts) -> None:
    assert {answer.key: answer.rule for answer in answers(nothing_recorded)} | in_sections(RULES) == {
        key: getattr(RULES, key).text for key in KEYS
    }


def test_a_rule_cannot_be_changed_in_place() -> None:
    for key in KEYS:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(getattr(RULES, key), next(iter(bounds(getattr(RULES, key)))), 0)


def test_the_page_prints_the_rules_the_answers_were_judged_by(month: Path) -> None:
    read_month = answers_of(month)
    rules = dataclasses.replace(RULES, spend=dataclasses.replace(RULES.spend, watch_rise_ratio=0.0731))
    changed = answers(facts(read_month, US_DOLLARS), rules)
    text = page(dataclasses.replace(report(read_month, "t"), answers=changed), None)
    assert all(f"<p>{formats.unbroken(answer.rule)}</p>" in text for answer in changed)
    assert "rose by at most 7.31\N{NO-BREAK SPACE}% (your limit) and" in text
