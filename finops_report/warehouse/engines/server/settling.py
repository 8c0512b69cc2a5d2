"""Leave out the newest rows of a database in which no two statements see the same moment: they are still coming in."""

from __future__ import annotations

from finops_report.warehouse.cubes import FUTURE_SLACK_US, Bounds

SECOND_US = 1_000_000
ENDS = ("until_us", "history_until_us")  # of cubes; the extent has a moment instead


def settled(bounds: Bounds, settled_s: int) -> Bounds:
    """Return `bounds` without the last `settled_s` seconds before the moment of the build (0: just as they are)."""
    if not settled_s:
        return bounds
    if "moment_us" in bounds:
        last_us = bounds["moment_us"] - settled_s * SECOND_US
        return {**bounds, "moment_us": last_us, "now_us": last_us}
    last_us = bounds["now_us"] - FUTURE_SLACK_US - settled_s * SECOND_US
    return {**bounds, **{end: min(bounds[end], last_us) for end in ENDS if end in bounds}}
