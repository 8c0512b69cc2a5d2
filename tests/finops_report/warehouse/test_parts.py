"""A few views stand on few cubes, and have the same rows as if everything were read."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.analysis.totals import FACT_VIEWS
from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import Budget, ReadRequest, Waiting, open_cubes, read, read_budgets, rows_of, view_names
from finops_report.warehouse.cubes import Asked, cubes
from finops_report.warehouse.parts import Parts, everything, parts_of
from finops_report.warehouse.sql_files import views

ALL = cubes(Asked(attempts=True, budgets_need_rows=True, tags=True, policies=True, guardrails=True))
BUDGETS = (
    Budget(budget="all", amount=5, period="month"),  # type: ignore[arg-type] # a whole number is as good
    Budget(budget="tag", amount=5, period="week", tag_key="k", tag_value="v"),  # type: ignore[arg-type]
)


def asked(month: Path) -> ReadRequest:
    return ReadRequest(
        month, None, PeriodAsk(), 1_794_000_000_000_000, Waiting(0, lambda: 0.0, lambda _: None), budgets=BUDGETS
    )


def summed(*views: str, binds_names: bool = True) -> set[str]:
    return {cube.table.removeprefix("cubes.") for cube in parts_of(views, binds_names=binds_names).needed(ALL)}


def test_all_views_stand_on_all_cubes() -> None:
    assert everything().needed(ALL) == ALL == parts_of(view_names()).needed(ALL)


def test_no_view_is_missing_that_a_view_stands_on(month: Path) -> None:
    with open_cubes(asked(month), parts=Parts((), tuple(views().values()))) as opened:
        for view in views():
            found = parts_of((view,)).views
            for one in found:
                opened.con.sql(views()[one]).create_view(one)
            for one in reversed(found):
                opened.con.execute(f"drop view {one}")


def test_no_cube_is_missing_that_a_view_stands_on() -> None:
    for view, text in views().items():
        named = {cube.table for cube in ALL if cube.table in text}
        assert named <= {cube.table for cube in parts_of((view,)).needed(ALL)}, view


def test_budgets_stand_on_the_history_alone() -> None:
    assert summed("budgets", "budget_history", binds_names=False) == {"history", "rhythm", "budget_matches"}


def test_facts_need_no_cube_of_values_set_aside_and_no_unusual_spend() -> None:
    found = parts_of(FACT_VIEWS)
    assert not {"unusable_values", "workload", "ttft", "not_urgent"} & summed(*FACT_VIEWS)
    assert not {"usual_hours", "unusual_spend", "savings"} & set(found.views)


def test_statements_stand_on_what_their_text_names() -> None:
    found = parts_of((), ("select * from cubes.units join months using (month) -- not cubes.ttft",), binds_names=False)
    assert found.views[-1] == "months"
    tables = {cube.table for cube in found.needed(ALL)}
    assert "cubes.units" in tables
    assert "cubes.ttft" not in tables


def test_a_view_alone_has_the_rows_it_has_among_all(month: Path) -> None:
    request = asked(month)
    whole = read(request)
    few = read(request, FACT_VIEWS)
    assert few.views == {name: whole.views[name] for name in FACT_VIEWS}
    assert read_budgets(request) == {name: whole.views[name] for name in ("budgets", "budget_history")}


@pytest.mark.parametrize("view", ["savings", "unusual_spend", "incidents", "coverage", "budgets_within", "unit_costs"])
def test_a_view_that_is_asked_for_has_the_rows_it_has_among_all(month: Path, view: str) -> None:
    request = asked(month)
    assert rows_of(request, view).rows == read(request).views[view]
