"""Draw each chart of a page in three widths, and hold what report.js needs to make it live."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from finops_report.charts import Chart, height_px
from finops_report.pictures import PAGE, WIDTHS_PX, Picture, draw
from finops_report.wording.formats import bucket


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """One chart of the page: its name, title and finding for screen readers, and the same picture in three widths.

    `figure` is the chart as Plotly draws it, `places` those of its plots in each of the three.
    """

    name: str
    title: str
    finding: str
    wide: Markup
    middle: Markup
    narrow: Markup
    figure: Mapping[str, Any]
    places: tuple[list[list[float]], ...]


def drawn(chart: Chart, finding: str) -> DrawnChart:
    """Return the pictures of a chart."""
    pictures = [_picture(chart, width) for width in WIDTHS_PX.values()]
    wide, middle, narrow = (Markup(picture.svg) for picture in pictures)  # noqa: S704 -- escaped there
    places = tuple([place.numbers() for place in picture.places] for picture in pictures)
    return DrawnChart(chart.name, chart.title, finding, wide, middle, narrow, chart.figure, places)


def _picture(chart: Chart, width: int) -> Picture:
    height, named_by = height_px(chart.figure), f"{chart.name}-c"
    return draw(chart.figure, width=width, height=height, named_by=named_by, palette=PAGE)


def live_figures(charts: Sequence[DrawnChart], unit: str) -> str:
    """Return the figures of all charts as JSON; `unit` is a bucket of the period."""
    found = {chart.name: {**_live(chart.figure, unit), "places": chart.places} for chart in charts}
    return json.dumps(found, sort_keys=True, separators=(",", ":"))


def _live(figure: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Return a figure as report.js takes it.

    The days, weeks or months (`unit`) of its columns are in words, and no series has x values equal to the first one's:
    report.js restores them.
    """
    data = figure["data"]
    if figure["layout"]["xaxis"].get("type") == "date" and data and data[0]["type"] == "bar":
        data = [{**series, "x": [bucket(date.fromisoformat(day), unit) for day in series["x"]]} for series in data]
    rest = [{key: value for key, value in series.items() if (key, value) != ("x", data[0]["x"])} for series in data[1:]]
    return {**figure, "data": [*data[:1], *rest]}
