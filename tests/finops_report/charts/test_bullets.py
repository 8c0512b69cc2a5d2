"""Bars against a mark: one scale for all, marks that are seen, pictures as the live chart."""

from __future__ import annotations

import re

from finops_report.charts import height_px
from finops_report.charts.bullets import MOST_PERCENT, Bullet, bullets
from finops_report.pictures import LIGHT, draw

ROWS = (
    Bullet("within", 40.0, 60.0, "$4 of $10", "#111111"),
    Bullet("breached", 125.0, 50.0, "$125 of $100", "#222222"),
    Bullet("absurd", 900.0, 50.0, "$9 of $1", "#333333"),
)


def test_a_row_has_its_bar_the_whole_and_the_time_passed() -> None:
    bars, whole, time = bullets(ROWS)["data"]
    assert bars["x"] == [40.0, 125.0, MOST_PERCENT]
    assert bars["text"][2] == "$9 of $1, cut"
    assert whole["x"] == [100.0, 100.0, 100.0]
    assert time["x"] == [60.0, 50.0, 50.0]
    assert bars["y"] == whole["y"] == time["y"] == ["within", "breached", "absurd"]


def test_the_picture_has_all_marks_and_no_text_over_one() -> None:
    figure = bullets(ROWS)
    drawn = draw(figure, width=960, height=height_px(figure), named_by="c", palette=LIGHT).svg
    assert re.findall(r">(all of the budget|time passed)</text>", drawn) == ["all of the budget", "time passed"]
    places = {text: int(x) for x, text in re.findall(r'<text x="(\d+)"[^>]*>(\$[^<]+)</text>', drawn)}
    (line,) = {int(x) for x, text in re.findall(r'<text x="(\d+)"[^>]*>(100 %)</text>', drawn)}
    assert places["$4 of $10"] > line
    assert places["$125 of $100"] > places["$4 of $10"]
