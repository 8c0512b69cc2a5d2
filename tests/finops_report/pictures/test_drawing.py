"""Static pictures: the same marks as their Plotly figure, nothing unescaped, an error for what they cannot draw."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.charts.matrix import matrix
from finops_report.pictures import PAGE, draw

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


def drawn(data: list[dict[str, Any]], **layout: Any) -> ET.Element:
    """Draw and parse: what is not well-formed fails here."""
    figure = {"data": data, "layout": layout}
    svg = draw(figure, width=600, height=300, named_by="p-c", palette=PAGE).svg
    assert svg == draw(figure, width=600, height=300, named_by="p-c", palette=PAGE).svg
    return ET.fromstring(svg)


def bars(**changes: Any) -> dict[str, Any]:
    return {"type": "bar", "x": ["a", "b", "c"], "y": [1, 0, 3], "name": "n", "marker": {"color": "#123456"}} | changes


def dots(**changes: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [1.0, None, 3.0],
        "y": ["a", "b", "c"],
        "marker": {"color": "#123456", "symbol": "diamond"},
    } | changes


def data(picture: ET.Element) -> list[ET.Element]:
    """The paths that stand for data: they have a colour of their own, those of the grid a class."""
    return [path for path in picture.iter("path") if path.get("class") is None]


def test_columns_stand_for_every_value_that_is_not_zero() -> None:
    picture = drawn([bars(), bars(marker={"color": "#654321"})])
    paths = data(picture)
    assert [path.get("stroke") for path in paths] == ["#123456", "#654321"]
    for path in paths:
        heights = [float(height) for height in re.findall(r"v([\d.]+)", path.get("d", ""))]
        assert len(heights) == 2
        assert heights[1] == pytest.approx(3 * heights[0], abs=0.4)


def test_rows_have_their_values_as_text() -> None:
    trace = bars(orientation="h", x=[3, 1], y=["long", "short"], text=["$3", "$1"])
    picture = drawn([trace], yaxis={"type": "category"})
    assert {"$3", "$1", "long", "short"} <= {t.text for t in picture.iter("text")}
    (path,) = data(picture)
    lengths = [float(length) for length in re.findall(r"h([\d.]+)", path.get("d", ""))]
    assert len(lengths) == 2
    assert lengths[0] == pytest.approx(3 * lengths[1], abs=0.4)


def test_rows_below_zero_stay_in_the_picture() -> None:
    trace = bars(orientation="h", base=[0, 3, -2], x=[3, -5, 4], y=["a", "b", "c"], text=["3", "-5", "4"])
    (path,) = data(drawn([trace], yaxis={"type": "category"}))
    begins = [float(x) for x in re.findall(r"M([-\d.]+) ", path.get("d", ""))]
    assert begins[1] == begins[2]
    assert 0 <= begins[1] < begins[0]


def test_dots_leave_out_what_is_not_known() -> None:
    (path,) = data(drawn([dots()], yaxis={"type": "category"}))
    assert (path.get("fill"), path.get("d", "").count("z")) == ("#123456", 2)


def test_a_matrix_has_a_cell_a_value() -> None:
    figure = matrix({("c", "a"): 7, ("d", "b"): 8}, ("was left", ["c", "d"]), ("took over", ["a", "b"]), "met")
    picture = drawn(figure["data"], **figure["layout"])
    cells = data(picture)
    assert [(cell.get("stroke"), cell.get("d", "").count("M")) for cell in cells] == [("#dbe7f4", 1), ("#7fb0e0", 1)]
    assert {"was left", "c", "d", "took over", "a", "b", "7", "8"} == {text.text for text in picture.iter("text")}


def test_the_number_of_a_cell_stands_at_the_crossing_of_its_names() -> None:
    figure = matrix({("c", "a"): 7, ("d", "b"): 8}, ("", ["c", "d"]), ("", ["a", "b"]), "met")
    places = {
        text.text: (text.get("x"), text.get("y")) for text in drawn(figure["data"], **figure["layout"]).iter("text")
    }
    assert places["7"] == (places["a"][0], places["c"][1])
    assert places["8"] == (places["b"][0], places["d"][1])


@pytest.mark.parametrize(("name", "lines"), [("short", 1), ("-of-eighteen-signs", 2), ("-mammoth-maximum-moment", 3)])
def test_names_of_columns_that_would_be_cut_stand_on_more_lines(name: str, lines: int) -> None:
    names = [f"{i}{name}" for i in range(6)]
    figure = matrix({("row", name): 1 for name in names}, ("", ["row"]), ("", names), "met")
    picture = drawn(figure["data"], **figure["layout"])
    shown = [text for text in picture.iter("text") if (text.text or "").endswith(name)]
    assert [text.text for text in shown] == names
    assert len({text.get("y") for text in shown}) == lines


@given(NAMES, NAMES)
def test_names_are_text_whatever_they_are(first: str, second: str) -> None:
    picture = drawn([bars(x=[first, second + "'"], y=[1, 2], name=first)], showlegend=True)
    assert {element.tag for element in picture.iter()} <= {"svg", "g", "title", "path", "text"}


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        ([{"type": "pie", "x": [], "y": []}], {}),
        ([{"type": "heatmap", "x": ["a"], "y": ["b"], "z": [[1]]}], {}),
        ([dots(marker={"color": "#123456", "symbol": "star"})], {"yaxis": {"type": "category"}}),
        ([bars()], {"xaxis": {"type": "multicategory"}}),
    ],
)
def test_what_there_is_no_picture_of_is_an_error(data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no picture for"):
        drawn(data, **layout)


def test_dots_on_days_lie_where_their_moments_are() -> None:
    stretch = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": ["2026-10-02T12:00:00", "2026-10-03T12:00:00"],
        "y": ["openai", "openai"],
        "line": {"color": "#123456", "width": 6},
        "marker": {"color": "#123456", "symbol": ["square", "line-ns"]},
    }
    days = {"type": "date", "range": ["2026-10-01", "2026-10-05"]}
    picture = drawn([stretch], xaxis=days, yaxis={"type": "category"})
    (line,) = [mark.get("d", "") for mark in data(picture) if mark.get("stroke-width") == "6"]
    begin, end = (float(x) for x in re.findall(r"[ML]([\d.]+) ", line))
    labels = {text.text: float(text.get("x", "")) for text in picture.iter("text")}
    assert begin == pytest.approx((labels["2 Oct"] + labels["3 Oct"]) / 2, abs=0.6)  # labels stand on whole pixels
    assert end == pytest.approx((labels["3 Oct"] + labels["4 Oct"]) / 2, abs=0.6)  # labels stand on whole pixels


def test_a_column_of_which_nothing_was_recorded_is_hatched() -> None:
    days = ["2026-10-01", "2026-10-02", "2026-10-03"]
    traces = [bars(x=days, y=[1, 0, 2])]
    picture = drawn(traces, xaxis={"type": "date"}, meta={"empty": days[1:2]})
    slanting = re.findall(r"M([\d.]+) [\d.]+L([\d.]+) ", "".join(path.get("d", "") for path in picture.iter("path")))
    xs = [float(x) for ends in slanting for x in ends]
    (columns,) = data(picture)
    first, last = (float(x) for x in re.findall(r"M([\d.]+) ", columns.get("d", "")))
    assert first < min(xs) < max(xs) < last
    assert "L" not in "".join(path.get("d", "") for path in drawn(traces, xaxis={"type": "date"}).iter("path"))


def test_rows_to_the_left_of_zero_end_at_zero_with_their_texts_behind() -> None:
    trace = bars(orientation="h", x=[3, -5], y=["rose", "fell"], text=["+3", "-5"])
    picture = drawn([trace], yaxis={"type": "category"})
    (path,) = data(picture)
    begins = [float(x) for x in re.findall(r"M([-\d.]+) ", path.get("d", ""))]
    lengths = [float(x) for x in re.findall(r"h([\d.]+)", path.get("d", ""))]
    assert begins[1] < begins[0] == pytest.approx(begins[1] + lengths[1], abs=0.2)


def test_a_bar_never_reaches_the_name_above_it() -> None:
    names = ["the-first-of-two-long-names", "the-second-of-two-long-names"]
    trace = bars(orientation="h", x=[3, 5], y=names, text=["3", "5"])
    figure = {"data": [trace], "layout": {"yaxis": {"type": "category"}}}
    picture = ET.fromstring(draw(figure, width=300, height=150, named_by="p-c", palette=PAGE).svg)
    (path,) = data(picture)
    middles = [float(y) for y in re.findall(r"M[-\d.]+ ([\d.]+)", path.get("d", ""))]
    thick = float(path.get("stroke-width", "0"))
    baselines = [float(text.get("y", "0")) for text in picture.iter("text") if (text.text or "").startswith("the-")]
    assert all(middle - thick / 2 >= base + 2 for middle, base in zip(middles, baselines, strict=True))
