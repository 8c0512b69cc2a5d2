"""Packaged SQL: its parameters are what its parser finds, its views what has a number."""

from __future__ import annotations

from finops_report.warehouse.cubes import Asked, cubes
from finops_report.warehouse.sql_files import foundations, parameters, views


def test_parameters_are_no_substrings() -> None:
    assert parameters("select $from_us_too, '$quoted' -- $comment") == {"from_us_too"}


def test_every_cube_takes_only_what_bounds_all_of_them() -> None:
    known = {"from_us", "until_us", "slot_us", "now_us", "bucket_ratio"} | {
        f"history_{bound}" for bound in ("from_us", "until_us", "slot_us")
    }
    assert all(
        parameters(cube.text) <= known for has in (True, False) for cube in cubes(Asked(attempts=has, guardrails=has))
    )


def test_macros_are_no_view_and_foundations_are() -> None:
    assert "macros" not in views()
    assert {"calendar", "spend_by_day"} <= foundations() <= set(views())
