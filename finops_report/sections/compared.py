"""Say what is compared with what, and why nothing is."""

from __future__ import annotations

from collections.abc import Sequence

from finops_report.analysis.totals import Facts
from finops_report.calendar.stretches import new_days, new_stretch, old_days, old_stretch
from finops_report.wording import formats

NOTHING_EARLIER = "nothing earlier to compare with"
NOTHING_PRICED = "nothing earlier with a known cost to compare with"


def old_amount(facts: Facts) -> str:
    """Return what the old side of the comparison cost; '' if there is none."""
    return "" if facts.old is None else facts.money(facts.old.cost_usd)


def not_compared(facts: Facts) -> str:
    """Return why nothing is compared; '' if something is."""
    if facts.cost_change is not None:
        return ""
    if not facts.gaps:
        return NOTHING_EARLIER if facts.old is None else NOTHING_PRICED
    gap = max(facts.gaps, key=lambda side: side.missing_share)
    stretch = old_stretch if gap.part == "old" else new_stretch
    return f"not compared: {gap.gaps} of {stretch(facts.period)}"


def nothing_compared(facts: Facts) -> str:
    """Return why a chart of changes has nothing to show."""
    if facts.gaps:
        reason = not_compared(facts)
        return f"{reason[0].upper()}{reason[1:]}."
    return "There is nothing earlier with a known price to compare with."


def recorded_part(facts: Facts) -> str:
    """Return how much of the period is recorded; '' if all of it is."""
    covered = facts.coverage
    if covered.has_gaps:
        return covered.gaps
    if facts.requests and covered.days_with_data < covered.days:
        return f"data for {covered.days_with_data} of {formats.plural(covered.days, 'day')}"
    return ""


def per_day(facts: Facts, bounds: Sequence[float]) -> str:
    """Return how spend per day changed if one side has more days than the other, as months have; '' if not.

    `bounds` are the changes it is judged by: it never looks to be on the other side of one.
    """
    old, new = old_days(facts.period), new_days(facts.period)
    if facts.daily_cost_change is None or old == new:
        return ""
    change = formats.compared(facts.daily_cost_change, "more", "less", "as much", bounds)
    return f"Per day that is {change}: {new} days to {old}."


def share_moved(facts: Facts, old_share: float | None, new_share: float | None) -> str:
    """Return how a share changed, to stand behind that of the whole period; '' if it cannot be compared.

    A change in points is of the share before it. If only a part of the period is compared, both shares are named.
    """
    if facts.old is None or old_share is None or new_share is None:
        return ""
    old, new = old_stretch(facts.period), new_stretch(facts.period)
    if facts.period.compares_all or formats.points(new_share - old_share) == formats.points(0):
        return f", {formats.points(new_share - old_share)} from {old}"
    return f" ({formats.percent(old_share)} in {old}, {formats.percent(new_share)} in {new})"
