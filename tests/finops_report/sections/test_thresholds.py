"""Sections state the thresholds that their views have in SQL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from finops_report.report import report
from tests.finops_report.conftest import answers_of

ROOT = Path(__file__).parents[3]
WORDS = {"5": "five", "0.1": "a tenth"}


@pytest.fixture
def explained(month: Path) -> dict[str, str]:
    """How to read each view, by its name."""
    return {section.view: section.how_to_read for section in report(answers_of(month), "t").sections}


def sql(name: str) -> str:
    (path,) = (ROOT / "sql" / "views").glob(f"*_{name}.sql")
    return path.read_text(encoding="utf-8")


def test_a_best_choice_has_served_as_many_requests_as_it_must(explained: dict[str, str]) -> None:
    (least,) = set(re.findall(r"\brequests >= (\d+)", sql("strategy_regret")))
    words = f"at least {least} requests"
    assert words in explained["strategy_regret"]
    assert words in (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_an_incident_has_as_many_failures_as_it_must(explained: dict[str, str]) -> None:
    thresholds = re.findall(r"failed_attempts \+ skipped >= ([\d.]+)", sql("incidents"))
    assert set(thresholds) == set(WORDS)
    assert all(WORDS[threshold] in explained["incidents"] for threshold in thresholds)
