"""Tell from a tool's own total what lies within what: tokens of a cache in the input, of reasoning in the output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from finops_router.ingest.values import count


class Within(NamedTuple):
    """Whether cached tokens lie within the input, and reasoning tokens within the output."""

    cached: bool = True
    reasoning: bool = True


def within(row: Mapping[str, object], names: tuple[str, str, str], cached: int, reasoning: int = 0) -> Within:
    """Return what lies within what, by the counts of input, output and total that a row has under `names`.

    What lies beside is in the total as well; without a total that says so, it lies within.
    """
    given, answered, total = (count(row.get(name), name) for name in names)
    beside = None if total is None else total - (given or 0) - (answered or 0)
    if not beside:
        return Within()
    if beside == cached + reasoning:
        return Within(cached=not cached, reasoning=not reasoning)
    return Within(cached=beside != cached, reasoning=beside != reasoning)
