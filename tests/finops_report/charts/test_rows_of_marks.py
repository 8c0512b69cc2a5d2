"""Charts with a row a name: a matrix, quantiles, a time line."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from finops_report.charts import height_px
from finops_report.charts.matrix import matrix
from finops_report.charts.quantiles import Quantiles, quantiles
from finops_report.charts.time_line import Stretch, time_line


def test_a_pair_that_never_met_is_an_empty_cell() -> None:
    figure = matrix(
        {("a", "b"): 1200, ("b", "a"): 1}, ("was left", ["a", "b"]), ("took over", ["a", "b"]), "took over from"
    )
    first, second = figure["data"]
    assert (first["name"], first["y"], first["text"]) == ("a", ["a", "b"], ["", "1"])
    assert (second["name"], second["y"], second["text"]) == ("b", ["a", "b"], ["1,200", ""])
    assert [length is None for length in first["x"] + second["x"]] == [True, False, False, True]
    assert (first["marker"]["color"], second["marker"]["color"]) == ([None, "#dbe7f4"], ["#7fb0e0", None])
    assert first["hovertemplate"].startswith("%{fullData.name} took over from %{y}: %{text}")
    assert figure["layout"]["yaxis"]["title"]["text"] == "was left"
    assert height_px(figure) == 152


def test_a_cell_has_its_column_s_number_in_its_middle() -> None:
    figure = matrix({("a", "b"): 1, ("a", "c"): 2, ("a", "d"): 3}, ("", ["a"]), ("", ["b", "c", "d"]), "met")
    assert [trace["base"] + trace["x"][0] / 2 for trace in figure["data"]] == pytest.approx([0, 1, 2])
    assert figure["layout"]["xaxis"]["tickvals"] == [0, 1, 2]
    assert figure["layout"]["xaxis"]["ticktext"] == ["b", "c", "d"]
    assert [trace["marker"]["color"] for trace in figure["data"]] == [["#dbe7f4"], ["#adccea"], ["#7fb0e0"]]


def test_pairs_that_are_not_shown_do_not_pale_the_others() -> None:
    figure = matrix({("a", "b"): 1, ("a", "c"): 2, ("x", "y"): 900}, ("", ["a"]), ("", ["b", "c"]), "met")
    assert [trace["marker"]["color"] for trace in figure["data"]] == [["#dbe7f4"], ["#7fb0e0"]]


def test_quantiles_are_a_line_and_three_marks_a_row() -> None:
    rows = [Quantiles("a", "#111111", 100.0, 200.0, 300.0), Quantiles("b", "#222222", 1000.0, 2000.0, 3000.0)]
    figure = quantiles(rows)
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    dots = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert [line["x"] for line in lines] == [[0.1, 0.2], [1.0, 2.0]]
    assert [dot["x"] for dot in dots] == [[0.1, 1.0], [0.2, 2.0], [0.3, 3.0]]
    assert dots[0]["marker"]["color"] == ["#111111", "#222222"]
    assert dots[2]["text"] == ["300 ms", "3 s"]
    assert figure["layout"]["yaxis"]["categoryarray"] == ["a", "b"]


def test_a_time_line_has_a_row_a_name_and_ends_with_its_last_day() -> None:
    start, end = datetime(2026, 10, 1, 3), datetime(2026, 10, 1, 5)
    stretches = [Stretch(name, start, end, "#111111", "two hours") for name in ("a", "b", "b")]
    figure = time_line(stretches, {"a": 1, "b": 2}, date(2026, 10, 1), date(2026, 10, 31))
    assert figure["layout"]["yaxis"]["categoryarray"] == ["a", "b ×2"]
    assert figure["layout"]["xaxis"]["range"] == ["2026-10-01", "2026-11-01"]
    assert figure["data"][1]["x"] == ["2026-10-01T03:00:00", "2026-10-01T05:00:00"]
    assert figure["data"][1]["text"] == ["two hours", "two hours"]
    assert height_px(figure) == 152
