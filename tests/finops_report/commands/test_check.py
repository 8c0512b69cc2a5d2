"""`finops-report check` ends with 3 on a breach, and with 0 if all is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

BUDGET = '[[budgets]]\nname = "All"\namount = {amount}\nperiod = "{period}"\n'


def settings(folder: Path, amount: float, period: str = "month") -> Path:
    path = folder / "own.toml"
    path.write_text(BUDGET.format(amount=amount, period=period), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("amount", "fail_on", "code"), [(9, "breach", 3), (30, "breach", 0), (30, "watch", 3), (90, "watch", 0)]
)
def test_the_exit_code_says_what_is_breached(
    run: Run, month: Path, tmp_path: Path, amount: float, fail_on: str, code: int
) -> None:
    done = run("check", "--db", month, "--config", settings(tmp_path, amount), "--fail-on", fail_on)
    assert done.exit_code == code, done.output
    assert done.stdout.partition(" ")[0] == {9: "breach", 30: "watch", 90: "ok"}[int(amount)]


def test_budgets_are_held_against_the_period_of_the_day_asked_for(run: Run, month: Path, tmp_path: Path) -> None:
    config = settings(tmp_path, 5, "day")
    done = run("check", "--db", month, "--config", config, "--on", "2026-10-03", "--format", "json")
    (found,) = json.loads(done.stdout)["checks"]
    assert (found["figures"]["first_day"], found["figures"]["passed_share"]) == ("2026-10-03", 1.0)
    assert run("check", "--db", month, "--config", config).stdout.count("10 Oct 2026") == 1


def test_bounds_need_no_settings(run: Run, month: Path) -> None:
    done = run("check", "--db", month, "--max-unpriced", "0.01", "--format", "github")
    assert (done.exit_code, done.stdout[:9]) == (3, "::error t")
    assert run("check", "--db", month, "--max-unpriced", "0.5").exit_code == 0


def test_nothing_to_check_is_an_error_and_a_wrong_call_a_usage_error(run: Run, month: Path) -> None:
    done = run("check", "--db", month)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (1, "error: There is nothing to check")
    assert run("check", "--db", month, "--max-failed", "7").exit_code == 2
    assert run("check", "--db", "nowhere.duckdb", "--max-failed", "0.5").exit_code == 1
