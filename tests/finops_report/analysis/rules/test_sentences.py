"""The rules as the page and docs/report.md state them, and the numbers that SQL has of its own."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from statistics import NormalDist

import pytest

from finops_report.analysis.rules import RULES
from finops_report.analysis.rules.strategies import INTERVAL_CONFIDENCE
from finops_report.analysis.rules.unusual import LEAST_SHARE_SOUGHT, STRANGE

ROOT = Path(__file__).parents[4]


def test_the_interval_is_the_one_that_sql_works_out() -> None:
    factors = {
        factor
        for path in (ROOT / "sql" / "views").glob("*.sql")
        for factor in re.findall(r"([\d.]+) \* sqrt\(", path.read_text(encoding="utf-8"))
    }
    assert factors == {f"{NormalDist().inv_cdf((1 + INTERVAL_CONFIDENCE) / 2):.2f}"}


def test_what_is_strange_is_what_sql_finds() -> None:
    stretches = (ROOT / "sql" / "views" / "05_strange_stretches.sql").read_text(encoding="utf-8")
    band = (ROOT / "sql" / "views" / "66_usual_spend.sql").read_text(encoding="utf-8")
    assert re.findall(r"abs\(strangeness\) >= ([\d.]+)", stretches) == [str(STRANGE)]
    assert set(re.findall(r"([\d.]+) \* spread", band)) == {str(STRANGE)}
    assert re.findall(r"abs\(level_share\) >= ([\d.]+)", stretches) == [str(LEAST_SHARE_SOUGHT)]


@pytest.mark.parametrize("key", [field.name for field in dataclasses.fields(RULES)])
def test_the_guide_states_each_rule_as_the_page_does(key: str) -> None:
    guide = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    assert f"| {getattr(RULES, key).text} |" in guide
