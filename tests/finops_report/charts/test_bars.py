"""Bars across: legible whatever their proportions."""

from __future__ import annotations

from finops_report.charts import height_px
from finops_report.charts.bars import Bar, across, side_by_side

NAMED = [Bar("a", 2.0, "$2", "#111111"), Bar("b", 1.0, "$1", "#222222")]


def others(length: float) -> Bar:
    return Bar("9 others", length, "$9", "#333333")


def test_bars_keep_their_order_with_the_others_last() -> None:
    (trace,) = across(NAMED, {}, others(8.0))["data"]
    assert (trace["y"], trace["x"]) == (["a", "b", "9 others"], [2.0, 1.0, 8.0])
    assert trace["marker"]["color"] == ["#111111", "#222222", "#333333"]


def test_others_longer_than_four_times_the_longest_are_named_alone() -> None:
    (trace,) = across(NAMED, {}, others(8.1))["data"]
    assert (trace["x"][-1], trace["text"][-1]) == (0.0, "$9, not drawn")


def test_equal_names_stay_rows_of_their_own() -> None:
    (trace,) = across([Bar("x" * 60, 1.0, "", ""), Bar("x" * 59 + "x" + "x", 1.0, "", "")], {})["data"]
    assert len(set(trace["y"])) == 2


def test_bars_that_begin_somewhere_say_where() -> None:
    assert "base" not in across(NAMED, {})["data"][0]
    assert across([Bar("a", 2.0, "", "", base=1.0)], {})["data"][0]["base"] == [1.0]


def test_panels_side_by_side_have_axes_of_their_own() -> None:
    figure = side_by_side(NAMED, {"title": {"text": "dollars"}}, NAMED, "seconds")
    assert [(trace["xaxis"], trace["yaxis"]) for trace in figure["data"]] == [("x", "y"), ("x2", "y2")]
    assert figure["layout"]["xaxis"]["title"]["text"] == "dollars"
    assert figure["layout"]["xaxis2"]["title"]["text"] == "seconds"


def test_a_chart_grows_with_its_rows() -> None:
    assert height_px(across(NAMED * 10, {})) > height_px(across(NAMED * 5, {})) > height_px(across(NAMED, {})) == 152


def test_the_label_of_a_bar_has_what_does_not_stand_at_it_or_else_its_text() -> None:
    assert "customdata" not in across(NAMED, {})["data"][0]
    (trace,) = across([Bar("a", 2.0, "$2", "", more="5 requests"), *NAMED], {})["data"]
    assert trace["customdata"] == ["5 requests", "$2", "$1"]
