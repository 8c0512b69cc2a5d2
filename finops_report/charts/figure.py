"""Hold a chart of the page, and tell how tall it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from finops_report.wording.currency import Currency

Figure = dict[str, Any]  # what Plotly takes: data and layout


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of a section: its name on the page, its title for readers who cannot see it, its figure."""

    name: str
    title: str
    figure: Figure


def height_px(figure: Figure, base: int = 320) -> int:
    """Return how tall a figure is drawn: charts with a row a name get the height their rows need."""
    first = figure["data"][0] if figure["data"] else {}
    layout = figure["layout"]
    if layout["yaxis"].get("type") != "category":
        return base
    names = layout["yaxis"].get("categoryarray") or first.get("y", [])
    return max(150, 84 + 34 * len(names))


def money_axis(currency: Currency) -> dict[str, Any]:
    """Return an axis of money in the report's currency."""
    affixes = {"tickprefix": currency.prefix, "ticksuffix": currency.suffix}
    return {"title": {"text": currency.name}} | {key: text for key, text in affixes.items() if text}


def seconds(ms: float) -> float:
    """Return milliseconds as seconds, without the noise of the division."""
    return round(ms / 1000, 6)
