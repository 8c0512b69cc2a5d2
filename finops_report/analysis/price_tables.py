"""Date the tables of list prices that priced the requests."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from finops_report.wording import formats

LISTED = "genai-prices "


def dated(price_source: str) -> str:
    """Return `price_source` with the day its table was published: 'genai-prices 0.2.3 of 10 Nov 2026'.

    A version that this release does not know, and any other source, stay as they are.
    """
    published = _published().get(price_source.removeprefix(LISTED)) if price_source.startswith(LISTED) else None
    named = formats.shortened(price_source)
    return f"{named} of {formats.day(published)}" if published else named


@cache
def _published() -> dict[str, date]:
    """Return the day of each version of genai-prices; the package has none, its upload to the package index has one.

    The same page must come out on any machine, so that the days are taken from a file and not from what is installed.
    """
    lines = (files("finops_report") / "analysis" / "genai_prices.csv").read_text(encoding="utf-8").splitlines()
    return {row["version"]: date.fromisoformat(row["published"]) for row in csv.DictReader(lines)}
