"""However many and long the names of a stranger's file are: the report is bounded, and says what it left out."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import ReadRequest, Waiting, base_views
from finops_report.warehouse.reading import rows_of
from finops_report.warehouse.sql_files import statement
from tests.extended import EXTENDED, extended
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import written

CUT = 129  # letters of a name that was cut


def named(made: Path, view: str, column: str) -> list[str]:
    return [str(row[column]) for row in reported(made).views[view]]


@pytest.mark.parametrize(
    "column",
    ["provider", extended("model"), extended("strategy"), "team", extended("environment"), extended("end_user")],
)
def test_names_of_a_megabyte_are_cut_and_stay_apart(tmp_path: Path, column: str) -> None:
    long = {column: "repeat('ü', 500000) || i % 2"}
    path = written(tmp_path / "t.duckdb", **long)  # type: ignore[arg-type] # no number of requests
    made = reported(path)
    view = {"team": "spend_by_team", "environment": "spend_by_environment", "end_user": "spend_by_customer"}.get(
        column, "requests_by_strategy" if column == "strategy" else "spend_by_model"
    )
    names = {str(row[column]) for row in made.views[view]}
    assert len(names) == 2
    assert {(len(name), name[:121]) for name in names} == {(CUT, "ü" * 120 + "…")}
    (fact,) = [fact for fact in made.confidence if fact.label == "Names not shown"]
    assert fact.text == "2 names of more than 512 bytes cut, each told apart by its last letters"


@EXTENDED
def test_names_of_attempts_are_cut_as_those_of_requests(tmp_path: Path) -> None:
    long = "repeat('x', 600)"
    attempts = (
        "create table attempts as select timestamp, request_id, 1 as attempt, "
        f"{long} as provider, {long} as model, 'ok' as outcome, null as error_type from telemetry"
    )
    path = written(tmp_path / "t.duckdb", provider=long, model=long)
    with duckdb.connect(str(path)) as con:
        con.execute(attempts)
    assert named(path, "attempts_by_provider", "provider") == named(path, "spend_by_provider", "provider")


def test_a_name_of_512_bytes_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", model="repeat('x', 512)")
    assert named(path, "spend_by_model", "model") == ["x" * 512]
    assert "Names not shown" not in {fact.label for fact in reported(path).confidence}


def test_the_least_used_of_too_many_names_are_one_and_nothing_is_lost(tmp_path: Path) -> None:
    path = written(
        tmp_path / "t.duckdb",
        requests=50_000,
        timestamp="timestamp '2026-10-01' + to_seconds(i)",
        strategy="'s' || i % 120",
        provider="if(i < 40000, 'often', 'p' || i % 400)",
        model="'m' || i",
        team="'t' || least(i, 25000)",
        environment="if(i % 2 = 0, 'e' || i % 800, null)",
        price_source="'list ' || i % 1500",
    )
    made = reported(path)
    views = made.views
    assert made.totals.requests == 50_000
    for view, most in {
        "requests_by_strategy": 101,
        "spend_by_provider": 301,
        "spend_by_model": 40_301,
        "spend_by_team": 20_001,
        "spend_by_environment": 302,
        "price_sources_used": 1_001,
    }.items():
        assert 100 < len(views[view]) <= most, view
        assert sum(int(str(row["requests"])) for row in views[view]) == 50_000, view
    assert views["spend_by_provider"][0]["provider"] == "often"
    assert "other names" in named(path, "spend_by_provider", "provider")
    assert None in {row["environment"] for row in views["spend_by_environment"]}
    (fact,) = [fact for fact in made.confidence if fact.label == "Names not shown"]
    assert fact.text.startswith("20 of 120 strategies, the least used, are one: 'other names'; 101 of 401 providers, ")
    assert "; 10,000 of 50,000 models, " in fact.text
    assert fact.level == "note"


NOW_US = 1_794_000_000_000_000
LOOKED_AT = {"requests": "telemetry", "attempts_clean": "attempts", "guardrail_events_clean": "guardrail_events"}


@pytest.mark.parametrize(("column", "view"), [("provider", "spend_by_provider"), ("team", "spend_by_team")])
def test_names_of_many_rows_are_cut_as_those_of_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, view: str
) -> None:
    path = written(tmp_path / "t.duckdb", **{column: "repeat('x', 600)"})  # type: ignore[arg-type] # as above
    request = ReadRequest(path, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    held = rows_of(request, view)
    monkeypatch.setattr(base_views, "MOST_HELD_ROWS", 0)
    assert rows_of(request, view) == held
    assert len(str(held.rows[0][column])) == CUT


def test_every_name_that_can_be_cut_is_looked_at() -> None:
    text = statement("source", "long_names")
    for view in base_views.BASE_VIEWS:
        columns = set(re.findall(r"short_name\((\w+)\)", statement("cubes/base", f"duckdb.{view}")))
        table = LOOKED_AT.get(view, "billed_costs" if columns else view)
        (looked_at,) = re.findall(rf"from {table}\nwhere(.*?)(?:union|limit)", text, re.DOTALL) if columns else ("",)
        assert set(re.findall(r"strlen\((\w+)\) > 512", looked_at)) == columns
