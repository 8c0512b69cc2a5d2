"""The rules as the page and docs/report.md state them, and the numbers that SQL has of its own."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from statistics import NormalDist

import pytest

from finops_report.analysis.rules import RULES
from finops_report.analysis.rules.strategies import INTERVAL_CONFIDENCE

ROOT = Path(__file__).parents[4]


def test_the_interval_is_the_one_that_sql_works_out() -> None:
    factors = {
        factor
        for path in (ROOT / "sql" / "views").glob("*.sql")
        for factor in re.findall(r"([\d.]+) \* sqrt\(", path.read_text(encoding="utf-8"))
    }
    assert factors == {f"{NormalDist().inv_cdf((1 + INTERVAL_CONFIDENCE) / 2):.2f}"}


@pytest.mark.parametrize("key", [field.name for field in dataclasses.fields(RULES)])
def test_the_guide_states_each_rule_as_the_page_does(key: str) -> None:
    guide = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    assert f"| {getattr(RULES, key).text} |" in guide
