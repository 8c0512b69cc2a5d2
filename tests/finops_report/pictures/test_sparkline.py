"""The line at the top of the page: it has gaps where nothing was recorded."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.pictures.sparkline import HEIGHT, PAD, WIDTH, sparkline


def pieces(values: list[float | None]) -> list[list[tuple[float, float]]]:
    """Return the points of each piece of the line."""
    picture = ET.fromstring(sparkline(values, "Spend"))
    line = next(path for path in picture.iter("path") if path.get("class") == "spark-line")
    drawn = line.get("d", "").removeprefix("M").split("M")
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", piece)] for piece in drawn]


def test_the_line_spans_the_period_from_zero_to_the_largest_spend() -> None:
    assert pieces([0.0, 2.0, 1.0]) == [[(PAD, HEIGHT - PAD), (WIDTH / 2, PAD), (WIDTH - PAD, HEIGHT / 2)]]


def test_a_day_without_requests_is_a_gap_and_the_line_ends_with_the_data() -> None:
    values = [1.0, 1.0, None, 1.0, None, None]
    step = (WIDTH - 2 * PAD) / 5
    assert [[x for x, _ in piece] for piece in pieces(values)] == [
        [PAD, pytest.approx(PAD + step, abs=0.1)],
        [pytest.approx(PAD + 3 * step, abs=0.1)],
    ]
    assert f"M{PAD + 3 * step:.1f} {PAD}h.01" in sparkline(values, "Spend")


@pytest.mark.parametrize("values", [[], [1.0], [None, 1.0, None], [0.0, 0.0], [None, None]])
def test_less_than_two_days_with_spend_are_no_line(values: list[float | None]) -> None:
    assert sparkline(values, "Spend") == ""


@given(st.lists(st.floats(0, 1e9) | st.none(), max_size=60))
def test_every_recorded_day_is_a_point_inside_the_picture(values: list[float | None]) -> None:
    if not sparkline(values, "Spend"):
        return
    points = [point for piece in pieces(values) for point in piece]
    assert len(points) == sum(value is not None for value in values)
    assert all(PAD <= x <= WIDTH - PAD and PAD <= y <= HEIGHT - PAD for x, y in points)
