"""A line in its band: what is not known interrupts both."""

from __future__ import annotations

from datetime import date

from finops_report.charts.band import BandDay, Marked, line_in_band

DAYS = (
    BandDay(date(2026, 10, 1), 2.0, None, None),
    BandDay(date(2026, 10, 2), 3.0, 1.0, 4.0),
    BandDay(date(2026, 10, 3), None, 1.5, 4.5),
)
MARK = Marked(date(2026, 10, 2), 3.0, "much")


def test_the_band_goes_along_its_upper_end_and_back() -> None:
    band, line, marks = line_in_band(DAYS, ("usual", "spend"), [("more", "#c2453d", [MARK])], {})["data"]
    assert band["x"] == [f"2026-10-0{day}T12:00:00" for day in (2, 3, 3, 2)]
    assert band["y"] == [4.0, 4.5, 1.5, 1.0]
    assert line["y"] == [2.0, 3.0, None]
    assert (marks["x"], marks["y"], marks["text"]) == (["2026-10-02T12:00:00"], [3.0], ["much"])


def test_pieces_of_a_band_are_apart() -> None:
    again = (*DAYS[1:2], DAYS[0], BandDay(date(2026, 10, 5), 1.0, 0.0, 2.0))
    band = line_in_band(again, ("usual", "spend"), [], {})["data"][0]
    assert band["y"] == [4.0, 1.0, None, 2.0, 0.0]


def test_without_a_band_and_marks_there_is_the_line_alone() -> None:
    figure = line_in_band(DAYS[:1], ("usual", "spend"), [("more", "#c2453d", [])], {})
    assert [trace["name"] for trace in figure["data"]] == ["spend"]
    assert figure["layout"]["xaxis"]["range"] == ["2026-10-01", "2026-10-02"]
