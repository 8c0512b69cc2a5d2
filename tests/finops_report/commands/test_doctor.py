"""What the doctor says of an installation, its settings and a source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from finops_report.doctor import GAINS
from tests.conftest import Run, call


def parts(printed: str) -> dict[str, list[str]]:
    """What was printed, by its headings."""
    found: dict[str, list[str]] = {}
    for line in printed.splitlines():
        if line.startswith("  "):
            found[list(found)[-1]].append(line.strip())
        else:
            found[line] = []
    return found


def test_nine_columns_are_all_it_has_and_the_gains_of_the_others_are_named(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call(cost_estimated=None), call(request_id="r2"))
    result = run("doctor", "--db", db)
    assert result.exit_code == 0, result.output
    said = parts(result.stdout)
    assert list(said) == ["versions", "settings", f"source {db}", "missing, and what the report would gain by it"]
    assert said["versions"][0].startswith("finops-report ")
    assert "duckdb " in said["versions"][1]
    assert "timezone = UTC (default)" in said["settings"]
    assert said[f"source {db}"][0] == "table telemetry: the 9 columns it needs, and no others"
    assert "spend: $0.000210 for 2 requests" in said[f"source {db}"]
    assert any(line.startswith("! Requests without a known price: 1 ") for line in said[f"source {db}"])
    gains = said["missing, and what the report would gain by it"]
    assert [line.partition(":")[0] for line in gains] == [*GAINS, "table attempts", "table collector_health"]
    assert "team: spend by team, and which teams moved most" in gains


def test_what_is_there_is_not_missed(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call())
    with duckdb.connect(str(db)) as con:
        con.execute("alter table telemetry add column team varchar")
        con.execute(
            "create table attempts as"
            " select timestamp, request_id, 1 as attempt, provider, 'ok' as outcome from telemetry"
        )
    said = parts(run("doctor", "--db", db).stdout)
    assert said[f"source {db}"][0].endswith("and team")
    missed = [line.partition(":")[0] for line in said["missing, and what the report would gain by it"]]
    assert "team" not in missed
    assert "table attempts" not in missed
    assert "project" in missed


def test_settings_in_force_are_marked_against_the_defaults(run: Run, nine: Callable[..., Path]) -> None:
    nine(call())
    Path("finops.toml").write_text('[report]\ntimezone = "Europe/Berlin"\n', encoding="utf-8")
    settings = parts(run("doctor").stdout)["settings"]
    assert settings[0] == "from finops.toml"
    assert "timezone = Europe/Berlin" in settings
    assert "currency = USD (default)" in settings
    assert settings[-1] == "verdicts: 0 of your own limits; off: none"


def test_without_a_source_versions_and_settings_are_there_before_the_error(run: Run) -> None:
    result = run("doctor", "--db", "none.duckdb")
    assert result.exit_code == 1
    assert list(parts(result.stdout)) == ["versions", "settings"]
    assert result.stderr.startswith("error: No such file: none.duckdb\nhint: ")


@pytest.mark.parametrize("column", GAINS)
def test_each_gain_is_of_a_column_of_the_schema(column: str) -> None:
    schema = Path(__file__).parents[3] / "sql/schema"
    assert any(column in path.read_text(encoding="utf-8") for path in schema.glob("*.sql"))
