"""A company's own limits judge, and the page says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run


@pytest.fixture
def judged(run: Run, month: Path) -> Any:
    """Build with settings; return the answers of report.json by key, and the page."""

    def build(settings: str) -> tuple[dict[str, Any], str]:
        Path("finops.toml").write_text(settings, encoding="utf-8")
        result = run("build", "--db", month, "--out", "out/report.html")
        assert result.exit_code == 0, result.output
        document = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
        return {answer["key"]: answer for answer in document["answers"]}, Path("out/report.html").read_text("utf-8")

    return build


def test_a_limit_changes_verdict_and_rule(judged: Any) -> None:
    usual, _ = judged("")
    own, page = judged("[report.verdicts.mix]\nwatch_largest_share = 0.01\n")
    assert (usual["mix"]["verdict"], own["mix"]["verdict"]) == ("good", "watch")
    assert "no provider carries more than 1 % (your limit) of spend" in own["mix"]["rule"]
    assert "1\N{NO-BREAK SPACE}% (your limit)" in page
    assert own["spend"]["rule"].endswith("These limits are defaults.")


def test_a_rule_that_is_off_is_not_judged(judged: Any, run: Run) -> None:
    own, page = judged('[report.verdicts]\nspend = "off"\n')
    assert own["spend"]["verdict"] == "not judged"
    assert own["spend"]["rule"] == "Not judged: the verdict is turned off in finops.toml."
    assert "</svg>Not judged</span>" in page
    assert "not judged" in run("summary", "--json", "out/report.json").output


def test_limits_that_contradict_each_other_are_an_error(run: Run, month: Path) -> None:
    Path("finops.toml").write_text("[report.verdicts.spend]\nwatch_rise_ratio = 0.5\n", encoding="utf-8")
    result = run("build", "--db", month)
    assert result.exit_code == 1
    assert "watch_rise_ratio = 0.5 is above bad_rise_ratio = 0.25" in result.output


BUDGET = '[[budgets]]\nname = "all"\namount = {amount}\nperiod = "month"\n'


def test_budgets_are_judged_by_the_companys_limits(judged: Any) -> None:
    # One request of fifty has no known price: by a limit of 0.1 % nobody knows whether the budget is kept.
    usual, _ = judged(BUDGET.format(amount=1_000_000))
    own, page = judged(BUDGET.format(amount=1_000_000) + "[report.verdicts.budgets]\nmost_unpriced_share = 0.001\n")
    assert usual["spend"]["rule"].startswith("By the budget 'all'.")
    assert "prices are missing" in own["spend"]["answer"]
    assert own["spend"]["rule"].startswith("Good:")
    assert "0.1\N{NO-BREAK SPACE}% (your limit) of its requests have no known price" in page


def test_budgets_that_are_off_are_shown_and_judge_nothing(judged: Any, run: Run) -> None:
    usual, _ = judged(BUDGET.format(amount=0.000001))
    own, page = judged(BUDGET.format(amount=0.000001) + '[report.verdicts]\nbudgets = "off"\n')
    assert (usual["spend"]["verdict"], own["spend"]["rule"][:5]) == ("bad", "Good:")
    document = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    assert [(one["state"], one["verdict"]) for one in document["budgets"]] == [("breached", "not judged")]
    assert "breached" in page
    assert run("check", "--db", "month.duckdb").exit_code == 3
