"""Give every name one colour in all charts of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finops_report.wording.formats import Number

# Told apart by colour-blind readers too (hue and lightness both step), 3:1 or more on white and on the dark ground.
SERIES = ("#2f74c0", "#d9730d", "#1b9977", "#b0529c", "#8c7a1f", "#7b68c8", "#c2453d")
STRATEGY_SERIES = ("#3d7f8f", "#b98224", "#7a6aa8", "#6f7d5c", "#a3625f", "#5f7391")
GREY = "#8a929c"
DEARER, CHEAPER = "#c2453d", "#1b9977"  # the text at the bar has the sign, too


def by_rank(ranked: Sequence[str]) -> Mapping[str, str]:
    """Return a colour for each of the first names, grey for all others."""
    colours = dict(zip(ranked, SERIES, strict=False))
    return {name: colours.get(name, GREY) for name in ranked}


def in_turn(names: Sequence[str]) -> Mapping[str, str]:
    """Return a colour for each name; after the last colour comes the first."""
    return {name: STRATEGY_SERIES[i % len(STRATEGY_SERIES)] for i, name in enumerate(names)}


def of_change(usd: Number) -> str:
    """Return the colour of an increase or a decrease."""
    return DEARER if usd > 0 else CHEAPER


def between(low: str, high: str, share: float) -> str:
    """Return the colour at `share` (0 to 1) of the way from `low` to `high`, all as #rrggbb."""
    parts = [(int(low[i : i + 2], 16), int(high[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)
