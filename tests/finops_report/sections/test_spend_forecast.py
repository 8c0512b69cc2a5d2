"""The forecast on the page: of the month under way, of one that is over, and of one of which too little is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.document.writing import report_json
from finops_report.model import Report
from finops_report.report import report
from finops_report.warehouse import ReadRequest, Waiting, read
from tests.finops_report.conftest import NOW_US
from tests.finops_report.sections.conftest import chart_of, section_of, written

VIEW = "spend_forecast"
TEN_WEEKS_US = "timestamp '2026-08-10' + to_hours(i)"  # up to 18 October, at the end of the day
HOURS = 70 * 24
TEAMS = "if(i % 2 = 0, 'search', null)"


def reported(tmp_path: Path, requests: int = HOURS, month: str | None = None, **columns: str) -> Report:
    """Report requests, one an hour from 10 August on, up to their last or for a month."""
    columns = {"timestamp": TEN_WEEKS_US, "team": TEAMS} | columns
    path = written(tmp_path / "t.duckdb", requests, **columns)
    asked = ReadRequest(path, None, PeriodAsk(month=month), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    return report(read(asked), "Report")


def views_of(made: Report) -> list[str]:
    return [section.view for section in made.sections]


def test_the_month_under_way_is_forecast_with_its_past_error(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path), VIEW)
    assert section.finding == (
        "October 2026 is expected to end at $744.00, in 8 of 10 cases between $744.00 and $744.00; "
        "$432.00 is spent by 18 Oct 2026"
    )
    assert section.table.rows == (
        ("All spend", "$432.00", "$744.00", "$744.00", "$744.00", "0 %"),
        ("OpenAI", "$432.00", "$744.00", "$744.00", "$744.00", "0 %"),
        ("Team not attributed", "$216.00", "$372.00", "$372.00", "$372.00", "0 %"),
        ("Team search", "$216.00", "$372.00", "$372.00", "$372.00", "0 %"),
    )


def test_the_chart_adds_up_to_what_is_spent_and_to_the_high_end(tmp_path: Path) -> None:
    figure = chart_of(section_of(reported(tmp_path), VIEW), VIEW).figure
    days = figure["data"][0]["x"]
    assert (days[0], days[-1], len(days)) == ("2026-10-01", "2026-10-31", 31)
    spent, *fan = figure["data"]
    assert spent["y"][17:19] == [432.0, 0]
    assert sum(series["y"][-1] for series in fan) == pytest.approx(744.0)
    assert [series["name"] for series in fan] == ["Forecast, low end", "Forecast", "Forecast, high end"]


def test_half_a_day_under_way_is_completed_by_the_usual_hours(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path, HOURS - 12), VIEW)
    assert "expected to end at $745.00" in section.finding  # the last row opens its hour: a dollar of it seems to come
    assert "$420.00 is spent by 18 Oct 2026" in section.finding


def test_a_day_without_data_is_estimated_and_named(tmp_path: Path) -> None:
    gap = "timestamp '2026-08-10' + to_hours(i + if(i >= 1440, 24, 0))"  # nothing on 9 October
    section = section_of(reported(tmp_path, HOURS - 24, timestamp=gap), VIEW)
    assert "expected to end at $744.00" in section.finding
    assert section.how_to_read.endswith("$24.00 in it is an estimate of 1 day without data.")


def test_it_says_how_often_the_range_held_that_the_forecast_had_on_earlier_days(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path), VIEW)
    assert section.how_to_read.endswith(
        " 44 such forecasts missed the end by 0 % on average; 27 of 27 ends lay in their range."
    )


def test_a_past_too_short_for_earlier_ranges_says_nothing_of_them(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path, 58 * 24), VIEW)
    assert section.how_to_read.endswith(" 20 such forecasts missed the end by 0 % on average.")


def test_too_little_data_is_a_reason_while_the_month_is_under_way(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path, 20 * 24), VIEW)
    assert section.finding == "August 2026 cannot be forecast yet"
    assert section.empty.startswith("Not enough data: 20 days recorded from end to end, 24 needed")
    assert section.charts == ()


def test_a_month_that_is_over_says_how_the_forecast_of_its_middle_fared(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path, month="2026-09"), VIEW)
    assert section.finding.startswith("On 15 Sep 2026 the forecast of the month was $720.00; it came to $720.00")
    assert section.table.rows[0][-1] == "0 %"
    assert section.charts == ()


def test_a_month_that_is_over_without_a_past_has_no_section(tmp_path: Path) -> None:
    assert VIEW not in views_of(reported(tmp_path, month="2026-08"))


def test_requests_without_a_price_stand_beside_the_forecast(tmp_path: Path) -> None:
    section = section_of(reported(tmp_path, cost_estimated="if(i % 24 = 0, null, 1.0)"), VIEW)
    assert section.finding.endswith("; 18 requests without a known price not counted")


def test_report_json_has_the_forecast(tmp_path: Path) -> None:
    document = json.loads(report_json(reported(tmp_path)))["forecast"]
    assert {key: document[key] for key in ("start", "end", "until", "under_way")} == {
        "start": "2026-10-01",
        "end": "2026-10-31",
        "until": "2026-10-18",
        "under_way": True,
    }
    whole = document["parts"][0]
    assert (whole["divided_by"], whole["spent_usd"], whole["missing_days"]) == ("all", 432.0, 0)
    assert whole["expected_usd"] == pytest.approx(744.0)
    assert (whole["past_forecasts"], whole["past_ranges"], whole["past_inside"]) == (44, 27, 27)
