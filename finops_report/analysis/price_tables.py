"""Date the tables of list prices that priced the requests."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from datetime import date
from functools import cache
from importlib.resources import files

from finops_report.wording import formats

LISTED = re.compile(r"(genai-prices (\S+?))(?:, corrected (\d{4}-\d\d-\d\d))?")  # as finops_router records it


def dated(price_source: str) -> str:
    """Return `price_source` with the day its table was published: 'genai-prices 0.2.3 of 10 Nov 2026'.

    A list with corrections of ours has the day of the newest one, too. A version that this release does not know, and
    any other source, stay as they are.
    """
    if (found := LISTED.fullmatch(price_source)) is None:
        return formats.shortened(price_source)
    named, version, corrected = found.groups()
    day = published().get(version)
    text = formats.shortened(named) if day is None else f"{named} of {formats.day(day)}"
    return f"{text}{_corrected(corrected)}" if corrected else text


def _corrected(day: str) -> str:
    """Return the day of corrections in words; one that no calendar has as it is recorded."""
    with suppress(ValueError):
        day = formats.day(date.fromisoformat(day))
    return f" with corrections of {day}"


@cache
def published() -> dict[str, date]:
    """Return the day of each version of genai-prices; the package has none, its upload to the package index has one.

    The same page must come out on any machine, so that the days are taken from a file and not from what is installed.
    """
    lines = (files("finops_report") / "analysis" / "genai_prices.csv").read_text(encoding="utf-8").splitlines()
    return {row["version"]: date.fromisoformat(row["published"]) for row in csv.DictReader(lines)}
