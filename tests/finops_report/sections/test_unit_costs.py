"""Unit costs are means of what has a known price; rates are of what records them."""

from __future__ import annotations

from pathlib import Path

from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import FAILING, Make, section_of, written

TEAMS = {"team": "if(i % 2 = 0, 'search', null)", "cost_estimated": "if(i % 2 = 0, 3.0, 1.0)"}


def test_they_are_of_all_requests_and_of_each_team(made: Make) -> None:
    section = made("unit_costs", **TEAMS)
    assert [row[:4] for row in section.table.rows] == [
        ("all", "all requests", "$2,000.00", "$18,181.82"),
        ("team", "search", "$3,000.00", "$27,272.73"),
        ("team", "no team", "$1,000.00", "$9,090.91"),
        ("model", "OpenAI · a", "$2,000.00", "$18,181.82"),
    ]
    assert section.finding == "1,000 requests cost $2,000.00, a million tokens $18,181.82"
    assert [chart.name for chart in section.charts] == ["unit_costs_over_time", "unit_costs"]


def test_requests_without_a_known_price_cost_neither_nothing_nor_the_mean(made: Make) -> None:
    section = made("unit_costs", cost_estimated="if(i % 4 = 0, 2.0, null)")
    assert section.table.rows[0][2:] == ("$2,000.00", "$18,181.82", "$24.00", "48", "36")


def test_nothing_is_said_of_costs_that_nobody_knows(tmp_path: Path) -> None:
    found = reported(written(tmp_path / "t.duckdb", cost_estimated="null::double"))
    assert "unit_costs" not in {section.view for section in found.sections}


def test_rates_are_not_recorded_if_the_source_has_nine_columns(made: Make) -> None:
    section = made("token_use")
    assert section.table.rows == (("OpenAI · a", "4,800", "480", "0.10", *["not recorded"] * 3),)
    assert section.finding == "0.10 tokens of output for each token of input"


def test_rates_are_of_the_requests_that_record_them(made: Make) -> None:
    section = made(
        "token_use",
        cache_read_input_tokens="case i % 4 when 0 then 50 when 1 then 0 when 2 then 101 end",  # 101 of 100 cannot be
        reasoning_output_tokens="case i % 4 when 0 then 5 when 1 then -1 end",
        attempts=FAILING,
    )
    (whole,) = (row for row in section.table.rows if row[0] == "OpenAI · a")
    assert whole[4:] == ("25 %", "50 %", "100 %")
    assert section.table.total[-3:] == ("25 %", "50 %", "50 %")


def test_every_measure_of_the_finops_foundation_has_its_value_or_why_it_has_none(made: Make) -> None:
    section = made("finops_measures", **TEAMS, attempts=FAILING)
    assert {row[0]: row[1] for row in section.table.rows} == {
        "Cost per inference": "$2.00",
        "Cost per token": "$18,181.82 a million",
        "Cost per call": "$1.50",
        "Token yield": "50 %",
        "Allocation coverage": "75 %",
        "Anomaly rate": "not recorded",
        "Forecast accuracy": "not recorded",
        "Budget variance": "no budget is set",
    }


def test_what_is_not_recorded_is_no_measure(made: Make) -> None:
    found = {row[0]: row[1] for row in made("finops_measures").table.rows}
    assert [found[name] for name in ("Cost per call", "Token yield", "Allocation coverage")] == ["not recorded"] * 3


def test_reasoning_that_cannot_be_is_set_aside_and_counted(tmp_path: Path) -> None:
    columns = {"reasoning_output_tokens": "if(i < 3, -1, 2)"}
    found = reported(written(tmp_path / "t.duckdb", 48, "", **columns))
    facts = {fact.label: fact.text for fact in found.confidence}
    assert facts["Values set aside: reasoning_output_tokens"].startswith("3 rows: negative or not a number")
    assert section_of(found, "token_use").table.rows[0][5] == "20 %"
