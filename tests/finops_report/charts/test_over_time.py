"""Columns over time: a stack of series, each over all columns."""

from __future__ import annotations

from datetime import date

import pytest

from finops_report.charts import height_px
from finops_report.charts.colours import GREY
from finops_report.charts.over_time import Block, over_time, stacked
from finops_report.wording.conventions import written_as
from finops_report.wording.locales import conventions_of

ONE, TWO, THREE = (date(2026, 10, day) for day in (1, 2, 3))


def test_each_series_has_a_value_in_every_column() -> None:
    traces = stacked(
        [Block(ONE, "a", 1.0), Block(THREE, "b", 2.0), Block(TWO, None, 0)], {"b": "#111111", "a": "#222222"}
    )
    assert [(trace["name"], trace["y"]) for trace in traces] == [("b", [0, 0, 2.0]), ("a", [1.0, 0, 0])]
    assert traces[0]["x"] == ["2026-10-01", "2026-10-02", "2026-10-03"]


def test_a_series_without_a_colour_is_grey_and_comes_last() -> None:
    traces = stacked([Block(ONE, "a", 1.0), Block(ONE, "z", 1.0)], {"z": "#111111"})
    assert [(trace["name"], trace["marker"]["color"]) for trace in traces] == [("z", "#111111"), ("a", GREY)]


def test_a_block_has_its_text_or_else_its_count_and_nothing_if_it_is_nothing() -> None:
    (plain,) = stacked([Block(ONE, "a", 1234), Block(TWO, "a", 0), Block(THREE, None, 0)], {})
    (written,) = stacked([Block(ONE, "a", 1.0, "$1.00"), Block(TWO, None, 0)], {}, before="left ")
    assert plain["text"] == ["1,234", "", ""]
    with written_as(conventions_of("de")):
        assert stacked([Block(ONE, "a", 1234)], {})[0]["text"] == ["1.234"]
    assert (written["name"], written["text"]) == ("left a", ["$1.00", ""])


@pytest.mark.parametrize(("days", "gap"), [(1, 0.9), (5, 0.5), (31, 0.14)])
def test_few_columns_stay_slim(days: int, gap: float) -> None:
    blocks = [Block(date(2026, 10, day + 1), "a", 1.0) for day in range(days)]
    figure = over_time(stacked(blocks, {}), {})
    assert figure["layout"]["bargap"] == gap
    assert height_px(figure) == 320


def test_a_legend_stands_beside_several_series_only() -> None:
    assert not over_time(stacked([Block(ONE, "a", 1.0)], {}), {})["layout"]["showlegend"]
    assert over_time(stacked([Block(ONE, "a", 1.0), Block(ONE, "b", 1.0)], {}), {})["layout"]["showlegend"]
    assert over_time([], {})["data"] == []
