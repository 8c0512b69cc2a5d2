"""Spend by environment: the largest, what names none, and nothing at all if nobody names any."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.charts.colours import GREY, SERIES
from finops_report.page.page import page
from tests.finops_report.conftest import answers_of, reported
from tests.finops_report.sections.conftest import Make, chart_of, written

VIEW = "spend_by_environment"
THREE = "(['production', 'production', 'staging', null])[1 + i % 4]"


def test_the_largest_is_named_and_what_names_none_is_grey(made: Make) -> None:
    section = made(VIEW, environment=THREE)
    assert section.finding == "production is 50 % of spend; $12.00 has no environment"
    assert section.table.rows == (
        ("production", "$24.00", "50 %", "24", "0"),
        ("staging", "$12.00", "25 %", "12", "0"),
        ("no environment", "$12.00", "25 %", "12", "0"),
    )
    assert section.table.total == ("Total", "$48.00", "100 %", "48", "0")
    (trace,) = chart_of(section, VIEW).figure["data"]
    assert (trace["x"], trace["marker"]["color"]) == ([24.0, 12.0, 12.0], [SERIES[0], SERIES[0], GREY])


def test_if_every_request_names_one_nothing_is_missing(made: Make) -> None:
    assert made(VIEW, environment="'production'").finding == "production is 100 % of spend"


def test_without_prices_requests_are_counted_all_the_same(made: Make) -> None:
    section = made(VIEW, environment="'production'", cost_estimated="null::double")
    assert section.finding == "No environment has a known price"
    assert section.table.rows == (("production", "price unknown", "", "48", "48"),)


def test_its_parts_add_up_to_the_total(made: Make) -> None:
    cost, requests = made(VIEW, environment=THREE).adds_up
    assert (cost.found, requests.found) == (cost.whole, requests.whole)
    assert cost.found == requests.found == 48


def test_an_environment_that_cost_nothing_has_a_price(made: Make) -> None:
    section = made(VIEW, environment="if(i = 0, 'staging', null)", cost_estimated="if(i = 0, 0.0, 1.0)")
    assert section.finding == "$47.00 has no environment; staging is 0 % of spend"


@pytest.mark.parametrize("environment", ["null::varchar", "'  '"])
def test_it_stays_away_if_no_request_names_one(tmp_path: Path, environment: str) -> None:
    path = written(tmp_path / "t.duckdb", environment=environment)
    assert VIEW not in [section.view for section in reported(path).sections]
    assert "Spend by environment" not in page(reported(path))
    assert [row["environment"] for row in answers_of(path).views[VIEW]] == [None]
